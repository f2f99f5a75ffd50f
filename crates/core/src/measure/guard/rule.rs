//! The rules over offices, and all findings of a quarter.

use hailong_stats::{
    guard::{
        above_usual, family_wise, kept_away,
        others::{self, Against, Seen as Unit},
        peers::{LEAST_PEERS, Seen as Peer, spread},
        sequential::Verdict,
    },
    rank::benjamini_hochberg,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    CALLS, CaseSeen, Finding, Kind, LEAST, MOST_CASES, OfficeSeen, Part, Seen, called, counting, millionths,
    rating,
};
use crate::time::{Instant, Month};

/// The last part of a case's time that is "shortly before the date".
const LAST_PART: f64 = 0.8;
/// After how many hours a receipt is slow.
const SLOW_HOURS: i64 = 4;
/// After how many days a result is fetched late.
const FETCHED_DAYS: i32 = 5;
/// Fewest of the rarer side of a comparison within an office.
const LEAST_RARE: usize = 5;
/// Fewest offices with enough to be compared with.
const LEAST_OTHERS: usize = LEAST_PEERS;

/// What was tested, before it is known among how many.
pub(super) struct Tested {
    pub(super) office_id: String,
    pub(super) official: Option<String>,
    pub(super) p: f64,
    pub(super) parts: Vec<(&'static str, f64)>,
    pub(super) seen: usize,
    pub(super) of: usize,
    pub(super) usual: f64,
    pub(super) cases: Vec<Uuid>,
}

/// Every test of a quarter, alarms and others, by kind, office and official. The same record gives the same to the last digit.
pub fn look(seen: &Seen) -> Vec<Finding> {
    Kind::ALL.into_iter().flat_map(|kind| findings(kind, tests(kind, seen))).collect()
}

fn tests(kind: Kind, seen: &Seen) -> Vec<Tested> {
    let offices = &seen.offices;
    let of_cases = |which: fn(&CaseSeen) -> Option<bool>| {
        let count = |office: &OfficeSeen| {
            let known = office.cases.iter().filter_map(|case| Some((case.case_id, which(case)?)));
            let (hits, rest): (Vec<_>, Vec<_>) = known.partition(|(_, hit)| *hit);
            (hits.iter().map(|(case, _)| *case).collect(), hits.len() + rest.len())
        };
        against_others(kind, seen.quarter, offices.iter().map(|office| (office, count(office))))
    };
    match kind {
        Kind::ForgedRatings => rating::tests(seen),
        Kind::RatedShare => rated_share(offices),
        Kind::LateUnanswered => offices.iter().filter_map(late_unanswered).collect(),
        Kind::CallBack => offices.iter().filter_map(call_back).collect(),
        Kind::EarlyFinished => offices.iter().filter_map(|office| early_finished(office, seen)).collect(),
        Kind::SupplementNearDue => of_cases(|case| {
            let last = |(at, due): &(Instant, Option<Instant>)| near(case.accepted, *at, (*due).or(case.due));
            (!case.asked.is_empty()).then(|| case.asked.iter().any(last))
        }),
        Kind::SecondSupplement => of_cases(|case| (case.supplements > 0).then_some(case.supplements > 1)),
        Kind::Reentered => of_cases(|case| Some(case.again)),
        Kind::SlowReceipt => of_cases(|case| {
            let hours = (case.accepted.0 - case.first_contact?.0) / 3_600_000_000;
            Some(hours >= SLOW_HOURS)
        }),
        Kind::NeverLate => of_cases(|case| case.on_time),
        Kind::Rerouted => of_cases(|case| {
            case.due.map(|due| case.moved.iter().any(|at| near(case.accepted, *at, Some(due))))
        }),
    }
}

/// Whether a moment falls in the last part of the time until the date, or behind it.
fn near(from: Instant, at: Instant, due: Option<Instant>) -> bool {
    due.is_some_and(|due| due > from && (at.0 - from.0) as f64 >= LAST_PART * (due.0 - from.0) as f64)
}

/// Compares a share of each office with that of the others, which themselves differ: see [`others`].
fn against_others<'a>(
    kind: Kind,
    quarter: Month,
    counted: impl Iterator<Item = (&'a OfficeSeen, (Vec<Uuid>, usize))>,
) -> Vec<Tested> {
    let counted: Vec<_> = counted.filter(|(_, (_, of))| *of >= LEAST).collect();
    if counted.len() <= LEAST_OTHERS {
        return Vec::new();
    }
    let unit = |(office, (hits, of)): &(&OfficeSeen, (Vec<Uuid>, usize))| Unit {
        successes: hits.len() as u64,
        n: *of as u64,
        u: chance(kind, quarter, &office.office_id, ""),
    };
    let against = others::against_others(&counted.iter().map(unit).collect::<Vec<_>>());
    let test = |((office, (hits, of)), against): ((&OfficeSeen, (Vec<Uuid>, usize)), Against)| Tested {
        office_id: office.office_id.clone(),
        official: None,
        p: against.p,
        parts: Vec::new(),
        seen: hits.len(),
        of,
        usual: against.usual,
        cases: hits,
    };
    counted.into_iter().zip(against).map(test).collect()
}

/// A change of the share of used invitations that is above that of the others.
fn rated_share(offices: &[OfficeSeen]) -> Vec<Tested> {
    let mut known = Vec::new();
    for office in offices {
        let now =
            (office.roll.len() as f64, office.roll.iter().filter(|line| line.used.is_some()).count() as f64);
        let before = (f64::from(office.before.0), f64::from(office.before.1));
        if now.0 < LEAST as f64 || before.0 < LEAST as f64 {
            continue;
        }
        let share = (now.1 + before.1 + 1.0) / (now.0 + before.0 + 2.0);
        let variance = share * (1.0 - share) * (1.0 / now.0 + 1.0 / before.0);
        known.push((
            office,
            Peer { value: now.1 / now.0 - before.1 / before.0, variance },
            before.1 / before.0,
        ));
    }
    let mut found = Vec::new();
    for (at, (office, change, before)) in known.iter().enumerate() {
        let others: Vec<Peer> = known
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, (_, peer, _))| *peer)
            .collect();
        let Some(usual) = spread(&others) else { break };
        let used = office.roll.iter().filter(|line| line.used.is_some());
        let cases: Vec<Uuid> = used.map(|line| line.case_id).collect();
        found.push(Tested {
            office_id: office.office_id.clone(),
            official: None,
            p: above_usual(*change, usual, others.len()),
            parts: Vec::new(),
            seen: cases.len(),
            of: office.roll.len(),
            usual: (before + usual.centre).clamp(0.0, 1.0),
            cases,
        });
    }
    found
}

