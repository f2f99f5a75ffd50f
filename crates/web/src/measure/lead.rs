//! The leader's board, and the cases behind each of its figures: never a name, never a number of a person.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    listen::dialogue::promise::Standing,
    measure::{
        change::beyond_chance,
        lead::{Red, decision_late, land},
        release::Share,
    },
    serve::{applicant, office::Office, promise::Question},
    time::{Day, Instant, Minute, Month},
};
use hailong_render::{
    Section,
    component::Pager,
    work::lead::{
        Board, Burden, CaseLine, Cases, Changed, Group, GroupBurden, OfficeFigures, OfficeWork, RedOffice,
        Which,
    },
};
use hailong_store::{
    measure::guard::About,
    serve::case::{self, After, CaseFile},
};
use serde::Deserialize;

use crate::{
    App,
    cursor::{self, PAGE, address},
    error::{Failure, html},
    live,
    measure::figure::on_time,
    quarter::{Counts, Quarter, small},
    serve::office::in_order,
    visitor::Visitor,
};

/// The shares that say what a case costs people.
const BURDENS: [Share; 3] = [Share::MoreTrips, Share::MoreContacts, Share::ExtraPapers];
/// Changes that the board tells one by one.
const MOST_CHANGES: usize = 12;
/// Alarms that are looked through for those without a verdict, the newest.
const MOST_ALARMS: u32 = 500;

/// `?period=2017-Q2&office=&which=&after=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    period: String,
    office: String,
    which: String,
    after: String,
}

/// `GET /lead`.
pub(crate) async fn board(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let quarter = Quarter::named(&app.store, &asked.period, visitor.now).await?;
    let offices = in_order(&directory, visitor.now.day());
    let work = |office: &Office| {
        let counts = &quarter.office(&office.id).all;
        OfficeWork {
            id: office.id.clone(),
            name: office.unit_name.clone(),
            tile: office.tile,
            on_time: on_time(counts),
            open: small(counts.open),
            late: small(counts.late),
            waiting: small(counts.waiting),
            accepted: small(counts.tally.accepted.unsigned_abs()),
            supplements: small(counts.tally.supplements.unsigned_abs()),
        }
    };
    let before = Quarter::named(&app.store, &quarter.before(), visitor.now).await?;
    let (mut changed, compared) = changed(&directory, &quarter, &before);
    let more_changed = changed.len().saturating_sub(MOST_CHANGES);
    changed.truncate(MOST_CHANGES);
    html(&Board {
        shell: visitor.shell("lead-title", Section::Lead),
        period: quarter.period_of(&quarter.release(), visitor.lang),
        period_key: quarter.key(),
        persons: group(&quarter, &offices, applicant::Group::Person),
        organisations: group(&quarter, &offices, applicant::Group::Organisation),
        work: offices.iter().map(work).collect(),
        red: red(&app, &directory, &quarter, visitor.now.day()).await?,
        burden: applicant::Group::ALL.map(|group| burden(&quarter, &offices, group)),
        changed,
        more_changed,
        compared,
        live: asked.period.is_empty(),
    })
}

/// `GET /lead/events`: a line whenever anything was recorded, so that the board can be read anew.
pub(crate) async fn events(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    live::answer(live::records(&app, &visitor.client))
}

/// What is past its day now, and on whom it lands.
async fn red(
    app: &App,
    directory: &Directory,
    quarter: &Quarter,
    today: Day,
) -> Result<Vec<RedOffice>, Failure> {
    let (mut late, mut unexplained) = (Vec::new(), Vec::new());
    for office in &directory.offices {
        let open = app.store.count_open_opinions(Some(std::slice::from_ref(&office.id)), today).await?;
        late.push((office.id.clone(), open.overdue));
        unexplained.push((office.id.clone(), open.unexplained));
    }
    let promises = app.store.open_promises().await?.into_iter();
    let promises = promises.filter(|file| file.promise.standing(today) == Standing::Overdue);
    let alarms = app.store.alarms(About::All, None, MOST_ALARMS).await?.into_iter();
    let alarms = alarms.filter(|file| file.state.verdict.is_none());
    let frozen = app.store.newest_frozen().await?.unwrap_or_default();
    let evaluations = app.store.evaluations(&frozen).await?.into_iter();
    let evaluations = evaluations.filter(|one| decision_late(one, directory, today));
    let cases = directory.offices.iter().map(|one| (one.id.clone(), quarter.office(&one.id).all.late));
    let found = [
        (Red::CasesLate, cases.collect()),
        (Red::OpinionsLate, late),
        (Red::OpinionsUnexplained, unexplained),
        (Red::PromisesLate, promises.map(|file| (file.promise.owner, 1)).collect()),
        (Red::AlarmsOpen, alarms.map(|file| (file.state.alarm.finding.office_id, 1)).collect()),
        (Red::EvaluationsLate, evaluations.map(|one| (one.office_id, 1)).collect()),
    ];
    let name = |id: String| directory.official(&id).map(|one| one.name.clone()).unwrap_or_default();
    let landed = land(directory, today, &found).into_iter().map(|one| RedOffice {
        office: directory.unit_name(&one.office),
        id: one.office,
        head: one.head.map(name).unwrap_or_default(),
        red: one.red,
    });
    Ok(landed.collect())
}

