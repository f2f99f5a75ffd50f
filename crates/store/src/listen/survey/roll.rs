//! The people and forms of a wave in tables: the roll, the box until it is opened, and the forms that were counted.

use std::collections::BTreeMap;

use hailong_core::{
    batch::Entry,
    context::Context,
    listen::{
        dialogue::wave::Way,
        rating::BallotBox,
        survey::{
            Survey,
            answer::Answers,
            count::{self, CLOSES_AFTER, Closed, Row as FormRow},
            index::{Counted, Counts, Results},
            question::Questionnaire,
            roll::{self, Answered, Form, Miss, Missed, Slip, survey_box},
            wave::{Contact, MOST_SAMPLE, Opened},
        },
    },
    refusal::Refusal,
    time::Day,
};
use uuid::Uuid;

use super::{SurveyFile, from_json, in_json};
use crate::{Store, StoreError, query::Statement, value::Row};

crate::query::queries! {
    DRAW = "INSERT INTO survey_person (authority_id, wave, place, stratum, case_id, person_id, contact) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    GIVE_OUT = "INSERT INTO survey_form (authority_id, wave, serial, stratum, version) VALUES (?1, ?2, ?3, ?4, 0)";
    TICK = "UPDATE survey_form SET state = ?4, way = ?5, state_day = ?6, slip_hash = ?7, version = ?8 \
            WHERE authority_id = ?1 AND wave = ?2 AND serial = ?3 AND version + 1 = ?8 AND slip_hash IS NULL \
            AND EXISTS (SELECT 1 FROM survey WHERE survey.authority_id = ?1 AND survey.wave = ?2 AND survey.closed_day IS NULL)";
    KEEP_ROW = "INSERT INTO survey_row (authority_id, wave, place, cell, way, answers) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    KEEP_WORDS = "INSERT INTO survey_words (authority_id, wave, question, place, words_id, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    FORM = "SELECT serial, stratum, state, version FROM survey_form WHERE authority_id = ?1 AND wave = ?2 AND serial = ?3";
    COUNTS = "SELECT stratum, state, COUNT(*) FROM survey_form WHERE authority_id = ?1 AND wave = ?2 \
              GROUP BY stratum, state LIMIT 20000";
    WAYS = "SELECT way, COUNT(*) FROM survey_form WHERE authority_id = ?1 AND wave = ?2 AND state = 'answered' GROUP BY way LIMIT 10";
    HASHES = "SELECT slip_hash FROM survey_form WHERE authority_id = ?1 AND wave = ?2 AND state = 'answered' LIMIT 5000";
    WAITING = "SELECT sealed FROM ballot WHERE authority_id = ?1 AND box_id = ?2 AND serial = ?3 ORDER BY ballot_id LIMIT 5000";
    PEOPLE = "SELECT place, stratum, case_id, person_id, contact FROM survey_person \
              WHERE authority_id = ?1 AND wave = ?2 AND place > ?3 ORDER BY place LIMIT ?4";
    ROWS = "SELECT cell, way, answers FROM survey_row WHERE authority_id = ?1 AND wave = ?2 ORDER BY place LIMIT 5000";
    WORDS = "SELECT place, words_id, words FROM survey_words WHERE authority_id = ?1 AND wave = ?2 AND question = ?3 AND place > ?4 \
             ORDER BY place LIMIT ?5";
}

/// Somebody who was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Place in the list, from 1.
    pub place: u32,
    /// Number of the stratum.
    pub stratum: u32,
    /// How to reach the person; none when that was erased.
    pub contact: Option<Contact>,
}

pub(super) fn project_opened(authority: i64, opened: &Opened, out: &mut Vec<Statement>) {
    for (place, drawn) in (1_u32..).zip(&opened.drawn) {
        let params = vec![
            authority.into(),
            opened.wave.into(),
            place.into(),
            drawn.stratum.into(),
            drawn.case_id.into(),
            drawn.person_id.into(),
            drawn.contact.as_ref().map(|contact| contact.0.clone()).into(),
        ];
        out.push(Statement::new(&DRAW, params));
        // As many forms as people of a stratum: no form is anybody's.
        let params = vec![authority.into(), opened.wave.into(), place.into(), drawn.stratum.into()];
        out.push(Statement::new(&GIVE_OUT, params));
    }
}

