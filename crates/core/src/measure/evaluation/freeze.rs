//! Freezing what is said of a quarter.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::STEP_WORKING_DAYS;
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    event::Event,
    id::{Bytes, new_id},
    listen::{
        log::{LogFault, LogKey, LogVerifier},
        opinion::clock::last_day,
    },
    measure::scorecard::{Report, Subject},
    refusal::Refusal,
    text,
    time::{Day, Month},
};

/// Days after the end of a quarter until it is frozen: its last boxes are sealed on the evening of its last day and of the day after.
pub const FREEZE_AFTER_DAYS: i32 = 2;
/// Longest reason for a correction, in characters.
const REASON_LIMIT: usize = 1_000;

/// See [`crate::event::Event::ReportFrozen`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenReport {
    /// The quarter, such as `2017-Q2`.
    pub quarter: String,
    /// 1, or more for a correction.
    pub version: i64,
    /// The figures, as JSON: a [`Report`].
    pub content: String,
    /// SHA-256 of the content.
    pub hash: Bytes,
    /// The signed note (C2SP `signed-note`) over [`text_to_sign`], with the key of the public log.
    pub note: String,
    /// Why it was corrected; nothing of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What was frozen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// Its version.
    pub version: i64,
    /// SHA-256 of its content.
    pub hash: Vec<u8>,
}

/// See [`crate::event::Event::EvaluationOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Key.
    pub evaluation_id: Uuid,
    /// The quarter, such as `2017-Q2`.
    pub quarter: String,
    /// Whose.
    pub official: String,
    /// Where the official works.
    pub office_id: String,
    /// The day by which the official answers.
    pub answer_by: Day,
}

/// What the journal files the reports of a quarter under.
pub fn subject(quarter: &str) -> Vec<u8> {
    format!("report {quarter}").into_bytes()
}

/// The lines that are signed: the log with the word `report`, the quarter, the version, and SHA-256 of the content in hexadecimal.
pub fn text_to_sign(origin: &str, quarter: &str, version: i64, hash: &[u8]) -> String {
    format!("{origin} report\n{quarter}\n{version}\n{}\n", data_encoding::HEXLOWER.encode(hash))
}

/// What a note says of a frozen version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReport {
    /// The quarter, such as `2017-Q2`.
    pub quarter: String,
    /// 1, or more for a correction.
    pub version: i64,
    /// SHA-256 of the content.
    pub hash: Vec<u8>,
}

/// Reads the note of a frozen version: [`text_to_sign`] and the signature of the key.
///
/// # Errors
/// As [`LogVerifier::text`]; [`LogFault::Says`] when something else was signed.
pub fn signed(note: &[u8], key: &LogVerifier) -> Result<SignedReport, LogFault> {
    let text = key.text(note)?;
    let read = || {
        let lines: Vec<&str> = text.lines().collect();
        let &[_, quarter, version, hash] = lines.as_slice() else { return None };
        let quarter = Month::of_quarter_key(quarter)?.quarter_key();
        let (version, hash) = (version.parse().ok()?, data_encoding::HEXLOWER.decode(hash.as_bytes()).ok()?);
        Some(SignedReport { quarter, version, hash })
    };
    // What is read is what was signed, to the byte.
    read()
        .filter(|read| text_to_sign(key.origin(), &read.quarter, read.version, &read.hash) == text)
        .ok_or_else(|| LogFault::Says("it is not about a frozen quarter of this log".into()))
}

/// Checks a file against the note that was signed about it.
///
/// # Errors
/// As [`signed`]; [`LogFault::Says`] when the note is about another file, or the file holds no report.
pub fn check(content: &[u8], note: &[u8], key: &LogVerifier) -> Result<(SignedReport, Report), LogFault> {
    let signed = signed(note, key)?;
    let hash = Sha256::digest(content).to_vec();
    if hash != signed.hash {
        let [own, other] = [&hash, &signed.hash].map(|hash| data_encoding::HEXLOWER.encode(hash));
        return Err(LogFault::Says(format!(
            "it is about a file with the SHA-256 {other}, and this one has {own}: the file was changed, or the two do not belong together"
        )));
    }
    let report = serde_json::from_slice(content).map_err(|error| {
        LogFault::Says(format!("the file holds no report that this version can read: {error}"))
    })?;
    Ok((signed, report))
}

/// Whether the quarter that begins with a month may be frozen on a day.
pub fn is_over(first: Month, today: Day) -> bool {
    let (_, end) = first.days_of_quarter();
    today >= end.plus(FREEZE_AFTER_DAYS)
}

/// Decides that what is said of a quarter is frozen: by the program when the quarter is over, which opens the evaluations of all officials of whom
/// anything is known; by the leader, with a reason, when something was corrected since.
///
/// # Errors
/// Refuses a quarter that is not over, a correction without reason or by others, and one that changes nothing.
pub fn freeze(
    first: Month,
    report: &Report,
    before: Option<&Frozen>,
    reason: &str,
    key: &LogKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    if !is_over(first, ctx.at.day()) {
        return Err(Refusal::QuarterNotOver);
    }
    let quarter = first.quarter_key();
    let content = serde_json::to_string(report).unwrap_or_default();
    let hash = Sha256::digest(content.as_bytes()).to_vec();
    let reason = match before {
        None => {
            ctx.actor.administers()?;
            None
        }
        Some(before) => Some(corrected(before, &hash, reason, ctx)?),
    };
    let version = before.map_or(0, |before| before.version) + 1;
    let note = key.sign(&text_to_sign(key.origin(), &quarter, version, &hash));
    let frozen = FrozenReport { quarter: quarter.clone(), version, content, hash: Bytes(hash), note, reason };
    let subject = subject(&quarter);
    let mut batch = Batch::one(
        ctx.actor.journal_name(),
        ctx.at,
        &subject,
        version,
        Event::ReportFrozen(Box::new(frozen)),
    );
    if before.is_none() {
        open(&quarter, report, &mut batch, ctx)?;
    }
    Ok(batch)
}

fn corrected(before: &Frozen, hash: &[u8], reason: &str, ctx: &Context<'_>) -> Result<String, Refusal> {
    let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    if !official.has_role(&[Role::Leader]) {
        return Err(Refusal::NotYourRole);
    }
    let reason = text::words("reason", reason, REASON_LIMIT, true)?;
    if before.hash == hash {
        return Err(Refusal::ReportUnchanged);
    }
    Ok(reason)
}

/// Opens the evaluation of every official who still works here.
fn open(quarter: &str, report: &Report, batch: &mut Batch, ctx: &Context<'_>) -> Result<(), Refusal> {
    let answer_by = last_day(STEP_WORKING_DAYS, ctx)?;
    for official in report.subjects(Subject::Official) {
        let Ok(official) = ctx.directory.acting(official, ctx.at.day()) else { continue };
        let evaluation_id = new_id(ctx.at, &ctx.entropy);
        let (_, wrapped) = ctx.secrets.new_data_key(evaluation_id, &ctx.entropy);
        let opened = Opened {
            evaluation_id,
            quarter: quarter.to_owned(),
            official: official.id,
            office_id: official.office_id,
            answer_by,
        };
        batch.push(ctx.at, evaluation_id.as_bytes(), 1, Event::EvaluationOpened(opened));
        batch.side.push(Side::DataKey { subject: evaluation_id, wrapped });
    }
    Ok(())
}
