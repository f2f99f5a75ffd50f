//! One case's whole life, as the bench plays it.

use anyhow::Context as _;
use hailong_core::{
    context::{Actor, Context},
    directory::Directory,
    listen::{
        invitation::Way,
        rating::{Ballot, ExtraMoney},
    },
    serve::{
        applicant::{Applicant, ApplicantKind},
        calendar::Calendar,
        case::{CheckDocuments, LimitChoice, Mark, OpenCase, Outcome, ReturnWay, Step},
        official::{Official, Role},
        procedure::Procedure,
    },
    time::{Day, Instant, Minute},
};
use hailong_store::{Store, keys::fresh_bytes};
use uuid::Uuid;

/// The procedure that is played: three documents, three working days.
const PROCEDURE: &str = "1.001022";

/// A client: two officials of one office.
pub(super) struct Desk {
    pub(super) clerk: Official,
    pub(super) handler: Official,
}

/// The procedure that is played, in its first version.
fn played(directory: &Directory) -> anyhow::Result<&Procedure> {
    directory.versions(PROCEDURE).first().with_context(|| format!("there is no procedure {PROCEDURE}"))
}

/// The desks of the commune offices, to be shared out among clients.
pub(super) fn desks(directory: &Directory) -> anyhow::Result<Vec<Desk>> {
    let mut desks = Vec::new();
    let procedure = played(directory)?;
    for office in &directory.offices {
        if !procedure.received_at(office.level) {
            continue;
        }
        let mut staff = directory.officials_of(&office.id).filter(|official| official.role == Role::Official);
        if let (Some(clerk), Some(handler)) = (staff.next(), staff.next()) {
            desks.push(Desk { clerk: clerk.clone(), handler: handler.clone() });
        }
    }
    anyhow::ensure!(!desks.is_empty(), "no office receives procedure {PROCEDURE}");
    Ok(desks)
}

/// A weekday morning in 2017, moved on by the number of the life so that days and counters vary.
pub(super) fn instant(life: u64, calendar: &Calendar) -> anyhow::Result<Instant> {
    let day = calendar.working_from(Day(17_260 + (life / 20_000 % 200) as i32))?;
    Ok(Instant::at(day, Minute(8 * 60)).plus_seconds((life % 7_200) as i64))
}

/// An applicant of the usual size.
pub(super) fn open_case(case_id: Uuid, life: u64) -> OpenCase {
    let applicant = Applicant {
        kind: ApplicantKind::Person,
        name: "Nguyễn Thị Kim Phượng".into(),
        identity_number: format!("38{:07}", life % 10_000_000),
        phone: format!("09{:08}", life % 100_000_000),
        email: String::new(),
        address: "Ấp Tân Điền, xã Tân Duyệt".into(),
        residence: Some("tan-duyet".into()),
        wishes: Default::default(),
    };
    OpenCase::at_counter(case_id, PROCEDURE, applicant)
}

pub(super) fn check(directory: &Directory) -> anyhow::Result<CheckDocuments> {
    let documents = vec![Mark::Present; played(directory)?.documents.len()];
    Ok(CheckDocuments { documents, limit: LimitChoice::Published(0), reason: String::new() })
}

pub(super) fn ballot(life: u64) -> Ballot {
    let score = 1 + (life % 5) as u8;
    Ballot {
        overall: score,
        welcome: Some(score),
        guidance: Some(score),
        speed: Some(5),
        lawful: Some(4),
        trips: Some(1),
        extra_money: Some(ExtraMoney::No),
        words: String::new(),
    }
}

/// Plays one life; calls `lap` after every step.
pub(super) async fn play(store: &Store, desk: &Desk, life: u64, mut lap: impl FnMut()) -> anyhow::Result<()> {
    let directory = store.directory();
    let at = instant(life, &directory.calendar)?;
    let context = |official: &Official| -> anyhow::Result<Context<'_>> {
        Ok(store.context(Actor::Official(official.clone()), at, &directory, fresh_bytes()?))
    };
    let clerk = context(&desk.clerk)?;
    let case_id = hailong_core::id::new_id(at, &clerk.entropy);
    store.open_case(open_case(case_id, life), &clerk).await?;
    lap();
    store.step_case(case_id, None, Step::Check(check(&directory)?), &context(&desk.clerk)?).await?;
    lap();
    let step = Step::HandOver { to: desk.handler.id.clone(), reason: String::new() };
    store.step_case(case_id, None, step, &context(&desk.clerk)?).await?;
    lap();
    let step = Step::Finish { outcome: Outcome::Granted };
    store.step_case(case_id, None, step, &context(&desk.handler)?).await?;
    lap();
    store.step_case(case_id, None, Step::Return { way: ReturnWay::Counter }, &context(&desk.clerk)?).await?;
    lap();
    let invitation = store.invitation_of_case(case_id).await?.context("no invitation followed the case")?;
    let citizen = store.context(Actor::Citizen, at, &directory, fresh_bytes()?);
    store.cast(invitation.invited.invitation_id, ballot(life), Way::Link, &citizen).await?;
    lap();
    let month = at.day().month();
    let quarter = month.quarter();
    store.tallies(quarter[0], quarter[2]).await?;
    store.answers(quarter[0], quarter[2]).await?;
    store.running(at).await?;
    lap();
    Ok(())
}