pub(super) fn project_answered(authority: i64, entry: &Entry, answered: &Answered) -> Statement {
    let params = vec![
        authority.into(),
        answered.wave.into(),
        answered.serial.into(),
        "answered".into(),
        answered.way.key().into(),
        entry.at.day().0.into(),
        answered.slip_hash.0.as_slice().into(),
        entry.version.into(),
    ];
    Statement::one(&TICK, params)
}

pub(super) fn project_missed(authority: i64, entry: &Entry, missed: &Missed) -> Statement {
    let params = vec![
        authority.into(),
        missed.wave.into(),
        missed.serial.into(),
        missed.why.key().into(),
        None::<&str>.into(),
        entry.at.day().0.into(),
        None::<Vec<u8>>.into(),
        entry.version.into(),
    ];
    Statement::one(&TICK, params)
}

pub(super) fn project_closed(authority: i64, closed: &Closed, out: &mut Vec<Statement>) {
    let wave = closed.wave;
    for (place, row) in (1_u32..).zip(&closed.rows) {
        let way = row.way.map(Way::key);
        let params = vec![
            authority.into(),
            wave.into(),
            place.into(),
            row.cell.into(),
            way.into(),
            in_json(&row.values),
        ];
        out.push(Statement::new(&KEEP_ROW, params));
    }
    for (place, words) in (1_u32..).zip(&closed.words) {
        let params = vec![
            authority.into(),
            wave.into(),
            words.question.into(),
            place.into(),
            words.words_id.into(),
            words.words.0.as_slice().into(),
        ];
        out.push(Statement::new(&KEEP_WORDS, params));
    }
}

impl Store {
    /// A form of a wave comes back.
    ///
    /// # Errors
    /// Refusals of [`roll::answer`].
    pub async fn answer_survey(
        &self,
        file: &SurveyFile,
        serial: Option<u32>,
        (way, answers): (Option<Way>, Answers),
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let survey = &file.survey;
        let (key, version) = &survey.questionnaire;
        let asked = self.questionnaire(key, Some(*version)).await?.ok_or(Refusal::UnknownQuestionnaire)?;
        let form = self.survey_form(survey, serial).await?;
        let box_key = self.vault().box_key(&survey_box(survey.wave))?;
        let of = (survey, &asked.saved.questionnaire);
        let batch = roll::answer(of, form.as_ref(), way, answers, &box_key, ctx)?;
        self.commit_form(survey, serial, batch).await
    }

    /// A form will probably not come back.
    ///
    /// # Errors
    /// Refusals of [`roll::miss`].
    pub async fn miss_survey_form(
        &self,
        file: &SurveyFile,
        serial: Option<u32>,
        why: Miss,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let form = self.survey_form(&file.survey, serial).await?;
        let batch = roll::miss(&file.survey, form.as_ref(), why, ctx)?;
        self.commit_form(&file.survey, serial, batch).await
    }

    async fn commit_form(
        &self,
        survey: &Survey,
        serial: Option<u32>,
        batch: hailong_core::batch::Batch,
    ) -> Result<(), StoreError> {
        match self.commit(batch).await {
            // Between reading and writing the same form came in, or the wave was closed.
            Err(StoreError::Stale) => {
                let twice = self.survey_form(survey, serial).await?.is_some_and(|form| form.answered);
                let closed =
                    self.survey(survey.wave).await?.is_some_and(|file| file.survey.closed_on.is_some());
                match (twice, closed) {
                    (true, _) => Err(Refusal::FormEntered.into()),
                    (_, true) => Err(Refusal::SurveyOver.into()),
                    _ => Err(StoreError::Stale),
                }
            }
            other => other.map(|_| ()),
        }
    }

