//! A wave begins: a frame, strata, a draw that anybody who has frame and seed can repeat.

use hailong_stats::{
    random::Random,
    sample::{allocate, draw as choose},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{NAME_LIMIT, Place, Saved, Stratum, leads, subject};
use crate::{
    batch::{Batch, Side},
    context::Context,
    event::Event,
    id::{Bytes, new_id},
    listen::dialogue::wave::Way,
    refusal::Refusal,
    time::Day,
};

/// Most people drawn in one wave.
pub const MOST_SAMPLE: u32 = 5_000;
/// Most people in a frame.
pub const MOST_FRAME: usize = 300_000;
/// How many are drawn from each stratum at least, while the sample allows it: a variance needs two.
pub const LEAST: u32 = 2;
/// Longest time in which forms are filled in, in days.
pub const MOST_DAYS: i32 = 366;

/// How to reach somebody from a register. Personal data: kept sealed only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Phone number or e-mail.
    pub contact: String,
    /// Address.
    pub address: String,
}

/// Who can be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The applicant of a case that ended.
    Case(Uuid),
    /// Somebody from a register.
    Contact(Contact),
}

/// One of the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The stratum.
    pub place: Place,
    /// Who.
    pub who: Who,
}

impl Unit {
    /// By which the frame is put in order: the case, or a hash of the contact.
    pub fn key(&self) -> [u8; 32] {
        let hash = Sha256::new();
        match &self.who {
            Who::Case(id) => hash.chain_update(b"case\0").chain_update(id.as_bytes()),
            Who::Contact(of) => [&of.name, &of.contact, &of.address]
                .into_iter()
                .fold(hash.chain_update(b"contact\0"), |hash, part| {
                    hash.chain_update(part).chain_update(b"\0")
                }),
        }
        .finalize()
        .into()
    }
}

/// A frame in its order, with its strata.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    units: Vec<([u8; 32], Unit)>,
    strata: Vec<(Place, std::ops::Range<usize>)>,
}

impl Frame {
    /// The frame of these units, whatever order they come in.
    pub fn new(units: Vec<Unit>) -> Self {
        let mut units: Vec<_> = units.into_iter().map(|unit| (unit.key(), unit)).collect();
        units.sort_by(|a, b| (&a.1.place, a.0).cmp(&(&b.1.place, b.0)));
        let mut strata: Vec<(Place, std::ops::Range<usize>)> = Vec::new();
        for (at, (_, unit)) in units.iter().enumerate() {
            match strata.last_mut().filter(|(place, _)| *place == unit.place) {
                Some((_, range)) => range.end = at + 1,
                None => strata.push((unit.place.clone(), at..at + 1)),
            }
        }
        Self { units, strata }
    }

    /// How many are in it.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// How many would be drawn from each stratum: in proportion, [`LEAST`] at least.
    pub fn plan(&self, size: u32) -> Vec<Stratum> {
        let sizes: Vec<u32> = self.strata.iter().map(|(_, range)| range.len() as u32).collect();
        let parts = allocate(size, LEAST, &sizes).into_iter().zip(sizes);
        let stratum =
            |((place, _), (drawn, frame)): (&(Place, _), _)| Stratum { place: place.clone(), frame, drawn };
        self.strata.iter().zip(parts).map(stratum).collect()
    }

    /// Draws: the same frame, size and seed give the same people.
    pub fn draw(&self, size: u32, seed: u32) -> Draw<'_> {
        let strata = self.plan(size);
        let mut random = Random::new(u64::from(seed));
        let mut hash = Sha256::new().chain_update(seed.to_le_bytes());
        let mut drawn = Vec::new();
        for (at, ((_, range), stratum)) in self.strata.iter().zip(&strata).enumerate() {
            for one in choose(&mut random, stratum.drawn, stratum.frame) {
                let (key, unit) = &self.units[range.start + one as usize];
                hash.update((at as u32).to_le_bytes());
                hash.update(key);
                drawn.push((at as u32, unit));
            }
        }
        Draw { strata, drawn, frame_digest: self.digest(), digest: hash.finalize().into() }
    }

    /// SHA-256 over everybody in it and their strata.
    fn digest(&self) -> [u8; 32] {
        let hash = self.units.iter().fold(Sha256::new(), |hash, (key, unit)| {
            let Place { office, commune, field } = &unit.place;
            let parts = [office, commune, field].into_iter();
            parts.fold(hash.chain_update(key), |hash, part| hash.chain_update(part).chain_update(b"\0"))
        });
        hash.finalize().into()
    }
}

/// Who was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw<'a> {
    /// The strata, in order.
    pub strata: Vec<Stratum>,
    /// The people with the numbers of their strata.
    pub drawn: Vec<(u32, &'a Unit)>,
    /// SHA-256 over the frame.
    pub frame_digest: [u8; 32],
    /// SHA-256 over seed and people: whoever draws again can compare.
    pub digest: [u8; 32],
}

/// Where a frame comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum Source {
    /// Cases that ended from a day to another; whoever has several is in it once, with the last.
    Cases {
        /// The first day.
        first_day: Day,
        /// The last day.
        last_day: Day,
    },
    /// A register.
    Register,
}

