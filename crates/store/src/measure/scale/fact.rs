//! What the scales look at of each ended case, and of opinions and answers, summed up while it is read.

use std::collections::{BTreeMap, BTreeSet};

use hailong_core::{
    directory::Directory,
    listen::{
        opinion::{Helped, Opinion, State as OpinionState},
        sealing::REST,
    },
    measure::{
        figure::Figure,
        scale::{
            Share, Subject,
            nine_indicators::{Case, Handled, Pace, Tally},
            service_index::Clock,
        },
    },
    serve::{
        case::{Reception, State},
        clock::{Clock as CaseClock, ClockEvent},
    },
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    value::{Row, Value},
};

crate::query::queries! {
    ENDED = "SELECT COALESCE(finished_at, closed_at, 9223372036854775807), case_id, state, holder, code, reception, supplements, attended, \
             due_at, finished_at, on_time, closed_at, clock, (SELECT CAST(MAX(CASE WHEN consultation.reply = 'silent_consent' THEN 1 \
             WHEN consultation.reply = 'silent' OR consultation.closed_at > consultation.answer_by THEN 2 \
             WHEN (consultation.closed_at + 25200000000) / 86400000000 >= (consultation.answer_by + 25200000000) / 86400000000 THEN 1 \
             ELSE 0 END) AS BIGINT) FROM consultation WHERE consultation.authority_id = case_file.authority_id \
             AND consultation.case_id = case_file.case_id AND consultation.reply IS NOT NULL) FROM case_file \
             WHERE authority_id = ?1 AND office_id = ?2 AND accepted_at IS NOT NULL \
             AND COALESCE(finished_at, closed_at, 9223372036854775807) < ?5 \
             AND COALESCE(finished_at, closed_at, 9223372036854775807) >= ?3 \
             AND (COALESCE(finished_at, closed_at, 9223372036854775807) > ?3 OR case_id > ?4) \
             ORDER BY COALESCE(finished_at, closed_at, 9223372036854775807), case_id LIMIT 2000";
    WAITING = "SELECT office_id, holder, clock FROM case_file WHERE authority_id = ?1 AND at_office = ?2 \
               AND (waits = 'citizen' OR waits = 'others') AND waits = 'citizen' AND is_open = 1 AND state = 'supplement_requested' \
               AND accepted_at IS NOT NULL ORDER BY sort_at, case_id LIMIT 5000";
    ONLINE_OVERDUE = "SELECT CAST(COUNT(*) AS BIGINT) FROM case_file WHERE authority_id = ?1 AND office_id = ?2 AND is_open = 1 \
                      AND (state = 'accepted' OR state = 'in_progress' OR state = 'submitted') AND sort_at < ?3 \
                      AND reception = 'online'";
    CONDUCT = "SELECT opinion_id, office_id, state, received_at, opinion FROM opinion WHERE authority_id = ?1 AND class = 'conduct' \
               AND received_at >= ?2 AND received_at < ?3 ORDER BY received_at, opinion_id LIMIT 10000";
    DUE = "SELECT office_id, due_day, answered_at, state, helped, opinion_id FROM opinion WHERE authority_id = ?1 \
           AND due_day >= ?2 AND due_day <= ?3 AND (due_day > ?2 OR opinion_id > ?4) ORDER BY due_day, opinion_id LIMIT 2000";
    RATED = "SELECT ballot_box.office_id, CAST(COUNT(*) AS BIGINT), \
             CAST(SUM(CASE WHEN slip.overall >= 4 THEN 1 ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN slip.overall <= 2 THEN 1 ELSE 0 END) AS BIGINT) FROM sealed_box JOIN ballot_box \
             ON ballot_box.authority_id = sealed_box.authority_id AND ballot_box.box_id = sealed_box.box_id \
             JOIN slip ON slip.authority_id = sealed_box.authority_id AND slip.box_id = sealed_box.box_id \
             AND slip.serial = sealed_box.serial AND slip.pile = 'overall' AND slip.overall IS NOT NULL \
             WHERE sealed_box.authority_id = ?1 AND sealed_box.day >= ?2 AND sealed_box.day < ?3 \
             GROUP BY ballot_box.office_id ORDER BY ballot_box.office_id LIMIT 2000";
}