    /// A form of a wave by its number.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn survey_form(
        &self,
        survey: &Survey,
        serial: Option<u32>,
    ) -> Result<Option<Form>, StoreError> {
        let Some(serial) = serial else { return Ok(None) };
        let read = |row: &Row<'_>| {
            let (serial, stratum) = (row.int(0)? as u32, row.int(1)? as u32);
            let answered = row.opt_text(2)?.as_deref() == Some("answered");
            Ok(Form { serial, stratum, answered, version: row.int(3)? })
        };
        self.row(&FORM, &[self.authority().into(), survey.wave.into(), serial.into()], read).await
    }

    /// What became of the forms of each stratum of a wave.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn survey_counts(&self, survey: &Survey) -> Result<Vec<Counts>, StoreError> {
        let mut counts = vec![Counts::default(); survey.strata.len()];
        let read = |row: &Row<'_>| Ok((row.int(0)? as usize, row.opt_text(1)?, row.int(2)? as u32));
        for (stratum, state, n) in
            self.rows(&COUNTS, &[self.authority().into(), survey.wave.into()], read).await?
        {
            let Some(count) = counts.get_mut(stratum) else { continue };
            count.drawn += n;
            match state.as_deref() {
                Some("answered") => count.answered += n,
                Some("refused") => count.refused += n,
                Some("unreached") => count.unreached += n,
                _ => {}
            }
        }
        Ok(counts)
    }

    /// How many forms of a wave came in by each way.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn survey_ways(&self, survey: &Survey) -> Result<Vec<(Way, u32)>, StoreError> {
        let read = |row: &Row<'_>| Ok((row.opt_text(0)?.unwrap_or_default(), row.int(1)? as u32));
        let found: BTreeMap<_, _> = self
            .rows(&WAYS, &[self.authority().into(), survey.wave.into()], read)
            .await?
            .into_iter()
            .collect();
        Ok(Way::ALL.into_iter().map(|way| (way, found.get(way.key()).copied().unwrap_or_default())).collect())
    }

    /// The people drawn in a wave, in the order of strata, after a place.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn survey_people(
        &self,
        survey: &Survey,
        after: u32,
        limit: i64,
    ) -> Result<Vec<Person>, StoreError> {
        let read = |row: &Row<'_>| {
            let id = |column| {
                Ok::<_, StoreError>(row.opt_bytes(column)?.and_then(|bytes| Uuid::from_slice(&bytes).ok()))
            };
            Ok((row.int(0)? as u32, row.int(1)? as u32, id(2)?, id(3)?, row.opt_bytes(4)?))
        };
        let params = [self.authority().into(), survey.wave.into(), after.into(), limit.into()];
        let mut people = Vec::new();
        for (place, stratum, case_id, person_id, contact) in self.rows(&PEOPLE, &params, read).await? {
            let contact = match (case_id, person_id, contact) {
                (Some(case_id), ..) => self.contact_of_case(case_id).await?,
                (None, Some(id), Some(sealed)) => {
                    let key = self.data_key(id).await?;
                    key.and_then(|key| serde_json::from_slice(&key.open(id.as_bytes(), &sealed)?).ok())
                }
                _ => None,
            };
            people.push(Person { place, stratum, contact });
        }
        Ok(people)
    }

    async fn contact_of_case(&self, case_id: Uuid) -> Result<Option<Contact>, StoreError> {
        let Some(file) = self.case(case_id).await? else { return Ok(None) };
        let applicant = self.applicant(&file).await?;
        Ok(applicant.map(|of| {
            let contact = if of.phone.is_empty() { of.email } else { of.phone };
            Contact { name: of.name, contact, address: of.address }
        }))
    }

    /// Closes a wave: opens its box, shuffles and counts its forms, destroys the key of the box.
    ///
    /// # Errors
    /// Refusals of [`count::close`]; [`StoreError::Corrupt`] when a form cannot be opened.
    pub async fn close_survey(&self, file: &SurveyFile, ctx: &Context<'_>) -> Result<(), StoreError> {
        const { assert!(MOST_SAMPLE == 5_000, "as many as the queries read") };
        let survey = &file.survey;
        let of = survey_box(survey.wave);
        let key = self.vault().box_key(&of)?;
        let params =
            [self.authority().into(), BallotBox::id(&of.office_id, of.group).into(), of.serial.into()];
        let sealed = self.rows(&WAITING, &params, |row| row.bytes(0)).await?;
        let hashes =
            self.rows(&HASHES, &[self.authority().into(), survey.wave.into()], |row| row.bytes(0)).await?;
        let open = |sealed: Vec<u8>| {
            let slip = Slip::open(survey.wave, &key, &sealed);
            let corrupt = || StoreError::Corrupt(format!("a form of {} cannot be opened", of.key_name()));
            slip.map(|slip| (sealed, slip)).ok_or_else(corrupt)
        };
        let slips = sealed.into_iter().map(open).collect::<Result<Vec<_>, _>>()?;
        match count::close(survey, &slips, &hashes, ctx) {
            Err(Refusal::Stale) => return Err(StoreError::Stale),
            batch => self.commit(batch?).await?,
        };
        self.vault().destroy(&of)
    }

    /// Closes the waves whose time is over since [`CLOSES_AFTER`] days, and destroys keys of waves that were closed although their
    /// key is still there. Returns how many were closed.
    ///
    /// # Errors
    /// When the database cannot answer, or a form cannot be opened.
    pub async fn close_due_surveys(&self, ctx: &Context<'_>) -> Result<usize, StoreError> {
        let due = |day: Day| ctx.at.day() > day.plus(CLOSES_AFTER);
        let mut closed = 0;
        for file in self.surveys(None, 20).await? {
            if file.survey.closed_on.is_some() {
                self.vault().destroy(&survey_box(file.survey.wave))?;
            } else if due(file.survey.days.1) {
                match self.close_survey(&file, ctx).await {
                    Ok(()) => closed += 1,
                    // A form came in at this moment: it is closed the next time.
                    Err(StoreError::Stale) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(closed)
    }

    /// The forms of a wave that was counted.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn survey_rows(&self, survey: &Survey) -> Result<Vec<FormRow>, StoreError> {
        let read = |row: &Row<'_>| {
            let way = row.opt_text(1)?.and_then(|way| Way::from_key(&way));
            Ok(FormRow { cell: row.int(0)? as u32, way, values: from_json(&row.text(2)?, "a form")? })
        };
        self.rows(&ROWS, &[self.authority().into(), survey.wave.into()], read).await
    }

    /// What a wave that was counted says; none before, and when too few answered.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn survey_results(
        &self,
        file: &SurveyFile,
        questionnaire: &Questionnaire,
    ) -> Result<Option<Results>, StoreError> {
        let survey = &file.survey;
        if survey.closed_on.is_none() || file.cells.is_empty() {
            return Ok(None);
        }
        let rows = self.survey_rows(survey).await?;
        let (roll, ways) = (self.survey_counts(survey).await?, self.survey_ways(survey).await?);
        let (survey, cells, questionnaire) = (survey.clone(), file.cells.clone(), questionnaire.clone());
        let made = tokio::task::spawn_blocking(move || {
            let (cells, rows, roll, ways) = (&cells[..], &rows[..], &roll[..], &ways[..]);
            Counted { survey: &survey, questionnaire: &questionnaire, cells, rows, roll, ways }.results()
        });
        made.await.map(Some).map_err(|_| StoreError::Corrupt("a survey could not be counted".to_owned()))
    }

    /// Answers in words to a question, shuffled, after a place. Those that were erased are left out.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn survey_words(
        &self,
        survey: &Survey,
        question: usize,
        after: u32,
        limit: i64,
    ) -> Result<Vec<(u32, String)>, StoreError> {
        let question = question as u32;
        let params =
            [self.authority().into(), survey.wave.into(), question.into(), after.into(), limit.into()];
        let read = |row: &Row<'_>| Ok((row.int(0)? as u32, row.uuid(1)?, row.bytes(2)?));
        let mut said = Vec::new();
        for (place, id, sealed) in self.rows(&WORDS, &params, read).await? {
            let key = self.data_key(id).await?;
            let words = key.and_then(|key| String::from_utf8(key.open(id.as_bytes(), &sealed)?).ok());
            said.extend(words.map(|words| (place, words)));
        }
        Ok(said)
    }
}
