//! Open cases of another system, as its export has them: one object or line a case. See docs/imports.md.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{read_rows, tidy};
use crate::{
    secret::Secrets,
    serve::{
        applicant::{Applicant, ApplicantKind},
        case::{Outcome, Receipt, Reception, State, TakeOver},
        clock::PauseReason,
        procedure::{Limit, Unit},
        unit::{LineError, TableRow},
    },
    time::Instant,
};

/// One record of the file.
pub struct Row {
    /// How the report calls it: its code, or its key in the other system.
    pub code: String,
    /// What was put right.
    pub repairs: Vec<String>,
    /// The case, or why it cannot be one.
    pub case: Result<TakeOver, String>,
}

/// Reads the cases of a file. `source` names the other system for records that do not say it themselves.
///
/// # Errors
/// When the file cannot be read as records; nothing of it is taken then.
pub fn read(text: &str, source: &str, secrets: &Secrets) -> Result<Vec<Row>, LineError> {
    let (mut codes, mut keys) = (BTreeSet::new(), BTreeSet::new());
    let rows = read_rows(text)?.rows;
    Ok(rows
        .iter()
        .map(|row| {
            let mut repairs = Vec::new();
            let mut case = case(row, source, secrets, &mut repairs);
            if let Ok(found) = &case {
                let code = found.receipt.as_ref().map(|receipt| receipt.code.clone());
                if !keys.insert(found.case_id) {
                    case = Err("the same source and id stand in the file twice".to_owned());
                } else if code.is_some_and(|code| !codes.insert(code)) {
                    case = Err("the same code stands in the file twice".to_owned());
                }
            }
            let named = [row.get("code"), row.get("id")].into_iter().find(|text| !text.is_empty());
            let code = named.map_or_else(|| format!("line {}", row.line), str::to_owned);
            Row { code, repairs, case }
        })
        .collect())
}

/// The key of a case that was taken over: a keyed hash, so that it tells nothing of the foreign key.
fn case_id(source: &str, foreign: &str, secrets: &Secrets) -> Uuid {
    let hash = secrets.blind_index("taken-over", &format!("{source}\0{foreign}"));
    uuid::Builder::from_custom_bytes(hash).into_uuid()
}

fn case(
    row: &TableRow,
    source: &str,
    secrets: &Secrets,
    repairs: &mut Vec<String>,
) -> Result<TakeOver, String> {
    let needed = |name: &str| match row.get(name) {
        "" => Err(format!("{name} is empty")),
        text => Ok(text.to_owned()),
    };
    let foreign_id = needed("id")?;
    let source = Some(row.get("source")).filter(|text| !text.is_empty()).unwrap_or(source);
    let state = State::from_key(row.get("state"))
        .filter(|state| !state.is_closed())
        .ok_or_else(|| "state is not that of an open case".to_owned())?;
    let accepted_at = instant(row, "accepted_at")?;
    let receipt = match accepted_at {
        Some(at) => Some(Receipt {
            at,
            code: code(&needed("code")?, repairs),
            book_number: needed("book_number")?
                .parse()
                .map_err(|_| "book_number is not a number".to_owned())?,
            limit: limit(&needed("limit")?)?,
            due: instant(row, "due")?.ok_or_else(|| "due is empty".to_owned())?,
        }),
        None => None,
    };
    let opened_at = match instant(row, "opened_at")?.or(accepted_at) {
        Some(at) => at,
        None => return Err("opened_at is empty".to_owned()),
    };
    let finished = match instant(row, "finished_at")? {
        Some(at) => Some((at, outcome(row.get("outcome"))?)),
        None => None,
    };
    let pauses = pauses(row.get("pauses"))?;
    let asked = pauses.iter().filter(|(_, _, reason)| *reason == PauseReason::Supplement).count();
    let supplements = match row.get("supplements") {
        "" => u8::try_from(asked).unwrap_or(u8::MAX),
        text => text.parse().map_err(|_| "supplements is not a number".to_owned())?,
    };
    let reception = match row.get("reception") {
        "" => Reception::Counter,
        key => Reception::from_key(key).ok_or_else(|| "reception is unknown".to_owned())?,
    };
    Ok(TakeOver {
        case_id: case_id(source, &foreign_id, secrets),
        source: source.to_owned(),
        foreign_id,
        office_id: needed("office")?,
        procedure: needed("procedure")?,
        applicant: applicant(row, repairs)?,
        known: None,
        reception,
        state,
        holder: needed("holder")?,
        opened_at,
        receipt,
        pauses,
        supplements,
        finished,
    })
}

