//! The guard in tables: what it looks at, what it found, and what people said and decided of it.

use std::collections::{BTreeMap, HashMap};

use hailong_core::{
    batch::Entry,
    context::Context,
    event::Event,
    listen::invitation::{Source, Way},
    measure::guard::{
        self, AGAIN_DAYS, Alarm, AlarmState, CaseSeen, Finding, Kind, LOOK_DAYS, Looked, OfficeSeen,
        RollLine, Seen, SlipCount, Verdict, Verdicts,
    },
    refusal::Refusal,
    time::{Day, Instant, Minute, Month},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value},
};

macro_rules! select_alarm {
    ($which:literal) => {
        concat!(
            "SELECT document, verdict, reason, judged_at, judged_by, raised_at, version FROM alarm WHERE authority_id = ?1 ",
            $which
        )
    };
}

/// Cases with a receipt whose work ended between two moments, along the index of ends.
macro_rules! ended {
    ($what:literal, $and:literal) => {
        concat!(
            $what,
            " WHERE case_file.authority_id = ?1 AND case_file.office_id = ?2 AND case_file.accepted_at IS NOT NULL \
             AND COALESCE(case_file.finished_at, case_file.closed_at, 9223372036854775807) >= ?3 \
             AND COALESCE(case_file.finished_at, case_file.closed_at, 9223372036854775807) < ?4 ",
            $and
        )
    };
}

crate::query::queries! {
    KEEP_LOOK = "INSERT INTO guard_look (authority_id, quarter, told, document, looked_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    RAISE = "INSERT INTO alarm (authority_id, alarm_id, quarter, kind, office_id, official, told, document, raised_at, version) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)";
    KEEP_ANSWER = "INSERT INTO alarm_answer (authority_id, alarm_id, version, said_at, said_by, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    SET_VERSION = "UPDATE alarm SET version = ?3 WHERE authority_id = ?1 AND alarm_id = ?2";
    JUDGE = "UPDATE alarm SET version = ?3, verdict = ?4, reason = ?5, judged_at = ?6, judged_by = ?7 \
             WHERE authority_id = ?1 AND alarm_id = ?2 AND verdict IS NULL";
    READ_ALARM = select_alarm!("AND alarm_id = ?2");
    TOLD = select_alarm!("AND told = 1 AND alarm_id < ?2 ORDER BY alarm_id DESC LIMIT ?3");
    TOLD_OF_OFFICE = select_alarm!("AND told = 1 AND office_id = ?4 AND alarm_id < ?2 ORDER BY alarm_id DESC LIMIT ?3");
    TOLD_OF_OFFICIAL = select_alarm!("AND told = 1 AND official = ?4 AND alarm_id < ?2 ORDER BY alarm_id DESC LIMIT ?3");
    ANSWERS = "SELECT said_at, said_by, words FROM alarm_answer WHERE authority_id = ?1 AND alarm_id = ?2 ORDER BY version LIMIT 100";
    LOOKS = "SELECT document FROM guard_look WHERE authority_id = ?1 ORDER BY quarter DESC LIMIT 40";
    VERDICTS = "SELECT kind, verdict, CAST(COUNT(*) AS BIGINT) FROM alarm WHERE authority_id = ?1 AND verdict IS NOT NULL \
                GROUP BY kind, verdict ORDER BY kind, verdict LIMIT 100";
    CASES = ended!(
        "SELECT case_id, procedure, person_id, accepted_at, first_contact_at, due_at, finished_at, closed_at, on_time, state, \
         supplements FROM case_file",
        "ORDER BY COALESCE(case_file.finished_at, case_file.closed_at, 9223372036854775807), case_file.case_id LIMIT 200000"
    );
    STEPS = ended!(
        "SELECT case_file.case_id, journal.at, journal.kind, journal.payload FROM case_file JOIN journal \
         ON journal.authority_id = case_file.authority_id AND journal.subject = case_file.case_id",
        "AND (journal.kind = 'supplement_requested' OR journal.kind = 'case_sent' OR journal.kind = 'case_handed_over') \
         ORDER BY COALESCE(case_file.finished_at, case_file.closed_at, 9223372036854775807), case_file.case_id, journal.version \
         LIMIT 1000000"
    );
    CAME = "SELECT person_id, procedure, opened_at FROM case_file WHERE authority_id = ?1 AND office_id = ?2 \
            AND accepted_at IS NOT NULL AND accepted_at >= ?3 AND accepted_at < ?4 ORDER BY accepted_at, case_id LIMIT 200000";
    ROLL = "SELECT invitation.office_id, invitation.case_id, invitation.official, used_day, way, denied_day, case_file.on_time \
            FROM invitation JOIN case_file ON case_file.authority_id = invitation.authority_id AND case_file.case_id = invitation.case_id \
            WHERE invitation.authority_id = ?1 AND issued_day >= ?2 AND issued_day < ?3 \
            ORDER BY issued_day, invitation_id LIMIT 500000";
    ROLL_BEFORE = "SELECT office_id, CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE WHEN used_day < ?4 THEN 1 ELSE 0 END) AS BIGINT) \
                   FROM invitation WHERE authority_id = ?1 AND issued_day >= ?2 AND issued_day < ?3 \
                   GROUP BY office_id ORDER BY office_id LIMIT 20000";
    SLIPS = "SELECT slip.official, slip.source, slip.welcome, slip.guidance, CAST(COUNT(*) AS BIGINT) FROM sealed_box JOIN slip \
             ON slip.authority_id = sealed_box.authority_id AND slip.box_id = sealed_box.box_id AND slip.serial = sealed_box.serial \
             AND slip.pile = 'attitude' AND slip.official IS NOT NULL AND slip.source IS NOT NULL AND slip.welcome IS NOT NULL \
             WHERE sealed_box.authority_id = ?1 AND sealed_box.day >= ?2 AND sealed_box.day < ?3 \
             GROUP BY slip.official, slip.source, slip.welcome, slip.guidance \
             ORDER BY slip.official, slip.source, slip.welcome, COALESCE(slip.guidance, 0) LIMIT 200000";
    CALLS = "SELECT call_list.office_id, invitation.case_id, said, said_day FROM call_line \
             JOIN call_list ON call_list.authority_id = call_line.authority_id AND call_list.list_id = call_line.list_id \
             JOIN invitation ON invitation.authority_id = call_line.authority_id AND invitation.invitation_id = call_line.invitation_id \
             WHERE call_line.authority_id = ?1 AND said IS NOT NULL AND said_day < ?2 \
             ORDER BY said_day, call_line.list_id, call_line.place LIMIT 100000";
}

