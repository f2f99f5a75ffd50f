//! The forms of a dialogue's wave in tables.

use std::collections::BTreeMap;

use hailong_core::{
    batch::Entry,
    context::Context,
    directory::Directory,
    listen::dialogue::{
        Dialogue, Topic,
        choose::Commune,
        quarters_between,
        wave::{self, Enter, FormEntered, MOST_FORMS, Open, Opened, read_number},
    },
    refusal::Refusal,
    serve::succession::heirs,
    time::{Day, Instant, Minute},
};

use super::topic;
use crate::{Store, StoreError, query::Statement, value::Row};

crate::query::queries! {
    GIVE_OUT = "INSERT INTO dialogue_form (authority_id, dialogue_id, number, commune) VALUES (?1, ?2, ?3, ?4)";
    ENTER = "UPDATE dialogue_form SET form_id = ?4, way = ?5, pressing = ?6, topic = ?7, words = ?8, entered_at = ?9, entered_by = ?10, version = ?11 \
             WHERE authority_id = ?1 AND dialogue_id = ?2 AND number = ?3 AND version + 1 = ?11 AND entered_at IS NULL AND EXISTS (SELECT 1 FROM dialogue AS wave \
             WHERE wave.authority_id = ?1 AND wave.dialogue_id = ?2 AND wave.host IS NULL)";
    NUMBERS = "SELECT number FROM dialogue_form WHERE authority_id = ?1 AND dialogue_id = ?2 AND commune = ?3 \
               ORDER BY number LIMIT 5000";
    COUNTS = "SELECT commune, pressing, topic, COUNT(*), \
              CAST(SUM(CASE WHEN corrections > 0 THEN 1 ELSE 0 END) AS BIGINT) FROM dialogue_form WHERE authority_id = ?1 AND dialogue_id = ?2 \
              GROUP BY commune, pressing, topic LIMIT 50000";
    PRESSING = "SELECT number, topic, form_id, words FROM dialogue_form \
                WHERE authority_id = ?1 AND dialogue_id = ?2 AND commune = ?3 AND pressing = 1 AND number > ?4 ORDER BY number LIMIT ?5";
    COUNT_CASES = "SELECT COUNT(*) FROM case_file WHERE authority_id = ?1 AND residence = ?2 AND residence IS NOT NULL \
                   AND opened_at >= ?3 AND opened_at < ?4";
}

/// How a wave stands in one commune.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaveCount {
    /// Forms given out.
    pub given: u32,
    /// Forms that came back.
    pub entered: u32,
    /// Of these, with a pressing grievance.
    pub pressing: u32,
    /// Forms whose entry was corrected or struck.
    pub corrected: u32,
    /// Pressing ones by topic, in the order of [`Topic::ALL`].
    pub topics: [u32; Topic::ALL.len()],
}

/// A form that tells of a pressing grievance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grievance {
    /// Number of the form.
    pub number: u32,
    /// What it is about.
    pub topic: Option<Topic>,
    /// In whose words; empty when none were written, or when they were erased.
    pub words: String,
}

pub(super) fn project_opened(authority: i64, opened: &Opened, out: &mut Vec<Statement>) {
    for of in &opened.communes {
        out.extend(of.numbers.iter().map(|number| {
            let (dialogue, commune) = (opened.dialogue.as_str(), of.commune.as_str());
            Statement::new(
                &GIVE_OUT,
                vec![authority.into(), dialogue.into(), (*number).into(), commune.into()],
            )
        }));
    }
}

pub(super) fn project_entered(
    authority: i64,
    entry: &Entry,
    entered: &FormEntered,
    actor: &str,
    out: &mut Vec<Statement>,
) {
    let params = vec![
        authority.into(),
        entered.dialogue.as_str().into(),
        entered.number.into(),
        entered.form_id.into(),
        entered.way.key().into(),
        entered.pressing.into(),
        entered.topic.map(Topic::key).into(),
        entered.words.as_ref().map(|words| words.0.clone()).into(),
        entry.at.0.into(),
        actor.into(),
        entry.version.into(),
    ];
    out.push(Statement::one(&ENTER, params));
}

impl Store {
    /// Begins the dialogue of a quarter with its survey wave.
    ///
    /// # Errors
    /// Refusals of [`wave::open`].
    pub async fn open_dialogue(&self, command: &Open, ctx: &Context<'_>) -> Result<(), StoreError> {
        let today = ctx.at.day();
        let mut cases = Vec::new();
        if let Some(period) = hailong_core::listen::dialogue::quarter(&command.dialogue) {
            let last = period.last_day().min(today);
            let counted = self.cases_by_residence(ctx.directory, today, period.first_day(), last).await?;
            cases = wave::with_cases(ctx.directory, today, |commune| {
                counted.get(commune).copied().unwrap_or_default()
            });
        }
        let known = self.dialogue(&command.dialogue).await?.is_some();
        self.commit(wave::open(command, known, &cases, ctx)?).await.map(|_| ())
    }