/// Days before the period in which somebody may have complained of a case that ended in it.
const COMPLAINED_BEFORE: i32 = 366;

/// What the scales look at, summed up.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// Cases with a result.
    pub(super) tally: Tally,
    /// Cases by the clock of QĐ 766, those that wait for their applicants too.
    pub(super) index: Share,
    /// Those that wait and count as in time.
    pub(super) waiting: u64,
    /// Cases over the network that were late or are overdue.
    pub(super) online_late: u64,
    /// Opinions that were due.
    pub(super) opinions: Handled,
    /// Ended cases complained about, and answers that are dissatisfied where these are enough to be told.
    pub(super) dissatisfied: u64,
    /// Complaints of the period that name no case.
    pub(super) without_case: u64,
    /// What those who answered said.
    pub(super) answered: Figure,
}

/// Complaints about conduct that were not refused.
#[derive(Default)]
struct Complaints {
    /// The codes of the cases they name.
    codes: BTreeSet<String>,
    /// By office, those of the period that name none.
    without: BTreeMap<String, u64>,
}

/// An ended case as it is read.
struct Ended {
    at: Instant,
    id: Uuid,
    state: State,
    holder: String,
    code: Option<String>,
    online: bool,
    supplements: u64,
    attended: bool,
    due: Option<Instant>,
    finished: Option<Instant>,
    on_time: Option<bool>,
    closed: Option<Instant>,
    clock: Option<CaseClock>,
    consulted: Option<Pace>,
}

fn midnight(day: Day) -> Instant {
    Instant::at(day, Minute(0))
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("{what} is not readable"))
}

fn clock(text: Option<String>) -> Result<Option<CaseClock>, StoreError> {
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| corrupt("the clock of a case"))
}

fn read_ended(row: &Row<'_>) -> Result<Ended, StoreError> {
    let instant = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(Instant));
    let consulted = row.opt_int(13)?.map(|worst| match worst {
        0 => Pace::Shorter,
        1 => Pace::Equal,
        _ => Pace::Longer,
    });
    Ok(Ended {
        at: Instant(row.int(0)?),
        id: row.uuid(1)?,
        state: State::from_key(&row.text(2)?).ok_or_else(|| corrupt("the state of a case"))?,
        holder: row.text(3)?,
        code: row.opt_text(4)?,
        online: row.text(5)? == Reception::Online.key(),
        supplements: u64::try_from(row.int(6)?).unwrap_or_default(),
        attended: row.int(7)? == 1,
        due: instant(8)?,
        finished: instant(9)?,
        on_time: row.opt_int(10)?.map(|on_time| on_time == 1),
        closed: instant(11)?,
        clock: clock(row.opt_text(12)?)?,
        consulted,
    })
}

impl Ended {
    /// As the nine indicators see it; none without a result.
    fn resolved(&self, complaints: &Complaints) -> Option<Case> {
        let finished = self.finished.filter(|_| matches!(self.state, State::Finished | State::Returned))?;
        let whole = match (self.on_time, self.due) {
            (Some(false), _) => Pace::Longer,
            (_, Some(due)) if finished.day() < due.day() => Pace::Shorter,
            _ => Pace::Equal,
        };
        Some(Case {
            whole,
            consulted: self.consulted,
            contacts: self.supplements,
            on_the_spot: self.attended,
            complained: self.is_complained(complaints),
        })
    }

    fn is_complained(&self, complaints: &Complaints) -> bool {
        self.code.as_ref().is_some_and(|code| complaints.codes.contains(code))
    }

    /// As the national index sees it.
    fn index(&self, directory: &Directory) -> Clock {
        let result = matches!(self.state, State::Finished | State::Returned);
        let requests = self.clock.as_ref().map_or(self.supplements, |clock| clock.supplement_pauses() as u64);
        // Without a clock, or beyond the calendar, the date that held is all there is.
        let counted =
            self.clock.as_ref().and_then(|clock| clock.index_date(self.at, &directory.calendar).ok());
        let due = counted.or(self.due).unwrap_or(Instant(i64::MAX));
        Clock {
            finished: self.finished.filter(|_| result),
            returned: self.closed.filter(|_| result),
            stopped: self.closed.filter(|_| !result),
            ..Clock::running(due, requests)
        }
    }
}