/// An alarm as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmFile {
    /// What decisions look at.
    pub state: AlarmState,
    /// When it was raised.
    pub raised_at: Instant,
    /// Who decided, when, and why; the words are empty when their key was destroyed.
    pub judged: Option<(Instant, String, String)>,
}

/// What somebody said of an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFile {
    /// When.
    pub said_at: Instant,
    /// Who.
    pub said_by: String,
    /// The words; empty when their key was destroyed.
    pub words: String,
}

/// Which alarms are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About<'a> {
    /// All that are told.
    All,
    /// Those about an office.
    Office(&'a str),
    /// Those that name an official.
    Official(&'a str),
}

fn json(what: &impl serde::Serialize) -> String {
    serde_json::to_string(what).unwrap_or_default()
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    let subject = || Value::from(entry.subject.0.as_slice());
    match event {
        Event::GuardLooked(looked) => {
            let params = vec![
                authority.into(),
                looked.quarter.0.into(),
                looked.told.into(),
                json(looked).into(),
                entry.at.0.into(),
            ];
            out.push(Statement::new(&KEEP_LOOK, params));
        }
        Event::AlarmRaised(alarm) => {
            let params = vec![
                authority.into(),
                alarm.alarm_id.into(),
                alarm.quarter.0.into(),
                alarm.finding.kind.key().into(),
                alarm.finding.office_id.as_str().into(),
                alarm.finding.official.as_deref().into(),
                alarm.told.into(),
                json(alarm).into(),
                entry.at.0.into(),
            ];
            out.push(Statement::new(&RAISE, params));
        }
        Event::AlarmAnswered(answered) => {
            let params = vec![
                authority.into(),
                subject(),
                entry.version.into(),
                entry.at.0.into(),
                actor.into(),
                answered.words.0.as_slice().into(),
            ];
            out.push(Statement::new(&KEEP_ANSWER, params));
            out.push(Statement::one(&SET_VERSION, vec![authority.into(), subject(), entry.version.into()]));
        }
        Event::AlarmJudged(judged) => {
            let params = vec![
                authority.into(),
                subject(),
                entry.version.into(),
                judged.verdict.key().into(),
                judged.words.0.as_slice().into(),
                entry.at.0.into(),
                actor.into(),
            ];
            out.push(Statement::one(&JUDGE, params));
        }
        _ => {}
    }
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("an alarm has an unknown {what}"))
}

