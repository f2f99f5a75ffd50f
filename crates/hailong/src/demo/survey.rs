//! A wave of the 22 criteria among those whose cases ended in the quarter, from its draw to its count. What is there already is not
//! done again.

use anyhow::Context as _;
use hailong_core::{
    context::{Actor, Context},
    directory::Directory,
    listen::{
        dialogue::wave::Way,
        survey::{
            answer::Answers,
            question::{Kind, Questionnaire},
            roll::{self, Form, Miss, survey_box},
            template::Template,
            wave::{Open, Source},
        },
    },
    time::{Day, Instant, Minute},
};
use hailong_store::{Store, listen::survey::SurveyFile};

use super::{
    chance::{Chance, seed_of},
    script,
    words::SAID_IN_SURVEYS,
};

const LEADER: &str = "huyen-dam-doi-leader";
/// Who types forms about the communes, and who those about the district's office.
const CLERKS: [&str; 2] = ["huyen-dam-doi-2", "thi-tran-dam-doi-1"];
/// People drawn.
const SIZE: u32 = 1_000;
/// Days before the demo begins on which it was drawn, ended and counted.
const DRAWN: i32 = -16;
const ENDED: i32 = -3;
const COUNTED: i32 = -1;

/// Plays the wave.
pub(super) async fn play(store: &Store, seed: u64) -> anyhow::Result<()> {
    let directory = store.directory();
    let file = match store.surveys(None, 1).await?.pop() {
        Some(file) => file,
        None => begin(store, &directory, seed).await?,
    };
    if file.survey.closed_on.is_none() {
        forms(store, &directory, &file, seed).await?;
        let leader = ctx(store, &directory, Some(LEADER), at(COUNTED, 8), seed_of(seed, "survey", 1))?;
        store.close_survey(&file, &leader).await?;
    }
    Ok(())
}

fn day(from_opening: i32) -> Day {
    script::opening().day().plus(from_opening)
}

fn at(from_opening: i32, hour: u16) -> Instant {
    Instant::at(day(from_opening), Minute(hour * 60))
}

fn ctx<'a>(
    store: &'a Store,
    directory: &'a Directory,
    official: Option<&str>,
    at: Instant,
    entropy: [u8; 32],
) -> anyhow::Result<Context<'a>> {
    let actor = match official {
        Some(id) => Actor::Official(directory.official(id)?.clone()),
        None => Actor::Citizen,
    };
    Ok(store.context(actor, at, directory, entropy))
}

async fn begin(store: &Store, directory: &Directory, seed: u64) -> anyhow::Result<SurveyFile> {
    let open = Open {
        name: "Đo lường sự hài lòng quý II/2017".to_owned(),
        questionnaire: Template::Sipas.key().to_owned(),
        source: Source::Cases { first_day: day(-107), last_day: day(DRAWN - 1) },
        days: (day(DRAWN), day(ENDED)),
        ways: Way::ALL.to_vec(),
        size: SIZE,
        seed: Some(2_017),
    };
    let leader = ctx(store, directory, Some(LEADER), at(DRAWN, 8), seed_of(seed, "survey", 0))?;
    let wave = store.open_survey(&open, Vec::new(), &leader).await?;
    store.survey(wave).await?.context("the survey is not in the record")
}

/// The forms that come back, all handed in before any is waited for. A demo that was stopped here goes on where it was.
async fn forms(store: &Store, directory: &Directory, file: &SurveyFile, seed: u64) -> anyhow::Result<()> {
    let survey = &file.survey;
    let questionnaire = Template::Sipas.questionnaire();
    let key = store.vault().box_key(&survey_box(survey.wave))?;
    let mut pending = Vec::new();
    for (stratum, of) in survey.strata.iter().enumerate() {
        // Every office has its own strong and weak sides.
        let office = Chance::new(seed, &of.place.office, 0);
        let level = 0.72 + 0.22 * office.unit();
        let clerk = CLERKS[usize::from(of.place.office.starts_with("huyen"))];
        for serial in survey.serials_of(stratum) {
            let known = Form { serial, stratum: stratum as u32, answered: false, version: 0 };
            if store.survey_form(survey, Some(serial)).await?.is_none_or(|form| form.version > 0) {
                continue;
            }
            let chance = Chance::new(seed, "survey-form", u64::from(serial));
            let when = at(DRAWN + 1 + chance.below(11) as i32, 9);
            let entropy = seed_of(seed, "survey-answer", u64::from(serial));
            let own = of.place.commune == "thi-tran-dam-doi" && clerk == CLERKS[1];
            let way = if own { Way::Online } else { way(&chance) };
            let official = if way == Way::Online { None } else { Some(clerk) };
            let ctx = ctx(store, directory, official, when, entropy)?;
            let batch = match chance.weighted(&[0.66, 0.05, 0.06, 0.23]) {
                0 => {
                    let answers = answers(&questionnaire, level, &chance);
                    roll::answer((survey, &questionnaire), Some(&known), Some(way), answers, &key, &ctx)?
                }
                missed @ (1 | 2) if official.is_some() => {
                    roll::miss(survey, Some(&known), Miss::ALL[missed - 1], &ctx)?
                }
                _ => continue,
            };
            pending.push(store.submit(batch)?);
            if pending.len() == 256 {
                for write in pending.drain(..) {
                    write.done().await?;
                }
            }
        }
    }
    for write in pending {
        write.done().await?;
    }
    Ok(())
}

fn way(chance: &Chance) -> Way {
    *chance.pick(&[Way::Paper, Way::Paper, Way::Paper, Way::Phone, Way::Online])
}

fn answers(questionnaire: &Questionnaire, level: f64, chance: &Chance) -> Answers {
    let mood = 0.08 * chance.bell();
    let value = |(at, question): (usize, &hailong_core::listen::survey::question::Question)| {
        if chance.happens(0.04) {
            return None;
        }
        // The factors differ: opinions and petitions are what people know least good of.
        let shift = match question.factor {
            Some(0) => -0.05,
            Some(4) => -0.12,
            Some(2) => 0.04,
            _ => 0.0,
        };
        let satisfied = (level + mood + shift - 0.002 * at as f64).clamp(0.02, 0.99);
        Some(match &question.kind {
            Kind::Score if chance.happens(satisfied) => 4 + i64::from(chance.happens(0.4)),
            Kind::Score => 1 + chance.weighted(&[0.08, 0.25, 0.67]) as i64,
            Kind::YesNo => i64::from(match question.key.as_str() {
                "on_time" => chance.happens(0.9),
                _ => chance.happens(0.07),
            }),
            Kind::One { options } => {
                1 + chance.weighted(&[0.5, 0.3, 0.12, 0.05, 0.03][..options.len().min(5)]) as i64
            }
            Kind::Many { options, .. } => 1 << chance.below(options.len()) | 1 << chance.below(options.len()),
            Kind::Number { least, .. } => *least,
            Kind::Words => return None,
        })
    };
    let values = questionnaire.questions.iter().enumerate().map(value).collect();
    let words = questionnaire.questions.iter().position(|question| question.kind == Kind::Words);
    let said = words
        .filter(|_| chance.happens(0.12))
        .map(|at| (at as u32, (*chance.pick(&SAID_IN_SURVEYS)).to_owned()));
    Answers { values, words: said.into_iter().collect() }
}
