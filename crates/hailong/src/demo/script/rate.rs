//! How often things happen, in one place. Shares are of one, spans in working days.

/// Cases of which a single visit is the whole story, of those due the same day: looked at, signed and handed out at once
/// without a receipt (NĐ 61/2018 đ.17.4).
pub(super) const RESOLVED_AT_ONCE: f64 = 0.6;
/// Same-day cases that go to a colleague nevertheless.
pub(super) const SAME_DAY_HANDED_OVER: f64 = 0.25;

/// Where the procedure is offered that way: dossiers that come over the network. Few, in 2017.
pub(super) const ONLINE: f64 = 0.05;
/// Where the procedure is offered that way: dossiers that come by post.
pub(super) const BY_POST: f64 = 0.03;
/// Dossiers that a team takes on its way through the hamlets, by boat: communes only.
pub(super) const MOBILE: f64 = 0.02;
/// Dossiers taken where the matter is, as a deathbed or a sickbed: communes only.
pub(super) const ON_SITE: f64 = 0.005;

/// Of those asked for a document at the counter, whoever is asked a second time, in an ordinary office.
pub(super) const ASKED_TWICE: f64 = 0.05;
/// Of those asked for a document, whoever takes the dossier back instead.
pub(super) const GIVES_UP: f64 = 0.04;
/// How much rarer a document is found missing after appraisal than at the counter.
pub(super) const MISSED_AT_COUNTER: f64 = 0.8;

/// Cases with time to work that are refused for good reason.
pub(super) const REFUSED: f64 = 0.012;
/// Those that the applicant takes back.
pub(super) const WITHDRAWN: f64 = 0.008;
/// Those that the office stops, as when a court takes the matter.
pub(super) const STOPPED: f64 = 0.004;

/// Cases received in a commune and decided above it that are sent up and come back.
pub(super) const SENT_UP: f64 = 0.6;
/// Land cases in which taxes and fees are to be paid before the work goes on.
pub(super) const FINANCIAL_DUTY: f64 = 0.4;
/// Land cases that must hang out for objections, and do within the time of the demo.
pub(super) const POSTED: f64 = 0.7;
/// Building permits that need the opinion of others, two at once.
pub(super) const BUILDING_CONSULTED: f64 = 0.7;
/// Other cases with time to work that need the opinion of somebody else.
pub(super) const CONSULTED: f64 = 0.12;
/// Bodies that do not answer in time.
pub(super) const SILENT: f64 = 0.25;
/// Cases of land, building, housing and aid for which somebody goes and looks.
pub(super) const VISITED: f64 = 0.3;
/// Cases whose law knows an extension, and in which it is needed.
pub(super) const EXTENDED: f64 = 0.06;
/// Copies of so many pages that the same day does not do.
pub(super) const EXTENDED_SAME_DAY: f64 = 0.004;
/// Drafts laid before the head, of cases with time to work.
pub(super) const DRAFTED: f64 = 0.6;
/// Drafts that come back once.
pub(super) const SENT_BACK: f64 = 0.08;

/// How much more often than the office's share cases with time to work are late.
pub(super) const LATE_BURDEN: f64 = 1.6;
/// How much more seldom same-day cases are.
pub(super) const LATE_BURDEN_SAME_DAY: f64 = 0.3;
/// The most late cases of any office.
pub(super) const LATE_MOST: f64 = 0.6;

/// Results that nobody has fetched yet, however long ago they were ready.
pub(super) const NOT_FETCHED: f64 = 0.02;
/// Results sent by post.
pub(super) const RETURNED_BY_POST: f64 = 0.05;
/// Results handed out as an electronic document, of dossiers that came over the network.
pub(super) const RETURNED_ONLINE: f64 = 0.5;
/// Results found to be wrong after they were handed out.
pub(super) const CORRECTED: f64 = 0.004;
/// Cases of which the office loses a paper.
pub(super) const LOST: f64 = 0.001;

/// One case is tried out before the quarters begin for so many of a quarter.
pub(super) const CASES_PER_TRIED: u32 = 8;
/// One person in so many cases only asks.
pub(super) const CASES_PER_GUIDANCE: u32 = 30;
/// One opinion in so many cases.
pub(super) const CASES_PER_OPINION: u32 = 180;

/// How many open cases of each kind an office has today, whatever chance brings: in a good, an ordinary and a bad one.
pub(super) const TODAY: [(super::cast::Standing, [u32; 3]); 7] = {
    use super::cast::Standing::{Citizen, Late, Others, Ready, Soon, Today, Unchecked};
    [
        (Late, [0, 1, 7]),
        (Today, [1, 1, 3]),
        (Soon, [2, 2, 3]),
        (Citizen, [1, 2, 3]),
        (Others, [1, 1, 2]),
        (Ready, [2, 2, 3]),
        (Unchecked, [1, 1, 2]),
    ]
};
/// A district this small has no open cases but those that chance brings: so many times the table above.
pub(super) const FEWEST_FOR_TODAY: u32 = 4;

/// People who come to a number machine this morning besides those with a case, and those of them who still wait, in a
/// good, an ordinary and a bad office.
pub(super) const IN_THE_QUEUE: [(u32, u32); 3] = [(9, 2), (9, 4), (9, 8)];
/// Most cases of an office that carry a ticket: a morning is not longer with a million cases.
pub(super) const MOST_TICKETS: usize = 30;