impl Store {
    /// Everything that the scales of a subject look at, of some days, both ends included.
    pub(super) async fn scale_facts(
        &self,
        subject: &Subject,
        (from, to): (Day, Day),
        directory: &Directory,
    ) -> Result<Facts, StoreError> {
        let complaints = self.complaints((from, to)).await?;
        let home = match subject {
            Subject::Office(id) => Some(id.as_str()),
            Subject::Official(id) => {
                directory.officials.iter().find(|one| one.id == *id).map(|one| one.office_id.as_str())
            }
            Subject::District => None,
        };
        let (answered, unhappy) = self.answers_of_days(home, (from, to)).await?;
        let mut facts = Facts {
            tally: Tally::default(),
            index: Share::default(),
            waiting: 0,
            online_late: 0,
            opinions: self.opinions_due(home, (from, to)).await?,
            dissatisfied: unhappy,
            without_case: complaints
                .without
                .iter()
                .filter(|(id, _)| home.is_none_or(|home| home == *id))
                .map(|(_, n)| n)
                .sum(),
            answered,
        };
        for office in &directory.offices {
            self.waiting_cases(&mut facts, subject, &office.id, (from, to), directory).await?;
            if matches!(subject, Subject::Office(id) if *id != office.id) {
                continue;
            }
            self.ended_cases(&mut facts, subject, &office.id, (from, to), &complaints).await?;
            let params = [self.authority().into(), office.id.as_str().into(), midnight(to.plus(1)).0.into()];
            let overdue = self.row(&ONLINE_OVERDUE, &params, |row| row.int(0)).await?;
            facts.online_late += u64::try_from(overdue.unwrap_or_default()).unwrap_or_default();
        }
        Ok(facts)
    }

    /// The cases of an office of reception that ended.
    async fn ended_cases(
        &self,
        facts: &mut Facts,
        subject: &Subject,
        office_id: &str,
        (from, to): (Day, Day),
        complaints: &Complaints,
    ) -> Result<(), StoreError> {
        let directory = self.directory();
        let (mut after, end) = ((midnight(from), Uuid::nil()), midnight(to.plus(1)));
        loop {
            let params: [Value; 5] =
                [self.authority().into(), office_id.into(), after.0.0.into(), after.1.into(), end.0.into()];
            let page = self.rows(&ENDED, &params, read_ended).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = (last.at, last.id);
            for case in &page {
                if matches!(subject, Subject::Official(id) if *id != case.holder) {
                    continue;
                }
                if let Some(resolved) = case.resolved(complaints) {
                    facts.tally.add(&resolved);
                }
                facts.index.of += 1;
                facts.index.part += u64::from(case.index(&directory).on_time() == Some(true));
                facts.online_late += u64::from(case.online && case.on_time == Some(false));
                facts.dissatisfied += u64::from(case.is_complained(complaints));
            }
        }
    }

    /// The cases now at an office whose applicants were asked for a supplement on one of the days and have not brought it: the national
    /// index takes them for ended.
    async fn waiting_cases(
        &self,
        facts: &mut Facts,
        subject: &Subject,
        at_office: &str,
        (from, to): (Day, Day),
        directory: &Directory,
    ) -> Result<(), StoreError> {
        let params = [self.authority().into(), at_office.into()];
        let read = |row: &Row<'_>| Ok((row.text(0)?, row.text(1)?, clock(row.opt_text(2)?)?));
        for (office, holder, clock) in self.rows(&WAITING, &params, read).await? {
            let of = match subject {
                Subject::District => true,
                Subject::Office(id) => *id == office,
                Subject::Official(id) => *id == holder,
            };
            let Some(clock) = clock.filter(|_| of) else { continue };
            let asked = clock.events.iter().rev().find(|event| matches!(event, ClockEvent::Paused { .. }));
            let Some(asked) = asked.map(ClockEvent::at).filter(|at| (from..=to).contains(&at.day())) else {
                continue;
            };
            let due = clock.index_date(asked, &directory.calendar).unwrap_or(clock.printed);
            let requests = clock.supplement_pauses() as u64;
            let counted = Clock { asked: Some(asked), ..Clock::running(due, requests) };
            let on_time = u64::from(counted.on_time() == Some(true));
            facts.index.of += 1;
            facts.index.part += on_time;
            facts.waiting += on_time;
        }
        Ok(())
    }

