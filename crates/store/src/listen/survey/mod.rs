//! Surveys in tables: questionnaires and waves; their people and forms are beside.

pub mod roll;

use std::collections::BTreeMap;

use hailong_core::{
    batch::Entry,
    context::Context,
    directory::Directory,
    event::Event,
    listen::{
        dialogue::wave::Way,
        survey::{
            self, Place, Saved, Survey,
            count::Cell,
            question::Questionnaire,
            template::Template,
            wave::{self, Frame, MOST_FRAME, Open, Opened, Source, Unit, Who},
        },
    },
    refusal::Refusal,
    serve::succession::heirs,
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

#[cfg(test)]
pub(crate) use self::roll::QUERIES as ROLL_QUERIES;
use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value},
};

/// Most questionnaires of a list.
pub const MOST_QUESTIONNAIRES: usize = 200;
/// Cases read at once for a frame.
const STRETCH: i64 = 2_000;

macro_rules! select_survey {
    ($which:literal) => {
        concat!(
            "SELECT wave, name, questionnaire_id, questionnaire_version, source, from_day, to_day, ways, seed, frame_digest, \
             draw_digest, strata, opened_at, opened_by, cells, closed_day, closed_by, version FROM survey WHERE authority_id = ?1 ",
            $which
        )
    };
}

crate::query::queries! {
    KEEP_QUESTIONNAIRE = "INSERT INTO questionnaire (authority_id, questionnaire_id, version, content, saved_at, saved_by) \
                          VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    QUESTIONNAIRE = "SELECT questionnaire_id, version, content, saved_at, saved_by FROM questionnaire \
                     WHERE authority_id = ?1 AND questionnaire_id = ?2 AND version <= ?3 ORDER BY version DESC LIMIT 1";
    QUESTIONNAIRES = "SELECT questionnaire_id, version, content, saved_at, saved_by FROM questionnaire AS newest \
                      WHERE authority_id = ?1 AND version = (SELECT MAX(version) FROM questionnaire AS every \
                      WHERE every.authority_id = ?1 AND every.questionnaire_id = newest.questionnaire_id) \
                      ORDER BY questionnaire_id LIMIT 200";
    OPEN = "INSERT INTO survey (authority_id, wave, name, questionnaire_id, questionnaire_version, source, from_day, to_day, ways, seed, \
            frame_digest, draw_digest, strata, opened_at, opened_by, version) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1)";
    CLOSE = "UPDATE survey SET cells = ?4, closed_day = ?5, closed_by = ?6, version = ?3 \
             WHERE authority_id = ?1 AND wave = ?2 AND version + 1 = ?3 AND closed_day IS NULL AND (SELECT COUNT(*) FROM survey_form \
             WHERE authority_id = ?1 AND wave = ?2 AND state = 'answered') = ?7";
    READ = select_survey!("AND wave = ?2");
    READ_BEFORE = select_survey!("AND wave < ?2 ORDER BY wave DESC LIMIT ?3");
    FRAME = "SELECT case_id, person_id, procedure, residence, closed_at FROM case_file \
             WHERE authority_id = ?1 AND office_id = ?2 AND closed_at IS NOT NULL AND closed_at < ?5 AND closed_at >= ?3 \
             AND (closed_at > ?3 OR case_id > ?4) ORDER BY closed_at, case_id LIMIT ?6";
}

/// A version of a questionnaire, with when and by whom it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionnaireFile {
    /// It.
    pub saved: Saved,
    /// When.
    pub saved_at: Instant,
    /// By whom.
    pub saved_by: String,
}

