//! Totals of the counts of reports, from the first day of the record to a day. What a period counts is the difference of
//! two of them: what it costs to read does not grow with the years, once a process has summed them up.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use hailong_core::{
    serve::report::{Counts, Period, Sums},
    time::Day,
};

use crate::{Store, StoreError, value::Row};

crate::query::queries! {
    /// Each day by itself: adding up is cheaper here than in the database.
    READ_DAYS = "SELECT office_id, procedure, counter, post, online, mobile, on_site, taken_over, early, on_time, late, refused, \
                 withdrawn, stopped, waiting, missed, caught FROM case_day \
                 WHERE authority_id = ?1 AND day >= ?2 AND day < ?3";
}

/// By office of reception and procedure.
pub(crate) type Totals = BTreeMap<(String, String), Counts>;

/// Most totals that a process keeps.
const MOST_KEPT: usize = 12;
/// So many of the last days may still be added to: clocks of several machines differ, and what was decided at midnight is
/// written after it. Before them nothing is ever entered.
const OPEN_DAYS: i32 = 2;

fn read(row: &Row<'_>) -> Result<((String, String), Counts), StoreError> {
    let mut counts = [0; 15];
    for (at, count) in counts.iter_mut().enumerate() {
        *count = row.int(2 + at)?;
    }
    Ok(((row.text(0)?, row.text(1)?), Counts::from_row(counts)))
}

impl Store {
    /// The sums of a period as it stood on its closing day, by office and procedure in their order, of some offices.
    pub(super) async fn sums(
        &self,
        period: Period,
        closing: Day,
        is_asked: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, String, Sums)>, StoreError> {
        let settled = self.last_instant().await?.map_or(Day(0), |last| Day(last.day().0 - OPEN_DAYS));
        let before = self.total(period.first_day(), settled).await?;
        let until_closing = self.total(closing, settled).await?;
        let to_its_end = self.total(closing.plus(1), settled).await?;
        let nothing = Counts::default();
        let asked = to_its_end.iter().filter(|((office, _), _)| is_asked(office));
        let sums = asked.map(|(key, to_its_end)| {
            let of = |totals: &Totals| totals.get(key).copied().unwrap_or(nothing);
            let sums = Sums::of_totals(&of(&before), &of(&until_closing), to_its_end);
            (key.0.clone(), key.1.clone(), sums)
        });
        Ok(sums.collect())
    }

    /// The total of all days before one. Those of settled days are kept, and others go on from them.
    async fn total(&self, before: Day, settled: Day) -> Result<Arc<Totals>, StoreError> {
        let kept = || self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let keeps = before.min(settled);
        let (from, known) = {
            let kept = kept();
            let last = kept.range(..=keeps).next_back();
            last.map_or((Day(i32::MIN), Arc::default()), |(day, totals)| (*day, Arc::clone(totals)))
        };
        let settled_total = self.add_days(known, from, keeps).await?;
        if from < keeps {
            let mut kept = kept();
            if kept.len() >= MOST_KEPT {
                kept.pop_first();
            }
            kept.insert(keeps, Arc::clone(&settled_total));
        }
        self.add_days(settled_total, keeps, before).await
    }

    /// Adds the days from one to before another.
    async fn add_days(&self, known: Arc<Totals>, from: Day, before: Day) -> Result<Arc<Totals>, StoreError> {
        if before <= from {
            return Ok(known);
        }
        let params = [self.authority().into(), from.0.into(), before.0.into()];
        let days = self.rows(&READ_DAYS, &params, read).await?;
        if days.is_empty() {
            return Ok(known);
        }
        let mut totals = (*known).clone();
        for (key, counts) in days {
            totals.entry(key).or_default().add(&counts);
        }
        Ok(Arc::new(totals))
    }
}
