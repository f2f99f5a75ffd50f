//! The cases that ended in a period, and the steps that the journal has of them.

use std::collections::HashMap;

use hailong_core::{
    measure::process::{Activity, Case, Ended, Stage},
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    journal::Line,
    value::{Row, Value},
};

/// Cases whose journal is read at once.
pub const AT_ONCE: usize = 32;

/// What is asked of the journal of [`AT_ONCE`] cases; no case has more steps than can be read of each.
macro_rules! of_cases {
    ($columns:literal) => {
        concat!(
            "SELECT ", $columns, " FROM journal WHERE authority_id = ?1 AND subject IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \
             ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33) \
             AND version <= 500 ORDER BY subject, version LIMIT 16000"
        )
    };
}

crate::query::queries! {
    ENDED = "SELECT COALESCE(finished_at, closed_at, 9223372036854775807), case_id, procedure, accepted_at, on_time FROM case_file \
             WHERE authority_id = ?1 AND office_id = ?2 AND accepted_at IS NOT NULL \
             AND COALESCE(finished_at, closed_at, 9223372036854775807) < ?5 \
             AND COALESCE(finished_at, closed_at, 9223372036854775807) >= ?3 \
             AND (COALESCE(finished_at, closed_at, 9223372036854775807) > ?3 OR case_id > ?4) \
             ORDER BY COALESCE(finished_at, closed_at, 9223372036854775807), case_id LIMIT 5000";
    STAGES = of_cases!("subject, kind, at, actor");
    LINES = of_cases!("seq, at, actor, subject, version, kind, payload, hash");
}

fn ended(row: &Row<'_>) -> Result<Ended, StoreError> {
    Ok(Ended {
        ended_at: Instant(row.int(0)?),
        case_id: row.uuid(1)?,
        procedure: row.text(2)?,
        accepted_at: Instant(row.int(3)?),
        on_time: row.opt_int(4)?.map(|on_time| on_time == 1),
    })
}

impl Store {
    /// The accepted cases that ended between two days, the second not included: of these offices of reception or of all, and of the
    /// procedures that are wanted. By office, then in the order in which they ended.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn ended_between(
        &self,
        (from, before): (Day, Day),
        offices: Option<&[String]>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Ended>, StoreError> {
        let directory = self.directory();
        let every: Vec<String>;
        let offices = match offices {
            Some(offices) => offices,
            None => {
                every = directory.offices.iter().map(|office| office.id.clone()).collect();
                &every
            }
        };
        let end = Instant::at(before, Minute(0));
        let mut all = Vec::new();
        for office in offices {
            let mut after = (Instant::at(from, Minute(0)), Uuid::nil());
            loop {
                let params: [Value; 5] = [
                    self.authority().into(),
                    office.as_str().into(),
                    after.0.0.into(),
                    after.1.into(),
                    end.0.into(),
                ];
                let page = self.rows(&ENDED, &params, ended).await?;
                let Some(last) = page.last() else { break };
                after = (last.ended_at, last.case_id);
                all.extend(page.into_iter().filter(|case| wanted(&case.procedure)));
            }
        }
        Ok(all)
    }

    /// These cases with their steps.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn with_stages(&self, ended: Vec<Ended>) -> Result<Vec<Case>, StoreError> {
        let mut cases: Vec<Case> =
            ended.into_iter().map(|ended| Case { ended, stages: Vec::new() }).collect();
        for some in cases.chunks_mut(AT_ONCE) {
            let ids = some.iter().map(|case| case.ended.case_id);
            let read = |row: &Row<'_>| {
                let (subject, activity) = (row.uuid(0)?, Activity::of_kind(&row.text(1)?));
                let Some(activity) = activity else { return Ok((subject, None)) };
                Ok((subject, Some(Stage { activity, at: Instant(row.int(2)?), actor: row.text(3)? })))
            };
            let lines = self.rows(&STAGES, &self.of_cases(ids), read).await?;
            let mut places: HashMap<Uuid, &mut Vec<Stage>> =
                some.iter_mut().map(|case| (case.ended.case_id, &mut case.stages)).collect();
            for (subject, stage) in lines {
                if let Some(stages) = places.get_mut(&subject) {
                    stages.extend(stage);
                }
            }
        }
        Ok(cases)
    }

    /// The journal of at most [`AT_ONCE`] cases, case by case and each of them oldest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn journal_of(&self, cases: &[Uuid]) -> Result<Vec<Line>, StoreError> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        self.rows(&LINES, &self.of_cases(cases.iter().copied()), Line::read).await
    }

    /// The parameters for some cases: fewer than can be asked for are filled up with the last.
    fn of_cases(&self, cases: impl Iterator<Item = Uuid>) -> Vec<Value> {
        let mut params: Vec<Value> = vec![self.authority().into()];
        params.extend(cases.take(AT_ONCE).map(Value::from));
        let last = params[params.len() - 1].clone();
        params.resize(AT_ONCE + 1, last);
        params
    }
}
