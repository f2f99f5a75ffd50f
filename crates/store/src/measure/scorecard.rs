//! What scorecards are made from: answers on slips, who was asked, and what was finished.

use hailong_core::{
    listen::{invitation::Source, rating::Asked as Fact},
    measure::scorecard::{Asked, CallBacks, Cell, Counted, Finished, Opinions, Slip},
    serve::applicant::ApplicantKind,
    time::{Day, Instant, Minute},
};

use super::figure::group_of;
use crate::{
    Store, StoreError,
    value::{Row, Value},
};

crate::query::queries! {
    READ_SLIPS = "SELECT ballot_box.office_id, ballot_box.grp, slip.pile, slip.official, slip.procedure, slip.field, slip.source, \
                  slip.overall, slip.welcome, slip.guidance, slip.speed, slip.lawful, slip.trips, slip.contacts, \
                  slip.extra_money, slip.extra_papers, CAST(COUNT(*) AS BIGINT) FROM sealed_box JOIN ballot_box \
                  ON ballot_box.authority_id = sealed_box.authority_id AND ballot_box.box_id = sealed_box.box_id \
                  JOIN slip ON slip.authority_id = sealed_box.authority_id AND slip.box_id = sealed_box.box_id \
                  AND slip.serial = sealed_box.serial AND slip.pile <> 'words' \
                  WHERE sealed_box.authority_id = ?1 AND sealed_box.day >= ?2 AND sealed_box.day < ?3 \
                  GROUP BY ballot_box.office_id, ballot_box.grp, slip.pile, slip.official, slip.procedure, slip.field, slip.source, \
                  slip.overall, slip.welcome, slip.guidance, slip.speed, slip.lawful, slip.trips, slip.contacts, \
                  slip.extra_money, slip.extra_papers \
                  ORDER BY ballot_box.office_id, ballot_box.grp, slip.pile, COALESCE(slip.official, ''), \
                  COALESCE(slip.procedure, ''), COALESCE(slip.field, ''), COALESCE(slip.source, ''), COALESCE(slip.overall, 0), \
                  COALESCE(slip.welcome, 0), COALESCE(slip.guidance, 0), COALESCE(slip.speed, 0), COALESCE(slip.lawful, 0), \
                  COALESCE(slip.trips, 0), COALESCE(slip.contacts, 0), COALESCE(slip.extra_money, ''), \
                  COALESCE(slip.extra_papers, '') LIMIT 500000";
    READ_ASKED = "SELECT office_id, official, procedure, field, CAST(COUNT(*) AS BIGINT), CAST(COUNT(used_day) AS BIGINT), \
                  CAST(COALESCE(SUM(CASE WHEN used_day IS NOT NULL AND way IN ('slip', 'kiosk', 'paper') THEN 1 ELSE 0 END), 0) AS BIGINT) \
                  FROM invitation WHERE authority_id = ?1 AND issued_day >= ?2 AND issued_day < ?3 \
                  GROUP BY office_id, official, procedure, field \
                  ORDER BY office_id, COALESCE(official, ''), procedure, field LIMIT 200000";
    READ_FINISHED = "SELECT holder, procedure, applicant_kind, CAST(COUNT(*) AS BIGINT), \
                     CAST(COALESCE(SUM(on_time), 0) AS BIGINT), CAST(COALESCE(SUM(supplements), 0) AS BIGINT), \
                     CAST(COALESCE(SUM(CASE WHEN on_time = 0 AND finished_at > due_at THEN finished_at - due_at ELSE 0 END), 0) AS BIGINT) \
                     FROM case_file \
                     WHERE authority_id = ?1 AND office_id = ?2 AND accepted_at IS NOT NULL AND finished_at IS NOT NULL \
                     AND COALESCE(finished_at, closed_at, 9223372036854775807) >= ?3 \
                     AND COALESCE(finished_at, closed_at, 9223372036854775807) < ?4 \
                     GROUP BY holder, procedure, applicant_kind ORDER BY holder, procedure, applicant_kind LIMIT 100000";
    READ_OPINIONS = "SELECT office_id, CAST(COUNT(*) AS BIGINT), \
                     CAST(COALESCE(SUM(CASE WHEN class = 'conduct' THEN 1 ELSE 0 END), 0) AS BIGINT), \
                     CAST(COALESCE(SUM(CASE WHEN finding IN ('upheld', 'partly') THEN 1 ELSE 0 END), 0) AS BIGINT), \
                     CAST(COALESCE(SUM(CASE WHEN late > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM opinion \
                     WHERE authority_id = ?1 AND received_at >= ?2 AND received_at < ?3 \
                     GROUP BY office_id ORDER BY office_id LIMIT 2000";
}