/// Without the words of the verdict, which are sealed.
fn read(row: &Row<'_>) -> Result<(AlarmFile, Option<Vec<u8>>), StoreError> {
    let alarm: Alarm = serde_json::from_str(&row.text(0)?).map_err(|_| corrupt("form"))?;
    let verdict = row.opt_text(1)?.map(|key| Verdict::from_key(&key).ok_or_else(|| corrupt("verdict")));
    let judged = row.opt_int(3)?.map(Instant).zip(row.opt_text(4)?);
    let state = AlarmState { alarm, verdict: verdict.transpose()?, version: row.int(6)? };
    let judged = judged.map(|(at, by)| (at, by, String::new()));
    Ok((AlarmFile { state, raised_at: Instant(row.int(5)?), judged }, row.opt_bytes(2)?))
}

/// What a case needs beside its columns to see whether the same matter came again.
struct Ended {
    seen: CaseSeen,
    person_id: Uuid,
    procedure: String,
}

fn ended(row: &Row<'_>) -> Result<Ended, StoreError> {
    let at = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(Instant));
    let state = row.text(9)?;
    let seen = CaseSeen {
        case_id: row.uuid(0)?,
        accepted: Instant(row.int(3)?),
        first_contact: at(4)?,
        due: at(5)?,
        finished: at(6)?,
        closed: at(7)?,
        on_time: row.opt_int(8)?.map(|kept| kept == 1),
        without_result: ["refused", "withdrawn", "stopped"].contains(&state.as_str()),
        supplements: row.int(10)? as u8,
        asked: Vec::new(),
        moved: Vec::new(),
        again: false,
    };
    Ok(Ended { seen, person_id: row.uuid(2)?, procedure: row.text(1)? })
}