/// What a group says of its burden.
fn burden(quarter: &Quarter, offices: &[Office], of: applicant::Group) -> GroupBurden {
    let row = |office: &Office| Burden {
        id: office.id.clone(),
        name: office.unit_name.clone(),
        shares: BURDENS.map(|share| quarter.office(&office.id).of(of).share(share)),
    };
    let title = match of {
        applicant::Group::Person => "figures-persons",
        applicant::Group::Organisation => "figures-organisations",
    };
    let district = BURDENS.map(|share| quarter.district_share(of, share));
    GroupBurden { title, district, offices: offices.iter().map(row).collect() }
}

/// What changed beyond chance since the quarter before, and how many shares were compared.
fn changed(directory: &Directory, quarter: &Quarter, before: &Quarter) -> (Vec<Changed>, usize) {
    let (changes, compared) = beyond_chance(quarter.pairs(before));
    let changed = changes.into_iter().map(|change| Changed {
        office: directory.unit_name(&change.of.office),
        what: change.of.what,
        before: change.before,
        now: change.now,
        interval: change.interval,
    });
    (changed.collect(), compared)
}

fn group(quarter: &Quarter, offices: &[Office], of: applicant::Group) -> Group {
    let row = |office: &Office| OfficeFigures {
        id: office.id.clone(),
        name: office.unit_name.clone(),
        figures: Question::ALL.map(|question| quarter.office(&office.id).of(of).share(question)),
    };
    let district = Question::ALL.map(|question| quarter.district_share(of, question));
    Group { district, offices: offices.iter().map(row).collect() }
}

/// `GET /lead/cases`.
pub(crate) async fn cases(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let quarter = Quarter::named(&app.store, &asked.period, visitor.now).await?;
    let which = Which::from_key(&asked.which).unwrap_or(Which::Open);
    let office = match asked.office.as_str() {
        "" => None,
        id => Some(directory.office(id)?),
    };
    let after = cursor::read(&asked.after);
    let span = span(which, quarter.months, visitor.now);
    let mut files = behind(&app, &directory, office, which, span, after).await?;
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let key = quarter.key();
    let place = |after: &str| {
        let pairs = [("office", &*asked.office), ("which", which.key()), ("period", &key), ("after", after)];
        address("/lead/cases", &pairs)
    };
    let last = files.last().filter(|_| more).map(|file| place(&cursor::write((file.sort_at, file.case.id))));
    let counts = office.map_or(&quarter.district, |office| quarter.office(&office.id));
    html(&Cases {
        shell: visitor.shell("lead-title", Section::Lead),
        office_id: office.map(|office| office.id.clone()),
        office: office.map_or_else(|| directory.authority.name_vi.clone(), |office| office.unit_name.clone()),
        which,
        period: quarter.period(visitor.lang),
        about: about(which, &counts.all),
        rows: files.iter().map(|file| case_line(file, &directory, visitor.now)).collect(),
        pager: Pager { first: after.map(|_| place("")), next: last },
        period_key: quarter.key(),
    })
}

/// From when until when: the quarter for what was finished, now for what runs.
fn span(which: Which, (from, to): (Month, Month), now: Instant) -> (Instant, Instant) {
    let begin = |month: Month| Instant::at(month.first_day(), Minute(0));
    match which {
        Which::Open | Which::Late => (begin(from), now),
        Which::OnTime | Which::OverdueFinished => (begin(from), begin(to.next())),
    }
}

/// One page and a row more. For the whole district the pages of all offices are merged; their number is small.
async fn behind(
    app: &App,
    directory: &Directory,
    office: Option<&Office>,
    which: Which,
    span: (Instant, Instant),
    after: Option<After>,
) -> Result<Vec<CaseFile>, Failure> {
    let which = match which {
        Which::Open => case::Which::Running,
        Which::Late => case::Which::RunningLate,
        Which::OnTime => case::Which::Finished { on_time: true },
        Which::OverdueFinished => case::Which::Finished { on_time: false },
    };
    let mut files = Vec::new();
    for one in directory.offices.iter().filter(|one| office.is_none_or(|office| office.id == one.id)) {
        files.extend(app.store.cases_behind(&one.id, which, span, after, PAGE as i64 + 1).await?);
    }
    files.sort_by_key(|file| (file.sort_at, file.case.id));
    files.truncate(PAGE + 1);
    Ok(files)
}

fn about(which: Which, counts: &Counts) -> u64 {
    let (on_time, finished) = counts.on_time();
    match which {
        Which::Open => counts.open,
        Which::Late => counts.late,
        Which::OnTime => on_time,
        Which::OverdueFinished => finished - on_time,
    }
}

/// What is told of a case without personal data.
pub(crate) fn case_line(file: &CaseFile, directory: &Directory, now: Instant) -> CaseLine {
    let case = &file.case;
    let procedure = directory.procedure_near(&case.procedure, file.opened_at.day());
    let office = directory.office(&case.office_id);
    let running_late = case.due.is_some_and(|due| due < now);
    CaseLine {
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure.map(|procedure| procedure.short_name_vi.clone()).unwrap_or_default(),
        office: office.map(|office| office.unit_name.clone()).unwrap_or_default(),
        received: file.accepted_at.unwrap_or(file.opened_at),
        due: case.due,
        finished: file.finished_at,
        state: case.state,
        late: running_late || file.on_time == Some(false),
    }
}
