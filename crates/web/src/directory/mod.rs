//! The administrator's pages of offices and officials: the lists. What changes them is in [`change`].

pub(crate) mod change;
mod entry;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Query, State},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    serve::{
        office::{Office, Validity},
        official::{Official, Warning, warnings},
    },
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Pager},
    format,
    work::directory::{OfficeLine, Offices, OfficialLine, Officials},
};
use serde::Deserialize;

use crate::{
    App,
    cursor::{PAGE, address},
    error::{Failure, html},
    visitor::Visitor,
};

/// `?office=`, `?after=` (a key), `?done=` (something was just done).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    office: String,
    after: String,
    done: String,
}

/// `GET /admin/offices`.
pub(crate) async fn offices(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (directory, today, lang) = (app.store.directory(), visitor.now.day(), visitor.lang);
    let mut odd: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for warning in warnings(&directory, today) {
        let (office, words) = in_words(&directory, &warning, lang);
        odd.entry(office).or_default().push(words);
    }
    let mut offices: Vec<_> = directory.offices.iter().map(|office| office.on(today)).collect();
    offices.sort_by_cached_key(|office| {
        (!office.is_open(today), office.level, hailong_core::text::fold(&office.unit_name))
    });
    let row = |office: Office| OfficeLine {
        head: directory.head_on(&office.id, today).map(|head| head.name.clone()).unwrap_or_default(),
        staff: directory.on(today).posts_at(&office.id).count() as u32,
        warnings: odd.remove(&office.id).unwrap_or_default(),
        open: office.is_open(today),
        codes: format!("{} · {}", office.gso_code, office.case_prefix),
        validity: validity(lang, office.validity()),
        name: office.name_vi,
        unit: office.unit_name,
        id: office.id,
    };
    html(&Offices {
        shell: visitor.shell("directory-offices-title", Section::None),
        done: done(&asked, lang),
        rows: offices.into_iter().map(row).collect(),
    })
}

/// `GET /admin/officials`.
pub(crate) async fn officials(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (directory, today, lang) = (app.store.directory(), visitor.now.day(), visitor.lang);
    let mut logins: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for account in app.store.accounts().await? {
        logins.entry(account.official_id).or_default().push(account.login);
    }
    let there = |official: &&Official| {
        asked.office.is_empty() || official.all_posts().iter().any(|post| post.office_id == asked.office)
    };
    let listed = directory.officials.iter().filter(|official| official.id > asked.after).filter(there);
    let page: Vec<_> = listed.take(PAGE + 1).collect();
    let more = page.len() > PAGE;
    let rows = page.into_iter().take(PAGE).map(|official| OfficialLine {
        id: official.id.clone(),
        name: official.name.clone(),
        posts: posts(&directory, official, today, lang),
        absences: absences(&directory, official, today, lang),
        logins: logins.remove(&official.id).unwrap_or_default().join(", "),
        active: !official.posts_on(today).is_empty(),
    });
    let rows: Vec<_> = rows.collect();
    let at = |after: &str| address("/admin/officials", &[("office", &asked.office), ("after", after)]);
    let pager = Pager {
        first: (!asked.after.is_empty()).then(|| at("")),
        next: rows.last().filter(|_| more).map(|last| at(&last.id)),
    };
    html(&Officials {
        shell: visitor.shell("directory-officials-title", Section::None),
        done: done(&asked, lang),
        offices: office_choices(&directory, None),
        office: asked.office.clone(),
        rows,
        pager,
    })
}

fn done(asked: &Asked, lang: Lang) -> String {
    if asked.done.is_empty() { String::new() } else { lang.t("directory-done") }
}

/// The offices to choose from: all of them, or those that work on a day.
fn office_choices(directory: &Directory, day: Option<Day>) -> Vec<Choice> {
    let offices = directory.offices.iter().filter(|office| day.is_none_or(|day| office.is_open(day)));
    let choice = |office: &Office| Choice::new(&office.id, format!("{} ({})", office.unit_name, office.id));
    offices.map(choice).collect()
}

/// From when to when, in words.
fn validity(lang: Lang, validity: Validity) -> String {
    let date = |day| format::date(lang, day);
    match (validity.from, validity.to) {
        (None, None) => lang.t("directory-always"),
        (Some(from), None) => lang.t_args("directory-since", &[("from", date(from).into())]),
        (None, Some(to)) => lang.t_args("directory-until", &[("to", date(to).into())]),
        (Some(from), Some(to)) => {
            lang.t_args("directory-from-to", &[("from", date(from).into()), ("to", date(to).into())])
        }
    }
}

fn posts(directory: &Directory, official: &Official, today: Day, lang: Lang) -> Vec<String> {
    let mut posts = official.all_posts();
    posts.sort_by_key(|post| (!post.validity.holds(today), post.reserve, post.validity.from));
    let words = |post: hailong_core::serve::official::Post| {
        let unit = directory.office(&post.office_id).map(|office| office.unit_name.clone());
        let mut text = format!(
            "{}, {}, {}",
            post.title_vi,
            unit.unwrap_or(post.office_id),
            lang.t(crate::visitor::role_key(post.role))
        );
        if post.reserve {
            text += &format!(", {}", lang.t("directory-reserve"));
        }
        text + &format!(" ({})", validity(lang, post.validity))
    };
    posts.into_iter().map(words).collect()
}

fn absences(directory: &Directory, official: &Official, today: Day, lang: Lang) -> Vec<String> {
    let coming = official.absences.iter().filter(|absence| absence.to >= today);
    let words = |absence: &hailong_core::serve::official::Absence| {
        let when = validity(lang, Validity::new(Some(absence.from), Some(absence.to)));
        let (deputy, _) = directory.actor_names(&absence.deputy);
        lang.t_args("directory-instead", &[("when", when.into()), ("deputy", deputy.into())])
    };
    coming.map(words).collect()
}

fn in_words(directory: &Directory, warning: &Warning, lang: Lang) -> (String, String) {
    match warning {
        Warning::NoHead { office_id } => (office_id.clone(), lang.t("directory-warn-head")),
        Warning::NoReserve { office_id } => (office_id.clone(), lang.t("directory-warn-reserve")),
        Warning::NobodyReceives { office_id } => (office_id.clone(), lang.t("directory-warn-nobody")),
        Warning::Term { office_id, official, months } => {
            let (name, _) = directory.actor_names(official);
            let args = [("official", name.into()), ("months", (*months).into())];
            (office_id.clone(), lang.t_args("directory-warn-term", &args))
        }
    }
}
