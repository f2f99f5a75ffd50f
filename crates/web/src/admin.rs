//! The administrator's page: what the installation stands on. No case and no applicant is shown there.

use std::{collections::BTreeMap, sync::Arc};

use axum::{extract::State, response::Response};
use data_encoding::HEXLOWER;
use hailong_core::{directory::Directory, time::Day};
use hailong_render::{
    Lang, Section,
    work::admin::{Account, Admin, ToCheck, Waiting},
};

use crate::{
    App,
    error::{Failure, html},
    visitor::{Visitor, role_key},
};

/// `GET /admin`.
pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let (store, lang) = (&app.store, visitor.lang);
    let directory = store.directory();
    let (length, head) = store.head().await?;
    let mut waiting: BTreeMap<String, u32> = BTreeMap::new();
    for (office_id, _, ballots) in store.waiting_ballots().await? {
        *waiting.entry(directory.unit_name(&office_id)).or_default() += u32::try_from(ballots).unwrap_or(0);
    }
    let accounts = store.accounts().await?;
    let account = |account: hailong_store::account::Account| {
        let official = directory.official(&account.official_id).ok()?;
        Some(Account {
            login: account.login,
            name: official.name.clone(),
            role_key: role_key(official.role),
            office: directory.unit_name(&official.office_id),
        })
    };
    let (calendar_from, calendar_to) = directory.calendar.span();
    html(&Admin {
        shell: visitor.shell("work-admin-title", Section::None),
        authority: directory.authority.name_vi.clone(),
        engine: match store.engine_name() {
            "sqlite" => "SQLite".to_owned(),
            "postgres" => "PostgreSQL".to_owned(),
            other => other.to_owned(),
        },
        journal_length: length.unsigned_abs(),
        journal_head: HEXLOWER.encode(&head),
        calendar_from,
        calendar_to,
        to_check: to_check(&directory, visitor.now.day(), lang),
        accounts: accounts.into_iter().filter_map(account).collect(),
        waiting: waiting.into_iter().map(|(office, ballots)| Waiting { office, ballots }).collect(),
    })
}

fn to_check(directory: &Directory, today: Day, lang: Lang) -> Vec<ToCheck> {
    let unsure = directory.on(today).procedures().filter(|procedure| !procedure.to_be_checked().is_empty());
    unsure
        .map(|procedure| {
            let parts = procedure.to_be_checked().into_iter().map(|part| part_name(lang, part));
            ToCheck {
                code: procedure.code.clone(),
                name: procedure.short_name_vi.clone(),
                parts: parts.collect::<Vec<_>>().join("; "),
            }
        })
        .collect()
}

fn part_name(lang: Lang, part: &str) -> String {
    match part {
        "steps" => lang.t("part-steps"),
        "channels" => lang.t("part-ways"),
        "documents" => lang.t("part-documents"),
        "limits" => lang.t("part-limits"),
        "applicants" => lang.t("part-applicants"),
        "agency" => lang.t("part-agency"),
        "forms" => lang.t("part-forms"),
        "result" => lang.t("part-result"),
        "conditions" => lang.t("part-conditions"),
        "fee" => lang.t("part-fees"),
        "legal_basis" => lang.t("part-legal-basis"),
        "sector" => lang.t("sector-title"),
        "validity" => lang.t("version-title"),
        "code" => lang.t("work-admin-part-code"),
        "dossier_sets" => lang.t("work-admin-part-sets"),
        other => other.to_owned(),
    }
}