/// A wave with what pages tell of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyFile {
    /// What decisions look at.
    pub survey: Survey,
    /// Its name.
    pub name: String,
    /// Where its frame comes from.
    pub source: Source,
    /// Seed of the draw.
    pub seed: u32,
    /// SHA-256 over the frame.
    pub frame_digest: Vec<u8>,
    /// SHA-256 over seed and people.
    pub draw_digest: Vec<u8>,
    /// When it was drawn.
    pub opened_at: Instant,
    /// By whom.
    pub opened_by: String,
    /// The cells in which it was counted; none before, and none when too few answered.
    pub cells: Vec<Cell>,
    /// Who closed it.
    pub closed_by: Option<String>,
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    match event {
        Event::QuestionnaireSaved(saved) => {
            let params = vec![
                authority.into(),
                saved.key.as_str().into(),
                saved.version.into(),
                in_json(&saved.questionnaire),
                entry.at.0.into(),
                actor.into(),
            ];
            out.push(Statement::new(&KEEP_QUESTIONNAIRE, params));
        }
        Event::SurveyOpened(opened) => {
            out.push(open(authority, entry, opened, actor));
            roll::project_opened(authority, opened, out);
        }
        Event::SurveyAnswered(answered) => out.push(roll::project_answered(authority, entry, answered)),
        Event::SurveyMissed(missed) => out.push(roll::project_missed(authority, entry, missed)),
        Event::SurveyClosed(closed) => {
            let params = vec![
                authority.into(),
                closed.wave.into(),
                entry.version.into(),
                in_json(&closed.cells),
                entry.at.day().0.into(),
                actor.into(),
                closed.answered.into(),
            ];
            out.push(Statement::one(&CLOSE, params));
            roll::project_closed(authority, closed, out);
        }
        _ => {}
    }
}

fn open(authority: i64, entry: &Entry, opened: &Opened, actor: &str) -> Statement {
    let params = vec![
        authority.into(),
        opened.wave.into(),
        opened.name.as_str().into(),
        opened.questionnaire.as_str().into(),
        opened.questionnaire_version.into(),
        in_json(&opened.source),
        opened.from.0.into(),
        opened.to.0.into(),
        in_json(&opened.ways),
        opened.seed.into(),
        opened.frame_digest.0.as_slice().into(),
        opened.draw_digest.0.as_slice().into(),
        in_json(&opened.strata),
        entry.at.0.into(),
        actor.into(),
    ];
    Statement::new(&OPEN, params)
}

fn in_json(value: &impl serde::Serialize) -> Value {
    serde_json::to_string(value).unwrap_or_default().into()
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt(format!("{what} of a survey cannot be read")))
}

fn read_questionnaire(row: &Row<'_>) -> Result<QuestionnaireFile, StoreError> {
    let questionnaire: Questionnaire = from_json(&row.text(2)?, "the questionnaire")?;
    let saved = Saved { key: row.text(0)?, version: row.int(1)? as u32, questionnaire };
    Ok(QuestionnaireFile { saved, saved_at: Instant(row.int(3)?), saved_by: row.text(4)? })
}

fn read(row: &Row<'_>) -> Result<SurveyFile, StoreError> {
    let day = |column| Ok::<_, StoreError>(Day(row.int(column)? as i32));
    let ways: Vec<Way> = from_json(&row.text(7)?, "the ways")?;
    let survey = Survey {
        wave: row.int(0)? as u32,
        questionnaire: (row.text(2)?, row.int(3)? as u32),
        days: (day(5)?, day(6)?),
        ways,
        strata: from_json(&row.text(11)?, "the strata")?,
        closed_on: row.opt_int(15)?.map(|day| Day(day as i32)),
        version: row.int(17)?,
    };
    Ok(SurveyFile {
        survey,
        name: row.text(1)?,
        source: from_json(&row.text(4)?, "the frame")?,
        seed: row.int(8)? as u32,
        frame_digest: row.bytes(9)?,
        draw_digest: row.bytes(10)?,
        opened_at: Instant(row.int(12)?),
        opened_by: row.text(13)?,
        cells: row.opt_text(14)?.map_or(Ok(Vec::new()), |text| from_json(&text, "the cells"))?,
        closed_by: row.opt_text(16)?,
    })
}

impl Store {
    /// Keeps a questionnaire as the next version under its key; gives the version.
    ///
    /// # Errors
    /// Refusals of [`survey::save`].
    pub async fn save_questionnaire(
        &self,
        key: &str,
        questionnaire: Questionnaire,
        ctx: &Context<'_>,
    ) -> Result<u32, StoreError> {
        let known = self.questionnaire(key, None).await?.map(|file| file.saved);
        let version = known.as_ref().map_or(0, |known| known.version) + 1;
        self.commit(survey::save(key, questionnaire, known.as_ref(), ctx)?).await?;
        Ok(version)
    }