/// Whether those whose case was late answered less often than the others of the same office.
fn late_unanswered(office: &OfficeSeen) -> Option<Tested> {
    let known: Vec<_> = office.roll.iter().filter(|line| line.on_time.is_some()).collect();
    let late: Vec<_> = known.iter().filter(|line| line.on_time == Some(false)).collect();
    if known.len() < LEAST || late.len() < LEAST_RARE {
        return None;
    }
    let answered = known.iter().filter(|line| line.used.is_some()).count();
    let late_answered = late.iter().filter(|line| line.used.is_some()).count();
    let silent = late.iter().filter(|line| line.used.is_none());
    Some(Tested {
        office_id: office.office_id.clone(),
        official: None,
        p: kept_away(late_answered as u64, late.len() as u64, answered as u64, known.len() as u64),
        parts: Vec::new(),
        seen: late_answered,
        of: late.len(),
        usual: answered as f64 / known.len() as f64,
        cases: silent.map(|line| line.case_id).collect(),
    })
}

/// Whether results that were ready on the last day were fetched later than others of the same office: as if they had not been ready.
fn early_finished(office: &OfficeSeen, seen: &Seen) -> Option<Tested> {
    let ready = office.cases.iter().filter(|case| case.on_time == Some(true) && !case.without_result);
    let ready: Vec<_> = ready.filter_map(|case| Some((case, case.finished?, case.due?))).collect();
    let last = |(_, finished, due): &(&CaseSeen, Instant, Instant)| finished.day() == due.day();
    let slow = |(case, finished, _): &(&CaseSeen, Instant, Instant)| {
        case.closed.map_or(seen.today, Instant::day) > finished.day().plus(FETCHED_DAYS)
    };
    let at_last = ready.iter().filter(|one| last(one)).count();
    if ready.len() < LEAST || at_last < LEAST_RARE {
        return None;
    }
    let fast = ready.iter().filter(|one| !slow(one)).count();
    let fast_at_last = ready.iter().filter(|one| last(one) && !slow(one)).count();
    Some(Tested {
        office_id: office.office_id.clone(),
        official: None,
        p: kept_away(fast_at_last as u64, at_last as u64, fast as u64, ready.len() as u64),
        parts: Vec::new(),
        seen: at_last - fast_at_last,
        of: at_last,
        usual: 1.0 - fast as f64 / ready.len() as f64,
        cases: ready.iter().filter(|one| last(one) && slow(one)).map(|(case, ..)| case.case_id).collect(),
    })
}