    /// A form of the wave comes back.
    ///
    /// # Errors
    /// Refusals of [`wave::enter`]: a number that was not given out, or came back before, changes nothing.
    pub async fn enter_form(&self, id: &str, command: &Enter, ctx: &Context<'_>) -> Result<(), StoreError> {
        let file = self.dialogue(id).await?.ok_or(Refusal::UnknownDialogue)?;
        let form = match read_number(&command.number) {
            Some(number) => self.form(id, number).await?.map(|file| file.form),
            None => None,
        };
        match self.commit(wave::enter(&file.dialogue, form.as_ref(), command, ctx)?).await {
            // Between reading and writing the same form came in, or the wave was closed.
            Err(StoreError::Stale) => {
                let twice = match &form {
                    Some(form) => self.form(id, form.number).await?.is_some_and(|file| file.form.entered),
                    None => false,
                };
                Err(if twice { Refusal::FormEntered } else { Refusal::WaveClosed }.into())
            }
            other => other.map(|_| ()),
        }
    }

    /// How the wave stands in each commune.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn wave_counts(&self, id: &str) -> Result<BTreeMap<String, WaveCount>, StoreError> {
        let read = |row: &Row<'_>| {
            let counted = [row.int(3)? as u32, row.int(4)? as u32];
            Ok((row.text(0)?, row.opt_int(1)?, topic(row.opt_text(2)?)?, counted))
        };
        let mut counts = BTreeMap::<String, WaveCount>::new();
        for (commune, pressing, topic, [n, corrected]) in
            self.rows(&COUNTS, &[self.authority().into(), id.into()], read).await?
        {
            let count = counts.entry(commune).or_default();
            count.given += n;
            count.corrected += corrected;
            count.entered += if pressing.is_some() { n } else { 0 };
            if pressing == Some(1) {
                count.pressing += n;
                if let Some(at) = topic.and_then(|topic| Topic::ALL.iter().position(|one| *one == topic)) {
                    count.topics[at] += n;
                }
            }
        }
        Ok(counts)
    }

    /// The numbers of the forms of a commune.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn form_numbers(&self, id: &str, commune: &str) -> Result<Vec<u32>, StoreError> {
        const { assert!(MOST_FORMS == 5_000, "as many as the query reads") };
        let params = [self.authority().into(), id.into(), commune.into()];
        self.rows(&NUMBERS, &params, |row| Ok(row.int(0)? as u32)).await
    }

    /// The pressing grievances of a commune, by number of the form, after one.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn grievances(
        &self,
        id: &str,
        commune: &str,
        after: u32,
        limit: i64,
    ) -> Result<Vec<Grievance>, StoreError> {
        let params = [self.authority().into(), id.into(), commune.into(), after.into(), limit.into()];
        let read = |row: &Row<'_>| {
            Ok((row.int(0)? as u32, topic(row.opt_text(1)?)?, row.uuid(2)?, row.opt_bytes(3)?))
        };
        let mut found = Vec::new();
        for (number, topic, form_id, sealed) in self.rows(&PRESSING, &params, read).await? {
            let mut words = String::new();
            if let Some(sealed) = sealed
                && let Some(key) = self.data_key(form_id).await?
            {
                let bytes = key.open(form_id.as_bytes(), &sealed).unwrap_or_default();
                words = String::from_utf8(bytes).unwrap_or_default();
            }
            found.push(Grievance { number, topic, words });
        }
        Ok(found)
    }

    /// The table of a dialogue's choice as it stands: cases of the quarter by residence, forms, grievances, last dialogue.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn dialogue_table(
        &self,
        dialogue: &Dialogue,
        directory: &Directory,
        today: Day,
    ) -> Result<Vec<Commune>, StoreError> {
        let last = hailong_core::listen::dialogue::quarter(&dialogue.id)
            .map_or(today, |of| of.last_day().min(today));
        let cases = self.cases_by_residence(directory, today, dialogue.cases_from, last).await?;
        let opinions = self.pressing_people(directory, today, (dialogue.cases_from, last)).await?;
        let counts = self.wave_counts(&dialogue.id).await?;
        let earlier = self.dialogues(Some(&dialogue.id), super::MOST).await?;
        let visited = |commune: &str| {
            let held = earlier.iter().map(|file| &file.dialogue).filter(|held| held.closed_at.is_some());
            let there = held.into_iter().find(|held| held.host() == Some(commune))?;
            quarters_between(&there.id, &dialogue.id)
        };
        let row = |share: &wave::Share| {
            let count = counts.get(&share.commune).cloned().unwrap_or_default();
            Commune {
                cases: cases.get(&share.commune).copied().unwrap_or_default(),
                forms: count.entered,
                pressing: count.pressing,
                opinions: opinions.get(&share.commune).copied().unwrap_or_default(),
                visited: visited(&share.commune),
                commune: share.commune.clone(),
            }
        };
        Ok(dialogue.communes.iter().map(row).collect())
    }

    /// Cases that came in from a day to another, by the commune where the applicant lives; those of a commune that exists no more
    /// are its first heir's.
    async fn cases_by_residence(
        &self,
        directory: &Directory,
        today: Day,
        from: Day,
        last: Day,
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let midnight = |day| Instant::at(day, Minute(0)).0;
        let mut counted = BTreeMap::new();
        for office in &directory.offices {
            let Some(heir) = heirs(directory, &office.id, today).into_iter().next() else { continue };
            let (from, to) = (midnight(from), midnight(last.plus(1)));
            let params = [self.authority().into(), office.id.as_str().into(), from.into(), to.into()];
            let n = self.row(&COUNT_CASES, &params, |row| row.int(0)).await?.unwrap_or_default();
            *counted.entry(heir).or_default() += n as u32;
        }
        Ok(counted)
    }
}
