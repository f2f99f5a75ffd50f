//! What stands beside the record when the demo begins: notices that nobody sent, scans of papers, saved filters; and the
//! dialogue of the quarter.

use anyhow::Context as _;
use hailong_core::{
    context::Actor,
    serve::{
        attachment::Upload,
        notice::{Outcome, QuietHours},
    },
};
use hailong_render::pdf::{Margins, Paragraph, Pdf, Size};
use hailong_store::{Store, serve::attachment::Files};

use super::{
    Options, SIGN_INS,
    chance::{Chance, seed_of},
    play::case_id,
    script::{self, Script},
};
use crate::setting::Kept;

/// The setting that says that all of it is there.
pub(super) const DONE: &str = "demo-after";
/// Notices that somebody looked at already: no way out is configured in a demo, so none of them went.
const LOOKED_AT: i64 = 60;
/// Of those, one in so many led to a call.
const NOTICES_PER_CALL: usize = 3;
/// Of the cases that are open today, one in so many has a scan.
const CASES_PER_SCAN: usize = 5;
/// What the signed-in officials look for again and again.
const FILTERS: [(&str, &str); 3] = [
    ("whose=mine&tab=late", "Trễ hẹn của tôi"),
    ("whose=office&tab=today", "Phải trả hôm nay"),
    ("whose=office&tab=others", "Đang chờ cơ quan khác"),
];

/// Does what is not done yet.
pub(super) async fn finish(store: &Store, script: &Script, options: &Options) -> anyhow::Result<()> {
    let files = Kept::of_demo(&options.database).files(None).await?;
    scans(store, script, options.seed, &files).await?;
    notices(store, options.seed).await?;
    super::dialogue::play(store, options.seed).await?;
    super::survey::play(store, options.seed).await?;
    for (_, login) in SIGN_INS {
        let text: String = FILTERS.iter().map(|(place, title)| format!("/work?{place}\t{title}\n")).collect();
        store.keep_setting(&format!("filters/{login}"), &text).await?;
    }
    Ok(store.keep_setting(DONE, "1").await?)
}

/// A scan of an application to some of today's open cases.
async fn scans(store: &Store, script: &Script, seed: u64, files: &Files) -> anyhow::Result<()> {
    let directory = store.directory();
    for of in (script.cast..script.plots.len() as u32).step_by(CASES_PER_SCAN) {
        let file = store.case(case_id(seed, of)).await?.context("the record does not have this case")?;
        let (folder, _) = store.case_folder(&file).await?;
        if folder.live().next().is_some() {
            continue;
        }
        let bytes =
            scan(&directory.procedure_on(&file.case.procedure, file.opened_at.day())?.short_name_vi, of)?;
        let upload = Upload { name: "To khai.pdf", document: Some(0), bytes: &bytes };
        let actor = Actor::Official(directory.official(&file.case.holder)?.clone());
        let at = script::opening().plus_seconds(-60);
        let ctx = store.context(actor, at, &directory, seed_of(seed, "scan", u64::from(of)));
        store.attach(folder, &upload, files, at.0, &ctx).await?;
    }
    Ok(())
}

/// A page that says that it is invented.
fn scan(matter: &str, of: u32) -> anyhow::Result<Vec<u8>> {
    let mut page = Pdf::new("Tờ khai", Size::A5, Margins::all(15.0));
    page.add(Paragraph::new("TỜ KHAI").title());
    page.add(Paragraph::new(matter.to_owned()).center());
    page.add(Paragraph::new(format!(
        "Bản chụp mẫu số {} của bản diễn; mọi nội dung đều được đặt ra.",
        of + 1
    )));
    Ok(page.finish()?)
}

/// The oldest notices are found unsent, and about some of them an official called.
async fn notices(store: &Store, seed: u64) -> anyhow::Result<()> {
    let directory = store.directory();
    let (now, quiet) = (script::opening(), QuietHours::default());
    let mark = Chance::new(seed, "claim", 0);
    let mark = uuid::Uuid::from_u128((mark.below(usize::MAX) as u128) << 64 | 1);
    for (nth, file) in store.claim_notices(mark, now, quiet, LOOKED_AT).await?.notices.iter().enumerate() {
        store.notice_done(mark, file, Outcome::NoChannel, now, quiet).await?;
        let office = directory.office(&file.office_id)?;
        if let (0, Some(who)) = (nth % NOTICES_PER_CALL, script::staff_of(&directory, office).first()) {
            store.note_call(file.id, &who.id, now).await?;
        }
    }
    Ok(())
}