/// People type codes in whatever letters; they are looked up in capitals.
fn code(text: &str, repairs: &mut Vec<String>) -> String {
    let code = text.to_uppercase();
    if code != text {
        repairs.push("code: in capitals".to_owned());
    }
    code
}

fn applicant(row: &TableRow, repairs: &mut Vec<String>) -> Result<Applicant, String> {
    let kind = match row.get("applicant_kind") {
        "" => {
            repairs.push("applicant_kind was empty: person".to_owned());
            ApplicantKind::Person
        }
        key => ApplicantKind::from_key(key).ok_or_else(|| "applicant_kind is unknown".to_owned())?,
    };
    // Spreadsheets drop the zero in front of phone numbers.
    let mut phone = row.get("applicant_phone").to_owned();
    if phone.len() == 9 && !phone.starts_with('0') && phone.bytes().all(|byte| byte.is_ascii_digit()) {
        phone.insert(0, '0');
        repairs.push("applicant_phone: the zero in front was missing".to_owned());
    }
    Ok(Applicant {
        kind,
        name: tidy("applicant_name", row.get("applicant_name"), repairs),
        identity_number: row.get("applicant_number").to_owned(),
        phone,
        email: row.get("applicant_email").to_owned(),
        address: tidy("applicant_address", row.get("applicant_address"), repairs),
        residence: Some(row.get("residence")).filter(|text| !text.is_empty()).map(str::to_owned),
        wishes: Default::default(),
    })
}

fn instant(row: &TableRow, name: &str) -> Result<Option<Instant>, String> {
    local(row.get(name)).map_err(|()| format!("{name} is not YYYY-MM-DDTHH:MM"))
}

fn local(text: &str) -> Result<Option<Instant>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => Instant::parse_local(&text.replace(' ', "T")).map(Some).ok_or(()),
    }
}

/// A limit such as `10 working-days`, `20 days`, `4 hours`, `same-day`.
fn limit(text: &str) -> Result<Limit, String> {
    let wrong = || format!("\"{text}\" is not a limit, such as: 10 working-days, 20 days, 4 hours, same-day");
    let mut words = text.split_whitespace();
    let (first, rest) = (words.next().unwrap_or_default(), words.collect::<Vec<_>>().join("-"));
    if first == "same-day" {
        return Ok(Limit::new(0, Unit::SameDay));
    }
    let value = first.parse().map_err(|_| wrong())?;
    let unit = match rest.trim_end_matches('s') {
        "working-day" => Unit::WorkingDays,
        "day" => Unit::Days,
        "hour" => Unit::Hours,
        _ => return Err(wrong()),
    };
    Ok(Limit::new(value, unit))
}

fn outcome(key: &str) -> Result<Outcome, String> {
    match key {
        "granted" => Ok(Outcome::Granted),
        "denied" => Ok(Outcome::Denied),
        _ => Err("outcome is not granted or denied".to_owned()),
    }
}

type Pause = (Instant, Option<Instant>, PauseReason);

/// Pauses as `from/until/reason`, divided by semicolons, or as JSON objects with these names.
fn pauses(text: &str) -> Result<Vec<Pause>, String> {
    #[derive(serde::Deserialize)]
    struct Told {
        from: String,
        #[serde(default)]
        until: Option<String>,
        reason: String,
    }
    let told: Vec<Told> = if text.starts_with('{') {
        serde_json::from_str(&format!("[{text}]")).map_err(|error| format!("pauses: {error}"))?
    } else {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| match part.split('/').collect::<Vec<_>>()[..] {
                [from, until, reason] => {
                    Ok(Told { from: from.into(), until: Some(until.into()), reason: reason.into() })
                }
                _ => Err("pauses are not from/until/reason".to_owned()),
            })
            .collect::<Result<_, _>>()?
    };
    let read = |one: Told| {
        let wrong = |()| "pauses: an instant is not YYYY-MM-DDTHH:MM".to_owned();
        let from = local(&one.from).map_err(wrong)?.ok_or_else(|| "pauses: from is empty".to_owned())?;
        let until = local(&one.until.unwrap_or_default()).map_err(wrong)?;
        let reason = match one.reason.trim() {
            "supplement" => PauseReason::Supplement,
            "financial_duty" => PauseReason::FinancialDuty,
            "posting" => PauseReason::Posting,
            "expert_opinion" => PauseReason::ExpertOpinion,
            "violation" => PauseReason::Violation,
            other => return Err(format!("pauses: {other} is no reason")),
        };
        Ok((from, until, reason))
    };
    told.into_iter().map(read).collect()
}
