//! What is done about findings: alarms are raised, answered by whom they name, and decided by people above.

use uuid::Uuid;

use super::{Alarm, Answered, Finding, Judged, Kind, Looked, METHOD, Tests, Verdict, WORDS_LIMIT};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    event::Event,
    id::{Bytes, new_id},
    refusal::Refusal,
    secret::SecretKey,
    serve::official::Official,
    text,
    time::Month,
};

/// An alarm as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmState {
    /// What was raised.
    pub alarm: Alarm,
    /// What was decided.
    pub verdict: Option<Verdict>,
    /// Number of events so far.
    pub version: i64,
}

/// Decides that a quarter was looked at, and which alarms it raises. `told` is false in the first quarter of a record.
///
/// # Errors
/// Refuses everybody but the program itself and an administrator.
pub fn raise(quarter: Month, findings: &[Finding], told: bool, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let of = |kind: Kind| findings.iter().filter(move |finding| finding.kind == kind);
    let tests = Kind::ALL.into_iter().map(|kind| Tests {
        kind,
        tests: of(kind).count() as u32,
        alarms: of(kind).filter(|finding| finding.is_alarm()).count() as u32,
    });
    let looked =
        Looked { quarter, day: ctx.at.day(), told, tests: tests.collect(), method: METHOD.to_owned() };
    let subject = format!("guard/{}", quarter.quarter_key());
    let mut batch =
        Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), 1, Event::GuardLooked(looked));
    for finding in findings.iter().filter(|finding| finding.is_alarm()) {
        let alarm_id = new_id(ctx.at, &ctx.entropy);
        let (_, wrapped) = ctx.secrets.new_data_key(alarm_id, &ctx.entropy);
        batch.side.push(Side::DataKey { subject: alarm_id, wrapped });
        let (finding, method) = (finding.clone(), METHOD.to_owned());
        let alarm = Alarm { alarm_id, quarter, told, method, finding };
        batch.push(ctx.at, alarm_id.as_bytes(), 1, Event::AlarmRaised(Box::new(alarm)));
    }
    Ok(batch)
}

/// Whether somebody sees an alarm: the level above every one that is told; the head those of the own office; an official those that name him or her.
pub fn may_see(official: &Official, alarm: &Alarm) -> bool {
    alarm.told && (official.has_role(&[Role::Leader]) || can_answer(official, alarm))
}

/// Whether somebody is asked to say what was so.
pub fn can_answer(official: &Official, alarm: &Alarm) -> bool {
    let named = alarm.finding.official.as_deref() == Some(official.id.as_str());
    named || official.role_at(&alarm.finding.office_id) == Some(Role::Head)
}

/// Whether somebody sees the cases behind an alarm. Who rated is shown above the office only.
pub fn sees_cases(official: &Official, alarm: &Alarm) -> bool {
    official.has_role(&[Role::Leader]) || !alarm.finding.kind.is_of_the_roll()
}

fn official<'a>(ctx: &'a Context<'_>) -> Result<&'a Official, Refusal> {
    match &ctx.actor {
        Actor::Official(official) => Ok(official),
        Actor::Former(_) => Err(Refusal::PostEnded),
        _ => Err(Refusal::NotYourRole),
    }
}

fn next(state: &AlarmState, event: Event, ctx: &Context<'_>) -> Batch {
    let subject = state.alarm.alarm_id;
    Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), state.version + 1, event)
}

fn sealed(
    alarm_id: Uuid,
    field: &'static str,
    words: &str,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Bytes, Refusal> {
    let words = text::words(field, words, WORDS_LIMIT, true)?;
    Ok(Bytes(key.seal(&ctx.entropy, alarm_id.as_bytes(), words.as_bytes())))
}

/// Decides that somebody who is named, or the head of the office, says what was so.
///
/// # Errors
/// Refuses others, alarms that are not told or decided already, and empty or overlong words.
pub fn answer(state: &AlarmState, words: &str, key: &SecretKey, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let official = official(ctx)?;
    if !state.alarm.told || !can_answer(official, &state.alarm) {
        return Err(Refusal::NotYourOffice);
    }
    if state.verdict.is_some() {
        return Err(Refusal::AlreadyDone);
    }
    let words = sealed(state.alarm.alarm_id, "answer", words, key, ctx)?;
    Ok(next(state, Event::AlarmAnswered(Answered { words }), ctx))
}

/// Decides what an alarm was, with the reason.
///
/// # Errors
/// Refuses everybody but the leader, whoever is named or heads the office, alarms that are not told or decided already, no verdict, and empty or
/// overlong words.
pub fn judge(
    state: &AlarmState,
    verdict: Option<Verdict>,
    words: &str,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let official = official(ctx)?;
    if !official.has_role(&[Role::Leader]) || !state.alarm.told {
        return Err(Refusal::NotYourRole);
    }
    if can_answer(official, &state.alarm) {
        return Err(Refusal::OwnAlarm);
    }
    if state.verdict.is_some() {
        return Err(Refusal::AlreadyDone);
    }
    let verdict = verdict.ok_or(Refusal::Empty("verdict"))?;
    let words = sealed(state.alarm.alarm_id, "reason", words, key, ctx)?;
    Ok(next(state, Event::AlarmJudged(Judged { verdict, words }), ctx))
}