/// Somebody who was drawn, in the order of strata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Number of the stratum.
    pub stratum: u32,
    /// The case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    /// Under whose key the contact is sealed, for those from a register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// The contact, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Bytes>,
}

/// See [`Event::SurveyOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Number of the wave.
    pub wave: u32,
    /// Its name.
    pub name: String,
    /// Key of the questionnaire.
    pub questionnaire: String,
    /// Version of the questionnaire.
    pub questionnaire_version: u32,
    /// Where the frame comes from.
    #[serde(flatten)]
    pub source: Source,
    /// First day on which forms are filled in.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// The ways in which forms may come in.
    pub ways: Vec<Way>,
    /// Seed of the draw.
    pub seed: u32,
    /// SHA-256 over the frame.
    pub frame_digest: Bytes,
    /// SHA-256 over seed and people.
    pub draw_digest: Bytes,
    /// The strata.
    pub strata: Vec<Stratum>,
    /// The people, in the order of strata.
    pub drawn: Vec<Drawn>,
}

/// A wave to begin.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its name.
    pub name: String,
    /// Key of the questionnaire: kept, or a template.
    pub questionnaire: String,
    /// Where the frame comes from.
    pub source: Source,
    /// First and last day on which forms are filled in.
    pub days: (Day, Day),
    /// The ways.
    pub ways: Vec<Way>,
    /// How many people to draw.
    pub size: u32,
    /// Seed of the draw; without one it is drawn too, and kept.
    pub seed: Option<u32>,
}

impl Open {
    /// Whether it may begin on a day.
    ///
    /// # Errors
    /// Names what is wrong.
    pub fn check(&self, today: Day) -> Result<(), Refusal> {
        if self.name.trim().is_empty() {
            return Err(Refusal::Empty("name"));
        }
        if self.name.chars().count() > NAME_LIMIT {
            return Err(Refusal::TooLong("name"));
        }
        if let Source::Cases { first_day, last_day } = self.source
            && (first_day > last_day || last_day > today)
        {
            return Err(Refusal::BadChoice("last_day"));
        }
        let (from, to) = self.days;
        if from > to || to < today || to > from.plus(MOST_DAYS) {
            return Err(Refusal::BadChoice("to"));
        }
        if self.ways.is_empty() {
            return Err(Refusal::Empty("ways"));
        }
        if (1..=MOST_SAMPLE).contains(&self.size) { Ok(()) } else { Err(Refusal::BadChoice("size")) }
    }
}

/// Decides that a wave begins. `questionnaire` is the version that it asks; `is_new` says that it is kept with this wave, being a
/// template until now.
///
/// # Errors
/// Refuses everybody but the leader, see [`Open::check`], and frames in which nobody is ([`Refusal::FrameEmpty`]).
pub fn open(
    wave: u32,
    command: &Open,
    (questionnaire, is_new): (&Saved, bool),
    frame: &Frame,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    leads(ctx, false)?;
    command.check(ctx.at.day())?;
    if frame.is_empty() {
        return Err(Refusal::FrameEmpty);
    }
    let seed = command.seed.unwrap_or_else(|| u32::from_le_bytes(ctx.entropy.bytes()));
    let draw = frame.draw(command.size, seed);
    let mut side = Vec::new();
    let people = draw.drawn.iter().map(|(stratum, unit)| sealed(*stratum, unit, ctx, &mut side)).collect();
    let mut ways = command.ways.clone();
    ways.sort_unstable();
    ways.dedup();
    let opened = Opened {
        wave,
        name: command.name.trim().to_owned(),
        questionnaire: questionnaire.key.clone(),
        questionnaire_version: questionnaire.version,
        source: command.source.clone(),
        from: command.days.0,
        to: command.days.1,
        ways,
        seed,
        frame_digest: Bytes(draw.frame_digest.to_vec()),
        draw_digest: Bytes(draw.digest.to_vec()),
        strata: draw.strata,
        drawn: people,
    };
    let mut batch = Batch { actor: ctx.actor.journal_name().to_owned(), side, ..Batch::default() };
    if is_new {
        let subject = format!("questionnaire/{}", questionnaire.key);
        let saved = Event::QuestionnaireSaved(Box::new(questionnaire.clone()));
        batch.push(ctx.at, subject.as_bytes(), i64::from(questionnaire.version), saved);
    }
    batch.push(ctx.at, &subject(wave), 1, Event::SurveyOpened(Box::new(opened)));
    Ok(batch)
}

fn sealed(stratum: u32, unit: &Unit, ctx: &Context<'_>, side: &mut Vec<Side>) -> Drawn {
    match &unit.who {
        Who::Case(id) => Drawn { stratum, case_id: Some(*id), person_id: None, contact: None },
        Who::Contact(contact) => {
            let person_id = new_id(ctx.at, &ctx.entropy);
            let (key, wrapped) = ctx.secrets.new_data_key(person_id, &ctx.entropy);
            side.push(Side::DataKey { subject: person_id, wrapped });
            let json = serde_json::to_vec(contact).unwrap_or_default();
            let contact = Some(Bytes(key.seal(&ctx.entropy, person_id.as_bytes(), &json)));
            Drawn { stratum, case_id: None, person_id: Some(person_id), contact }
        }
    }
}