impl Store {
    /// Everything the guard looks at in a quarter, as it stood [`LOOK_DAYS`] after its end.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn guard_seen(&self, quarter: Month) -> Result<Seen, StoreError> {
        let (from, before) = quarter.days_of_quarter();
        let today = before.plus(LOOK_DAYS);
        let mut offices: BTreeMap<String, OfficeSeen> = BTreeMap::new();
        for office in &self.directory().offices {
            let cases = self.guarded_cases(&office.id, from, before, today).await?;
            offices.entry(office.id.clone()).or_default().cases = cases;
        }
        let of = |row: &Row<'_>| row.text(0);
        let params = [self.authority().into(), from.0.into(), before.0.into()];
        let roll = |row: &Row<'_>| {
            let way = row.opt_text(4)?.as_deref().and_then(Way::from_key);
            let day = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(|day| Day(day as i32)));
            let until = |day: &Day| *day < today;
            let line = RollLine {
                case_id: row.uuid(1)?,
                official: row.opt_text(2)?,
                used: day(3)?.filter(until).zip(way),
                denied: day(5)?.is_some_and(|day| until(&day)),
                on_time: row.opt_int(6)?.map(|kept| kept == 1),
            };
            Ok((of(row)?, line))
        };
        for (office, line) in self.rows(&ROLL, &params, roll).await? {
            offices.entry(office).or_default().roll.push(line);
        }
        let last = Month(quarter.0 - 3).first_day();
        let asked = [self.authority().into(), last.0.into(), from.0.into(), from.plus(LOOK_DAYS).0.into()];
        let count = |row: &Row<'_>| Ok((of(row)?, (row.int(1)? as u32, row.int(2)? as u32)));
        for (office, counts) in self.rows(&ROLL_BEFORE, &asked, count).await? {
            offices.entry(office).or_default().before = counts;
        }
        let called = [self.authority().into(), today.0.into()];
        let call = |row: &Row<'_>| Ok((of(row)?, (row.uuid(1)?, row.int(2)? == 0), Day(row.int(3)? as i32)));
        for (office, said, day) in self.rows(&CALLS, &called, call).await? {
            let office = offices.entry(office).or_default();
            office.calls.push(said);
            office.old_calls += usize::from(day < from.plus(LOOK_DAYS));
        }
        let slip = |row: &Row<'_>| {
            let source = Source::from_key(&row.text(1)?).ok_or_else(|| corrupt("way of a slip"))?;
            Ok(SlipCount {
                official: row.text(0)?,
                source,
                welcome: row.int(2)? as u8,
                guidance: row.opt_int(3)?.map(|score| score as u8),
                n: row.int(4)? as u32,
            })
        };
        let slips = self.rows(&SLIPS, &params, slip).await?;
        let offices =
            offices.into_iter().map(|(office_id, office)| OfficeSeen { office_id, ..office }).collect();
        Ok(Seen { quarter, today, offices, slips })
    }

    /// The cases of an office whose work ended in a quarter, with what happened in them.
    async fn guarded_cases(
        &self,
        office_id: &str,
        from: Day,
        before: Day,
        today: Day,
    ) -> Result<Vec<CaseSeen>, StoreError> {
        let at = |day| Instant::at(day, Minute(0));
        let until = at(today);
        let params =
            |to: Instant| [self.authority().into(), office_id.into(), at(from).0.into(), to.0.into()];
        let ended = self.rows(&CASES, &params(at(before)), ended).await?;
        let places: HashMap<Uuid, usize> =
            ended.iter().enumerate().map(|(place, case)| (case.seen.case_id, place)).collect();
        let mut came: HashMap<(Uuid, String), Vec<Instant>> = HashMap::new();
        let person = |row: &Row<'_>| Ok(((row.uuid(0)?, row.text(1)?), Instant(row.int(2)?)));
        for (who, opened) in self.rows(&CAME, &params(until), person).await? {
            came.entry(who).or_default().push(opened);
        }
        let again = |case: Ended| {
            let Ended { mut seen, person_id, procedure } = case;
            let end = seen.closed.filter(|_| seen.without_result);
            let later = came.get(&(person_id, procedure)).map(Vec::as_slice).unwrap_or_default();
            seen.again = end.is_some_and(|end| {
                later.iter().any(|opened| *opened > end && opened.day() <= end.day().plus(AGAIN_DAYS))
            });
            seen.closed = seen.closed.filter(|closed| *closed < until);
            seen
        };
        let mut cases: Vec<CaseSeen> = ended.into_iter().map(again).collect();
        let step = |row: &Row<'_>| {
            let event = || serde_json::from_str(&row.text(3)?).map_err(|_| corrupt("step"));
            Ok((row.uuid(0)?, Instant(row.int(1)?), row.text(2)?, event()?))
        };
        for (case_id, at, kind, event) in self.rows(&STEPS, &params(at(before)), step).await? {
            let Some(case) = places.get(&case_id).map(|place| &mut cases[*place]) else { continue };
            match event {
                Event::SupplementRequested(request) if request.moved.is_some() => {
                    case.asked.push((at, request.of.due));
                }
                _ if kind != "supplement_requested" => case.moved.push(at),
                _ => {}
            }
        }
        Ok(cases)
    }

    /// The quarter that the guard is to look at today, and whether anybody is told of what it finds.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn guard_due(&self, today: Day) -> Result<Option<(Month, bool)>, StoreError> {
        let Some(first) = self.line(1).await? else { return Ok(None) };
        let looked = self.guard_looks().await?.first().map(|look| look.quarter);
        Ok(guard::due(today, first.at.day(), looked).map(|quarter| (quarter, looked.is_some())))
    }

    /// Looks at the quarter that is due, if any, and raises its alarms; the quarter and how many.
    ///
    /// # Errors
    /// Refusals of [`guard::raise`].
    pub async fn guard(&self, ctx: &Context<'_>) -> Result<Option<(Month, usize)>, StoreError> {
        let Some((quarter, told)) = self.guard_due(ctx.at.day()).await? else { return Ok(None) };
        let findings = guard::look(&self.guard_seen(quarter).await?);
        let alarms = findings.iter().filter(|finding| finding.is_alarm()).count();
        match self.commit(guard::raise(quarter, &findings, told, ctx)?).await {
            // Another process was faster.
            Err(StoreError::Stale) => Ok(None),
            done => done.map(|_| Some((quarter, alarms))),
        }
    }

    /// What the rules find in a quarter now; nothing is written.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn guard_findings(&self, quarter: Month) -> Result<Vec<Finding>, StoreError> {
        Ok(guard::look(&self.guard_seen(quarter).await?))
    }

    /// Quarters that were looked at, the newest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn guard_looks(&self) -> Result<Vec<Looked>, StoreError> {
        let look = |row: &Row<'_>| serde_json::from_str(&row.text(0)?).map_err(|_| corrupt("look"));
        self.rows(&LOOKS, &[self.authority().into()], look).await
    }

    /// Alarms that are told, the newest first, behind one of them.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn alarms(
        &self,
        about: About<'_>,
        after: Option<Uuid>,
        most: u32,
    ) -> Result<Vec<AlarmFile>, StoreError> {
        let mut params = vec![self.authority().into(), after.unwrap_or(Uuid::max()).into(), most.into()];
        let query = match about {
            About::All => &TOLD,
            About::Office(office) => {
                params.push(office.into());
                &TOLD_OF_OFFICE
            }
            About::Official(official) => {
                params.push(official.into());
                &TOLD_OF_OFFICIAL
            }
        };
        let rows = self.rows(query, &params, read).await?;
        Ok(rows.into_iter().map(|(file, _)| file).collect())
    }

    /// An alarm by its key, with the reason of its verdict.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn alarm(&self, id: Uuid) -> Result<Option<AlarmFile>, StoreError> {
        let found = self.row(&READ_ALARM, &[self.authority().into(), id.into()], read).await?;
        let Some((mut file, reason)) = found else { return Ok(None) };
        if let (Some(judged), Some(reason)) = (&mut file.judged, reason) {
            judged.2 = self.open_words(id, id, &reason).await?.unwrap_or_default();
        }
        Ok(Some(file))
    }

    /// What was said of an alarm, oldest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn alarm_answers(&self, id: Uuid) -> Result<Vec<AnswerFile>, StoreError> {
        let read = |row: &Row<'_>| Ok((Instant(row.int(0)?), row.text(1)?, row.bytes(2)?));
        let mut answers = Vec::new();
        for (said_at, said_by, words) in
            self.rows(&ANSWERS, &[self.authority().into(), id.into()], read).await?
        {
            let words = self.open_words(id, id, &words).await?.unwrap_or_default();
            answers.push(AnswerFile { said_at, said_by, words });
        }
        Ok(answers)
    }

    /// Notes what somebody says of an alarm.
    ///
    /// # Errors
    /// Refusals of [`guard::answer`].
    pub async fn answer_alarm(&self, id: Uuid, words: &str, ctx: &Context<'_>) -> Result<(), StoreError> {
        let file = self.alarm(id).await?.ok_or(Refusal::UnknownAlarm)?;
        let key = self.data_key(id).await?.ok_or(Refusal::AlreadyDone)?;
        self.commit(guard::answer(&file.state, words, &key, ctx)?).await.map(|_| ())
    }

    /// Notes what was decided of an alarm.
    ///
    /// # Errors
    /// Refusals of [`guard::judge`].
    pub async fn judge_alarm(
        &self,
        id: Uuid,
        verdict: Option<Verdict>,
        words: &str,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let file = self.alarm(id).await?.ok_or(Refusal::UnknownAlarm)?;
        let key = self.data_key(id).await?.ok_or(Refusal::AlreadyDone)?;
        self.commit(guard::judge(&file.state, verdict, words, &key, ctx)?).await.map(|_| ())
    }

    /// What was decided of each kind of alarm.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn alarm_verdicts(&self) -> Result<BTreeMap<Kind, Verdicts>, StoreError> {
        let read = |row: &Row<'_>| {
            let kind = Kind::from_key(&row.text(0)?).ok_or_else(|| corrupt("kind"))?;
            let verdict = Verdict::from_key(&row.text(1)?).ok_or_else(|| corrupt("verdict"))?;
            Ok((kind, verdict, row.int(2)?.unsigned_abs()))
        };
        let mut verdicts: BTreeMap<Kind, Verdicts> = BTreeMap::new();
        for (kind, verdict, n) in self.rows(&VERDICTS, &[self.authority().into()], read).await? {
            let of = verdicts.entry(kind).or_default();
            match verdict {
                Verdict::Upheld => of.upheld = n,
                Verdict::Innocent => of.innocent = n,
                Verdict::Unclear => of.unclear = n,
            }
        }
        Ok(verdicts)
    }

    /// What people said of every office who were asked whether the rating on the roll was theirs, oldest first: `true` is "no". And how many of
    /// them had been said when the quarter before this day's was looked at.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn audit_calls(&self, today: Day) -> Result<BTreeMap<String, (Vec<bool>, usize)>, StoreError> {
        let looked = today.month().quarter()[0].first_day().plus(LOOK_DAYS);
        let said = self.calls_before(today.plus(1)).await?;
        let of = |said: Vec<(Day, bool)>| {
            let old = said.iter().filter(|(day, _)| today >= looked && *day < looked).count();
            (said.into_iter().map(|(_, no)| no).collect(), old)
        };
        Ok(said.into_iter().map(|(office, said)| (office, of(said))).collect())
    }

    /// What people said before a day of every office who were asked whether the rating on the roll was theirs, oldest first: when, and whether it
    /// was "no".
    pub(super) async fn calls_before(
        &self,
        day: Day,
    ) -> Result<BTreeMap<String, Vec<(Day, bool)>>, StoreError> {
        let read = |row: &Row<'_>| Ok((row.text(0)?, (Day(row.int(3)? as i32), row.int(2)? == 0)));
        let mut offices: BTreeMap<String, Vec<(Day, bool)>> = BTreeMap::new();
        for (office, said) in self.rows(&CALLS, &[self.authority().into(), day.0.into()], read).await? {
            offices.entry(office).or_default().push(said);
        }
        Ok(offices)
    }
}
