//! The roll: codes of forms, and what became of each. It never says what was answered.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    Survey,
    answer::Answers,
    question::{Kind, Questionnaire, WORDS_LIMIT},
};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    event::Event,
    id::{Bytes, new_blind_id},
    listen::{
        dialogue::wave::Way,
        rating::{BallotBox, day_only},
    },
    refusal::Refusal,
    secret::{SecretKey, Secrets},
    serve::applicant::Group,
};

/// Codes end in so many decimal digits that only the server can make: a guess is right once in a hundred million.
const MARKS: u64 = 100_000_000;

/// Why a form will probably not come back, as those who hand forms out say (dispositions of the American Association for Public
/// Opinion Research, *Standard Definitions*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Miss {
    /// Asked, and did not want to.
    Refused,
    /// Moved, died, or not found in several tries.
    Unreached,
}

impl Miss {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Refused, Self::Unreached];

    /// Stable name in tables, forms and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unreached => "unreached",
        }
    }

    /// The one with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }
}

/// A form that was given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its number, from 1.
    pub serial: u32,
    /// Number of its stratum.
    pub stratum: u32,
    /// Whether it came back.
    pub answered: bool,
    /// Number of events so far.
    pub version: i64,
}

/// See [`Event::SurveyAnswered`]. Dated by the day only, and nothing of the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The wave.
    pub wave: u32,
    /// Number of the form.
    pub serial: u32,
    /// How it came in.
    pub way: Way,
    /// SHA-256 of the sealed answers: a form that waits cannot be exchanged unseen.
    pub slip_hash: Bytes,
}

/// See [`Event::SurveyMissed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The wave.
    pub wave: u32,
    /// Number of the form.
    pub serial: u32,
    /// Why.
    pub why: Miss,
}

/// The answers of a form as they wait in the box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// Number of the stratum.
    pub stratum: u32,
    /// How they came in.
    pub way: Way,
    /// The answers.
    pub answers: Answers,
}

/// The digits behind the number of a form that only the server can make.
fn mark(secrets: &Secrets, wave: u32, serial: u32) -> u64 {
    let tag = secrets.blind_index("survey-form", &format!("{wave}/{serial}"));
    tag.iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte)) % MARKS
}

/// The code of a form: number of the wave, number of the form, and digits that only the server can make.
pub fn code(secrets: &Secrets, wave: u32, serial: u32) -> String {
    format!("{wave}-{serial:04}{:08}", mark(secrets, wave, serial))
}

/// The code as it is printed, in groups.
pub fn write_code(secrets: &Secrets, wave: u32, serial: u32) -> String {
    let mark = mark(secrets, wave, serial);
    format!("{wave}-{serial:04}-{:04}-{:04}", mark / 10_000, mark % 10_000)
}

/// The wave and form of a code as typed or linked, when it is one of ours. Spaces, dots and further dashes do not matter.
pub fn read_code(secrets: &Secrets, typed: &str) -> Option<(u32, u32)> {
    let (wave, rest) = typed.trim().split_once('-')?;
    let digits: String = rest.chars().filter(|c| !matches!(c, ' ' | '-' | '.')).take(13).collect();
    let whole = |text: &str, most: usize| {
        let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<u64>().ok()).flatten()
    };
    let (wave, number) = (whole(wave, 6)? as u32, whole(&digits, 12).filter(|_| digits.len() == 12)?);
    let serial = (number / MARKS) as u32;
    (serial > 0 && number % MARKS == mark(secrets, wave, serial)).then_some((wave, serial))
}

impl Slip {
    /// How many bytes a sealed form of a questionnaire has, whatever is in it.
    fn room(questionnaire: &Questionnaire) -> usize {
        let words = questionnaire.questions.iter().filter(|question| question.kind == Kind::Words).count();
        // A letter is four bytes at most; quotes and backslashes are written with two.
        256 + questionnaire.questions.len() * 16 + words * (WORDS_LIMIT * 4 + 32)
    }

    /// A fixed number of bytes: length, JSON, zeros.
    fn padded(&self, questionnaire: &Questionnaire) -> Vec<u8> {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = (json.len() as u32).to_le_bytes().to_vec();
        bytes.extend_from_slice(&json);
        bytes.resize(bytes.len().max(4 + Self::room(questionnaire)), 0);
        bytes
    }

    /// Reads what [`Self::padded`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        serde_json::from_slice(rest.get(..u32::from_le_bytes(*length) as usize)?).ok()
    }

    /// Opens one that waited in the box of a wave.
    pub fn open(wave: u32, key: &SecretKey, sealed: &[u8]) -> Option<Self> {
        Self::from_bytes(&key.open(&bound(wave), sealed)?)
    }
}

/// The box of a wave. It is kept, and its key destroyed, like those of ballots; it is opened once, by [`super::count::close`].
pub fn survey_box(wave: u32) -> BallotBox {
    BallotBox { office_id: format!("survey-{wave}"), group: Group::Person, serial: 1 }
}

/// What ties a sealed form to the box of its wave.
fn bound(wave: u32) -> Vec<u8> {
    survey_box(wave).key_name().into_bytes()
}

fn form_subject(wave: u32, serial: u32) -> Vec<u8> {
    format!("survey/{wave}/form/{serial}").into_bytes()
}

