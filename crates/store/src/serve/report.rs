//! Counts per office of reception, procedure and day: what reports are made from, whatever becomes of the cases later.

use hailong_core::{
    batch::Entry,
    event::Event,
    serve::report::{self, Counts, Report, Sums},
    time::Day,
};

use crate::{
    Store, StoreError,
    query::{Query, Statement},
    value::{Row, Value},
};

/// The sums of a report: before the first day (?2), from it to the closing day (?3), and on the closing day alone.
macro_rules! read_sums {
    ($whose:literal) => {
        concat!(
            "SELECT office_id, procedure, \
             CAST(SUM(CASE WHEN day < ?2 THEN counter + post + online + mobile + on_site + taken_over \
             - early - on_time - late - refused - withdrawn - stopped ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN counter ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN post ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN online ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN mobile ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN on_site ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN taken_over ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN early ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN on_time ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN late ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN refused ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN withdrawn ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN day >= ?2 THEN stopped ELSE 0 END) AS BIGINT), \
             CAST(SUM(waiting) AS BIGINT), CAST(SUM(missed) AS BIGINT), CAST(SUM(caught) AS BIGINT), \
             CAST(SUM(CASE WHEN day = ?3 THEN missed ELSE 0 END) AS BIGINT) \
             FROM case_day WHERE authority_id = ?1 AND day <= ?3 ",
            $whose,
            "GROUP BY office_id, procedure ORDER BY office_id, procedure LIMIT 100000"
        )
    };
}

crate::query::queries! {
    ADD_DAY = "INSERT INTO case_day (authority_id, office_id, procedure, day, counter, post, online, mobile, on_site, \
               taken_over, early, on_time, late, refused, withdrawn, stopped, waiting, missed, caught) \
               VALUES (?1, ?2, COALESCE(NULLIF(CAST(?3 AS TEXT), ''), \
               (SELECT procedure FROM case_file WHERE authority_id = ?1 AND case_id = ?20)), \
               ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) \
               ON CONFLICT (authority_id, office_id, procedure, day) DO UPDATE SET \
               counter = case_day.counter + excluded.counter, post = case_day.post + excluded.post, \
               online = case_day.online + excluded.online, mobile = case_day.mobile + excluded.mobile, \
               on_site = case_day.on_site + excluded.on_site, taken_over = case_day.taken_over + excluded.taken_over, \
               early = case_day.early + excluded.early, on_time = case_day.on_time + excluded.on_time, \
               late = case_day.late + excluded.late, refused = case_day.refused + excluded.refused, \
               withdrawn = case_day.withdrawn + excluded.withdrawn, stopped = case_day.stopped + excluded.stopped, \
               waiting = case_day.waiting + excluded.waiting, missed = case_day.missed + excluded.missed, \
               caught = case_day.caught + excluded.caught";
    READ_ALL = read_sums!("");
    READ_OFFICE = read_sums!("AND office_id = ?4 ");
}

/// What an event adds. Events of the first version of the program do not name the procedure: their case does.
pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, out: &mut Vec<Statement>) {
    let Some(entered) = report::entered(entry.at, event) else { return };
    for (day, counts) in entered.days {
        let mut params: Vec<Value> = vec![
            authority.into(),
            entered.office_id.as_str().into(),
            entered.procedure.as_str().into(),
            day.0.into(),
        ];
        params.extend(counts.to_row().map(Value::from));
        params.push(entry.subject.0.as_slice().into());
        out.push(Statement::new(&ADD_DAY, params));
    }
}

fn read(row: &Row<'_>) -> Result<(String, String, Sums), StoreError> {
    let mut counts = [0; 15];
    for (at, count) in counts.iter_mut().enumerate() {
        *count = row.int(3 + at)?;
    }
    let sums = Sums { before: row.int(2)?, counts: Counts::from_row(counts), missed_last: row.int(18)? };
    Ok((row.text(0)?, row.text(1)?, sums))
}

impl Store {
    /// The report of an office, or of all of them, as it stood on the closing day; see [`report::closing`]. The same day
    /// gives the same figures, whenever it is asked.
    ///
    /// # Errors
    /// When the database cannot answer, or its counts do not agree with each other.
    pub async fn report(
        &self,
        period: report::Period,
        closing: (Day, bool),
        office_id: Option<&str>,
    ) -> Result<Report, StoreError> {
        let mut params: Vec<Value> =
            vec![self.authority().into(), period.first_day().0.into(), closing.0.0.into()];
        params.extend(office_id.map(Value::from));
        let query: &Query = if office_id.is_some() { &READ_OFFICE } else { &READ_ALL };
        let sums = self.rows(query, &params, read).await?;
        let report = Report::new(period, closing, sums, &self.directory());
        report.map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}