/// The sequential test of those who were called: an alarm has exactly the risk that was stated, and nothing else has a p-value.
fn call_back(office: &OfficeSeen) -> Option<Tested> {
    let said: Vec<bool> = office.calls.iter().map(|(_, no)| *no).collect();
    let state = called(&said, office.old_calls);
    let denied = office.calls[counting(&said, office.old_calls)..].iter().filter(|(_, no)| *no);
    (state.answers > 0).then(|| Tested {
        office_id: office.office_id.clone(),
        official: None,
        p: if state.verdict == Verdict::Alarm { CALLS.false_alarm } else { 1.0 },
        parts: Vec::new(),
        seen: state.bad as usize,
        of: state.answers as usize,
        usual: CALLS.usual,
        cases: denied.map(|(case, _)| *case).collect(),
    })
}

/// The number by which what was seen itself counts in part: nobody can choose it, and everybody can compute it again.
pub(super) fn chance(kind: Kind, quarter: Month, office: &str, official: &str) -> f64 {
    let text = format!("{} {} {office} {official}", kind.key(), quarter.quarter_key());
    let hash: [u8; 32] = Sha256::digest(text).into();
    let bits = hash.iter().take(7).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    (bits >> 3) as f64 / (1_u64 << 53) as f64
}

/// What was tested becomes what was found: among how many at the office, and how many in all.
fn findings(kind: Kind, tested: Vec<Tested>) -> Vec<Finding> {
    let rates = benjamini_hochberg(&tested.iter().map(|one| one.p).collect::<Vec<_>>());
    let offices: Vec<String> = tested.iter().map(|one| one.office_id.clone()).collect();
    let finding = |(one, q): (Tested, f64)| {
        let family = offices.iter().filter(|office| **office == one.office_id).count();
        let more = one.cases.len().saturating_sub(MOST_CASES) as u32;
        let mut cases = one.cases;
        cases.truncate(MOST_CASES);
        Finding {
            kind,
            office_id: one.office_id,
            official: one.official,
            p: millionths(one.p),
            family: family as u32,
            family_p: millionths(family_wise(one.p, family)),
            q: millionths(q),
            parts: one
                .parts
                .into_iter()
                .map(|(test, p)| Part { test: test.to_owned(), p: millionths(p) })
                .collect(),
            seen: one.seen as u32,
            of: one.of as u32,
            usual: millionths(one.usual),
            cases,
            more,
        }
    };
    tested.into_iter().zip(rates).map(finding).collect()
}