/// Decides that a form comes back: a tick on the roll, and the answers, sealed, into the box. `key` is the key of the box.
///
/// # Errors
/// Refuses forms that were not given out ([`Refusal::SurveyCodeUnknown`]) or came back before, days and ways that are not the
/// wave's, answers that were not offered, and officials of the very office that is asked about.
pub fn answer(
    (survey, questionnaire): (&Survey, &Questionnaire),
    form: Option<&Form>,
    way: Option<Way>,
    answers: Answers,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let form = form.ok_or(Refusal::SurveyCodeUnknown)?;
    may_enter(survey, form, way == Some(Way::Online), ctx)?;
    if form.answered {
        return Err(Refusal::FormEntered);
    }
    let way = way.filter(|way| survey.ways.contains(way)).ok_or(Refusal::BadChoice("way"))?;
    if answers.is_empty() {
        return Err(Refusal::Empty("answers"));
    }
    if !answers.fit(questionnaire) {
        return Err(Refusal::BadChoice("answers"));
    }
    let slip = Slip { stratum: form.stratum, way, answers };
    let sealed = key.seal(&ctx.entropy, &bound(survey.wave), &slip.padded(questionnaire));
    let answered = Answered {
        wave: survey.wave,
        serial: form.serial,
        way,
        slip_hash: Bytes(Sha256::digest(&sealed).to_vec()),
    };
    let mut batch = Batch::one(
        ctx.actor.journal_name(),
        day_only(ctx.at),
        &form_subject(survey.wave, form.serial),
        form.version + 1,
        Event::SurveyAnswered(answered),
    );
    let of = survey_box(survey.wave);
    batch.side.push(Side::Ballot {
        ballot_id: new_blind_id(&ctx.entropy),
        box_id: BallotBox::id(&of.office_id, of.group),
        serial: of.serial,
        sealed,
    });
    Ok(batch)
}

/// Decides that a form will probably not come back. Whoever holds it may still fill it in.
///
/// # Errors
/// As [`answer`]; only officials say so.
pub fn miss(survey: &Survey, form: Option<&Form>, why: Miss, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let form = form.ok_or(Refusal::SurveyCodeUnknown)?;
    may_enter(survey, form, false, ctx)?;
    if form.answered {
        return Err(Refusal::FormEntered);
    }
    let missed = Missed { wave: survey.wave, serial: form.serial, why };
    let subject = form_subject(survey.wave, form.serial);
    let event = Event::SurveyMissed(missed);
    Ok(Batch::one(ctx.actor.journal_name(), day_only(ctx.at), &subject, form.version + 1, event))
}

/// Whoever holds a form may fill it in online; what comes on paper or by phone is entered by officials, but never by those of
/// the office that it is about, or of the commune where the person lives.
fn may_enter(survey: &Survey, form: &Form, online: bool, ctx: &Context<'_>) -> Result<(), Refusal> {
    let today = ctx.at.day();
    let over = survey.closed_on.is_some() || online && today > survey.days.1;
    if over || today < survey.days.0 {
        return Err(Refusal::SurveyOver);
    }
    match &ctx.actor {
        Actor::Citizen if online => Ok(()),
        Actor::Official(official)
            if official.has_role(&[Role::Official, Role::Head, Role::Leader]) && !online =>
        {
            let place = survey.strata.get(form.stratum as usize).map(|stratum| &stratum.place);
            let own = |office: &String| official.role_at(office).is_some();
            if place.is_some_and(|place| own(&place.office) || own(&place.commune)) {
                return Err(Refusal::FormOwnCommune);
            }
            Ok(())
        }
        Actor::Former(_) => Err(Refusal::PostEnded),
        _ => Err(Refusal::NotYourRole),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secrets() -> Secrets {
        Secrets::from_master(&SecretKey::new([7; 32]))
    }

    #[test]
    fn a_code_is_read_however_it_is_typed_and_no_other() {
        let secrets = secrets();
        for typed in [code(&secrets, 3, 12), write_code(&secrets, 3, 12)] {
            assert_eq!(read_code(&secrets, &typed), Some((3, 12)), "{typed}");
            assert_eq!(read_code(&secrets, &format!(" {} ", typed.replacen('-', "- ", 1))), Some((3, 12)));
        }
        let code = code(&secrets, 3, 12);
        for at in 0..code.len() {
            for digit in '0'..='9' {
                let mut other: Vec<char> = code.chars().collect();
                other[at] = digit;
                let other: String = other.into_iter().collect();
                assert_eq!(read_code(&secrets, &other).is_some(), other == code, "{other}");
            }
        }
        assert_ne!(mark(&secrets, 3, 12), mark(&Secrets::from_master(&SecretKey::new([8; 32])), 3, 12));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_no_code(typed in prop_oneof!["\\PC{0,40}", "[0-9]{1,3}-[0-9 .-]{0,20}"]) {
            prop_assert_eq!(read_code(&secrets(), &typed), None);
        }

        #[test]
        fn what_is_sealed_is_opened_and_all_forms_are_as_long(
            values in prop::collection::vec(prop::option::of(1_i64..=5), 23),
            words in "\\PC{0,400}",
        ) {
            let questionnaire = crate::listen::survey::template::Template::Sipas.questionnaire();
            let answers = Answers { values, words: [(9, words)].into() };
            let slip = Slip { stratum: 3, way: Way::Online, answers };
            let bytes = slip.padded(&questionnaire);
            prop_assert_eq!(bytes.len(), 4 + Slip::room(&questionnaire));
            prop_assert_eq!(Slip::from_bytes(&bytes), Some(slip));
        }

        #[test]
        fn whatever_lies_in_the_box_is_read_or_not(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Slip::from_bytes(&bytes);
            let key = SecretKey::new([1; 32]);
            prop_assert_eq!(Slip::open(1, &key, &bytes), None);
        }
    }
}
