//! What scorecards are made from: answers on slips that name an official, who was asked, and what was finished.

use hailong_core::{
    listen::invitation::Source,
    measure::scorecard::Cell,
    serve::promise::Question,
    time::{Day, Instant},
};

use super::figure::group_of;
use crate::{
    Store, StoreError,
    value::{Row, Value},
};

crate::query::queries! {
    READ_ATTITUDE = "SELECT ballot_box.office_id, ballot_box.grp, slip.official, slip.field, slip.source, slip.welcome, slip.guidance, \
                     CAST(COUNT(*) AS BIGINT) FROM sealed_box JOIN ballot_box \
                     ON ballot_box.authority_id = sealed_box.authority_id AND ballot_box.box_id = sealed_box.box_id \
                     JOIN slip ON slip.authority_id = sealed_box.authority_id AND slip.box_id = sealed_box.box_id \
                     AND slip.serial = sealed_box.serial AND slip.pile = 'attitude' AND slip.official IS NOT NULL \
                     WHERE sealed_box.authority_id = ?1 AND sealed_box.day >= ?2 AND sealed_box.day < ?3 \
                     GROUP BY ballot_box.office_id, ballot_box.grp, slip.official, slip.field, slip.source, slip.welcome, slip.guidance \
                     ORDER BY ballot_box.office_id, ballot_box.grp, slip.official, COALESCE(slip.field, ''), \
                     COALESCE(slip.source, ''), COALESCE(slip.welcome, 0), COALESCE(slip.guidance, 0) \
                     LIMIT 200000";
    READ_ASKED = "SELECT official, CAST(COUNT(*) AS BIGINT), CAST(COUNT(used_day) AS BIGINT) FROM invitation \
                  WHERE authority_id = ?1 AND issued_day >= ?2 AND issued_day < ?3 AND official IS NOT NULL \
                  GROUP BY official ORDER BY official LIMIT 20000";
    READ_FINISHED = "SELECT holder, CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(on_time), 0) AS BIGINT), \
                     CAST(COALESCE(SUM(supplements), 0) AS BIGINT) FROM case_file \
                     WHERE authority_id = ?1 AND office_id = ?2 AND accepted_at IS NOT NULL AND finished_at IS NOT NULL \
                     AND COALESCE(finished_at, closed_at, 9223372036854775807) >= ?3 \
                     AND COALESCE(finished_at, closed_at, 9223372036854775807) < ?4 \
                     GROUP BY holder ORDER BY holder LIMIT 2000";
}

/// Who was asked to rate an official.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The official.
    pub official: String,
    /// Invitations.
    pub invited: u64,
    /// Those of them that were used until now.
    pub used: u64,
}

/// The cases that an official had when they were finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// The official.
    pub official: String,
    /// Cases.
    pub cases: u64,
    /// Those of them that were in time.
    pub on_time: u64,
    /// Supplements that were asked for in them.
    pub supplements: u64,
}

fn count(row: &Row<'_>, at: usize) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.int(at)?).unwrap_or_default())
}

impl Store {
    /// Answers to each question about how people were met, on slips that name an official, in boxes whose last ballot fell between
    /// two days (the second not included): cells of slips that name the same.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn attitude_cells(
        &self,
        from: Day,
        before: Day,
    ) -> Result<[(Question, Vec<Cell>); 2], StoreError> {
        let params = [self.authority().into(), from.0.into(), before.0.into()];
        let read = |row: &Row<'_>| {
            let cell = Cell {
                office: row.text(0)?,
                group: group_of(&row.text(1)?)?,
                official: row.text(2)?,
                field: row.opt_text(3)?,
                source: row.opt_text(4)?.as_deref().and_then(Source::from_key),
                counts: [0; 5],
            };
            let n = count(row, 7)?;
            Ok((cell.clone().with(row.opt_int(5)?, n), cell.with(row.opt_int(6)?, n)))
        };
        let (welcome, guidance) = self.rows(&READ_ATTITUDE, &params, read).await?.into_iter().unzip();
        Ok([(Question::Welcome, welcome), (Question::Guidance, guidance)])
    }

    /// By official, the invitations of some days, and how many of them were used.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn asked_about_officials(&self, from: Day, before: Day) -> Result<Vec<Asked>, StoreError> {
        let params = [self.authority().into(), from.0.into(), before.0.into()];
        let read = |row: &Row<'_>| {
            Ok(Asked { official: row.text(0)?, invited: count(row, 1)?, used: count(row, 2)? })
        };
        self.rows(&READ_ASKED, &params, read).await
    }

    /// By official, the cases of an office that he or she had when they were finished.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn finished_by_officials(
        &self,
        office_id: &str,
        from: Instant,
        before: Instant,
    ) -> Result<Vec<Finished>, StoreError> {
        let params: [Value; 4] = [self.authority().into(), office_id.into(), from.0.into(), before.0.into()];
        let read = |row: &Row<'_>| {
            let (cases, on_time, supplements) = (count(row, 1)?, count(row, 2)?, count(row, 3)?);
            Ok(Finished { official: row.text(0)?, cases, on_time, supplements })
        };
        self.rows(&READ_FINISHED, &params, read).await
    }
}