    /// A version of a questionnaire, or the newest one.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn questionnaire(
        &self,
        key: &str,
        version: Option<u32>,
    ) -> Result<Option<QuestionnaireFile>, StoreError> {
        let params = [self.authority().into(), key.into(), version.unwrap_or(u32::MAX).into()];
        let found = self.row(&QUESTIONNAIRE, &params, read_questionnaire).await?;
        Ok(found.filter(|file| version.is_none_or(|version| file.saved.version == version)))
    }

    /// The newest version of every questionnaire, by key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn questionnaires(&self) -> Result<Vec<QuestionnaireFile>, StoreError> {
        const { assert!(MOST_QUESTIONNAIRES == 200, "as many as the query reads") };
        self.rows(&QUESTIONNAIRES, &[self.authority().into()], read_questionnaire).await
    }

    /// The frame of cases that were closed from a day to another: each applicant once, with the last case. Offices and communes
    /// are those of today.
    ///
    /// # Errors
    /// When the database cannot answer, and [`Refusal::BadChoice`] for a longer frame than [`MOST_FRAME`].
    pub async fn survey_frame(
        &self,
        (first, last): (Day, Day),
        directory: &Directory,
        today: Day,
    ) -> Result<Frame, StoreError> {
        let midnight = |day| Instant::at(day, Minute(0)).0;
        let heir = |office: &str| heirs(directory, office, today).into_iter().next();
        let mut people: BTreeMap<Uuid, (i64, Unit)> = BTreeMap::new();
        for office in &directory.offices {
            let Some(answers) = heir(&office.id) else { continue };
            let (mut from, mut after) = (midnight(first), Uuid::nil());
            loop {
                let params = [
                    self.authority().into(),
                    office.id.as_str().into(),
                    from.into(),
                    after.into(),
                    midnight(last.plus(1)).into(),
                    STRETCH.into(),
                ];
                let read = |row: &Row<'_>| {
                    Ok((row.uuid(0)?, row.uuid(1)?, row.text(2)?, row.opt_text(3)?, row.int(4)?))
                };
                let cases = self.rows(&FRAME, &params, read).await?;
                let whole = cases.len() < STRETCH as usize;
                for (case_id, person, procedure, residence, closed_at) in cases {
                    (from, after) = (closed_at, case_id);
                    let field = directory.procedure_near(&procedure, today).map(|one| one.field_vi.clone());
                    let commune = residence.and_then(|office| heir(&office)).unwrap_or_default();
                    let place = Place { office: answers.clone(), commune, field: field.unwrap_or_default() };
                    let unit = Unit { place, who: Who::Case(case_id) };
                    let known = people.get(&person).is_some_and(|(known, _)| *known > closed_at);
                    if !known {
                        people.insert(person, (closed_at, unit));
                    }
                }
                if people.len() > MOST_FRAME {
                    return Err(Refusal::BadChoice("first_day").into());
                }
                if whole {
                    break;
                }
            }
        }
        Ok(Frame::new(people.into_values().map(|(_, unit)| unit).collect()))
    }

    /// Begins a wave; gives its number. `register` are the people of a register, when that is the frame.
    ///
    /// # Errors
    /// Refusals of [`wave::open`], and [`Refusal::UnknownQuestionnaire`].
    pub async fn open_survey(
        &self,
        command: &Open,
        register: Vec<Unit>,
        ctx: &Context<'_>,
    ) -> Result<u32, StoreError> {
        let frame = match command.source {
            Source::Register => Frame::new(register),
            Source::Cases { first_day, last_day } => {
                self.survey_frame((first_day, last_day), ctx.directory, ctx.at.day()).await?
            }
        };
        let kept = self.questionnaire(&command.questionnaire, None).await?.map(|file| file.saved);
        let is_new = kept.is_none();
        let template = || {
            let template = Template::from_key(&command.questionnaire)?;
            Some(Saved {
                key: template.key().to_owned(),
                version: 1,
                questionnaire: template.questionnaire(),
            })
        };
        let questionnaire = kept.or_else(template).ok_or(Refusal::UnknownQuestionnaire)?;
        let wave = self.surveys(None, 1).await?.first().map_or(0, |file| file.survey.wave) + 1;
        self.commit(wave::open(wave, command, (&questionnaire, is_new), &frame, ctx)?).await?;
        Ok(wave)
    }

    /// A wave by its number.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn survey(&self, wave: u32) -> Result<Option<SurveyFile>, StoreError> {
        self.row(&READ, &[self.authority().into(), wave.into()], read).await
    }

    /// Waves before one (or the newest ones), the newest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn surveys(&self, before: Option<u32>, limit: i64) -> Result<Vec<SurveyFile>, StoreError> {
        let params = [self.authority().into(), before.unwrap_or(u32::MAX).into(), limit.into()];
        self.rows(&READ_BEFORE, &params, read).await
    }
}