fn count(row: &Row<'_>, at: usize) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.int(at)?).unwrap_or_default())
}

fn score(row: &Row<'_>, at: usize) -> Result<Option<u8>, StoreError> {
    Ok(row.opt_int(at)?.and_then(|score| u8::try_from(score).ok()))
}

fn slip(row: &Row<'_>) -> Result<Slip, StoreError> {
    let fact = |at| Ok::<_, StoreError>(row.opt_text(at)?.as_deref().and_then(Fact::from_key));
    let cell = Cell {
        office: row.text(0)?,
        group: group_of(&row.text(1)?)?,
        official: row.opt_text(3)?,
        procedure: row.opt_text(4)?,
        field: row.opt_text(5)?,
        source: row.opt_text(6)?.as_deref().and_then(Source::from_key),
        counts: [0; 5],
    };
    Ok(Slip {
        cell,
        scores: [score(row, 7)?, score(row, 8)?, score(row, 9)?, score(row, 10)?, score(row, 11)?],
        trips: score(row, 12)?,
        contacts: score(row, 13)?,
        extra_money: fact(14)?,
        extra_papers: fact(15)?,
        n: count(row, 16)?,
    })
}

impl Store {
    /// What was counted between two days, the second not included: slips of boxes whose last ballot fell between them, invitations made,
    /// cases finished, opinions received and call-backs.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn counted_between(&self, from: Day, before: Day) -> Result<Counted, StoreError> {
        let params: [Value; 3] = [self.authority().into(), from.0.into(), before.0.into()];
        let (start, end) = (Instant::at(from, Minute(0)), Instant::at(before, Minute(0)));
        let times: [Value; 3] = [self.authority().into(), start.0.into(), end.0.into()];
        let called = self.calls_before(before).await?.into_iter();
        let called = called.map(|(office, said)| (office, CallBacks::of(&said, from)));
        Ok(Counted {
            slips: self.rows(&READ_SLIPS, &params, slip).await?,
            asked: self.rows(&READ_ASKED, &params, asked).await?,
            finished: self.finished(start, end).await?,
            opinions: self.rows(&READ_OPINIONS, &times, opinions).await?,
            call_backs: called.collect(),
        })
    }

    async fn finished(&self, from: Instant, before: Instant) -> Result<Vec<Finished>, StoreError> {
        let directory = self.directory();
        let mut all = Vec::new();
        for office in &directory.offices {
            let params: [Value; 4] =
                [self.authority().into(), office.id.as_str().into(), from.0.into(), before.0.into()];
            let read = |row: &Row<'_>| {
                let procedure = row.text(1)?;
                let kind = ApplicantKind::from_key(&row.text(2)?)
                    .ok_or_else(|| StoreError::Corrupt("applicant kind".into()))?;
                Ok(Finished {
                    office: office.id.clone(),
                    official: row.text(0)?,
                    field: directory.field_of(&procedure).map(str::to_owned),
                    procedure,
                    group: kind.group(),
                    cases: count(row, 3)?,
                    on_time: count(row, 4)?,
                    supplements: count(row, 5)?,
                    beyond: count(row, 6)?,
                })
            };
            all.extend(self.rows(&READ_FINISHED, &params, read).await?);
        }
        Ok(all)
    }
}

fn asked(row: &Row<'_>) -> Result<Asked, StoreError> {
    Ok(Asked {
        office: row.text(0)?,
        official: row.opt_text(1)?,
        procedure: row.text(2)?,
        field: row.text(3)?,
        invited: count(row, 4)?,
        used: count(row, 5)?,
        through: count(row, 6)?,
    })
}

fn opinions(row: &Row<'_>) -> Result<Opinions, StoreError> {
    Ok(Opinions {
        office: row.text(0)?,
        received: count(row, 1)?,
        conduct: count(row, 2)?,
        upheld: count(row, 3)?,
        late: count(row, 4)?,
    })
}