    /// Complaints about conduct until today, as far back as cases of the period may have been complained of. Which case an opinion names
    /// is sealed with it.
    async fn complaints(&self, (from, to): (Day, Day)) -> Result<Complaints, StoreError> {
        let since = midnight(from.plus(-COMPLAINED_BEFORE)).0;
        let read = |row: &Row<'_>| {
            let state =
                OpinionState::from_key(&row.text(2)?).ok_or_else(|| corrupt("the state of an opinion"))?;
            Ok((row.uuid(0)?, row.text(1)?, state, Instant(row.int(3)?).day(), row.bytes(4)?))
        };
        let params = [self.authority().into(), since.into(), i64::MAX.into()];
        let mut complaints = Complaints::default();
        for (id, office, state, day, sealed) in self.rows(&CONDUCT, &params, read).await? {
            // What was not taken up was no complaint, or was found to be none.
            if state == OpinionState::Refused {
                continue;
            }
            let key = self.data_key(id).await?;
            let said = key.and_then(|key| key.open(id.as_bytes(), &sealed));
            let said: Option<Opinion> = said.and_then(|said| serde_json::from_slice(&said).ok());
            match said.map(|said| said.case_code).filter(|code| !code.is_empty()) {
                Some(code) => _ = complaints.codes.insert(code),
                None if (from..=to).contains(&day) => *complaints.without.entry(office).or_default() += 1,
                None => {}
            }
        }
        Ok(complaints)
    }

    /// The opinions of an office, or of all, that were due on one of the days.
    async fn opinions_due(
        &self,
        office: Option<&str>,
        (from, to): (Day, Day),
    ) -> Result<Handled, StoreError> {
        let mut handled = Handled::default();
        let mut after = (from, Uuid::nil());
        loop {
            let params: [Value; 4] = [self.authority().into(), after.0.0.into(), to.0.into(), after.1.into()];
            let read = |row: &Row<'_>| {
                let answered = row.opt_int(2)?.map(|at| Instant(at).day());
                Ok((row.text(0)?, Day(row.int(1)? as i32), answered, row.opt_text(4)?, row.uuid(5)?))
            };
            let page = self.rows(&DUE, &params, read).await?;
            let Some((_, day, _, _, id)) = page.last() else { return Ok(handled) };
            after = (*day, *id);
            for (of, due, answered, helped, _) in &page {
                if office.is_some_and(|office| office != of) {
                    continue;
                }
                let on_time = answered.is_some_and(|day| day <= *due);
                // What is due on the last day and not answered yet is not late before the day is over.
                if answered.is_none() && *due == to {
                    continue;
                }
                handled.due += 1;
                handled.on_time += u64::from(on_time);
                handled.prolonged += u64::from(answered.is_none_or(|day| day > to));
                handled.not_helped += u64::from(on_time && helped.as_deref() == Some(Helped::No.key()));
            }
        }
    }

    /// What was said of an office, or of all, in boxes opened for some days; and how many of the answers are dissatisfied, where there
    /// are enough to tell.
    async fn answers_of_days(
        &self,
        office: Option<&str>,
        (from, to): (Day, Day),
    ) -> Result<(Figure, u64), StoreError> {
        let params = [self.authority().into(), from.0.into(), to.plus(1).0.into()];
        let count = |row: &Row<'_>, at| Ok::<_, StoreError>(u64::try_from(row.int(at)?).unwrap_or_default());
        let read = |row: &Row<'_>| Ok((row.text(0)?, count(row, 1)?, count(row, 2)?, count(row, 3)?));
        let mut all = self.rows(&RATED, &params, read).await?;
        all.retain(|(of, ..)| office.is_none_or(|office| office == of));
        let (rest, offices): (Vec<_>, Vec<_>) = all.iter().partition(|(of, ..)| of == REST);
        let counts = |(_, n, satisfied, _): &&(String, u64, u64, u64)| (*satisfied, *n);
        let rest = rest.first().map(counts).unwrap_or_default();
        let figure = Figure::of_offices(offices.iter().map(counts), rest, None);
        let unhappy = all.iter().map(|(.., unhappy)| unhappy).sum();
        Ok((figure, if matches!(figure, Figure::Shown { .. }) { unhappy } else { 0 }))
    }
}
