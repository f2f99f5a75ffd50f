//! `hailong bench ballots`: a million secret ballots dropped, sealed, published in the log, proved and recounted.

use std::time::Instant as Stopwatch;

use anyhow::{Context as _, ensure};
use hailong_core::{
    batch::Batch,
    context::{Actor, Context},
    event::Event,
    id::new_blind_id,
    listen::{
        invitation::{Invitation, Invited, Way},
        log::LogVerifier,
        rating::{self, Asked, BOX_MAXIMUM, Ballot, BallotBox},
        receipt::Mark,
        sealing::BOX_MINIMUM,
    },
    secret::SecretKey,
    serve::applicant::Group,
};
use hailong_store::{
    Store,
    keys::{Vault, fresh_bytes},
    listen::rating::WaitingBox,
};

use super::{Ballots, lifecycle::prepare};
use crate::{
    demo::script,
    log::{Source, count, write_files},
    setting::Database,
};

/// Ballots that are written together.
const TOGETHER: usize = 500;
/// Receipts that are proved.
const PROOFS: usize = 1_000;

pub(super) async fn run(options: Ballots) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let database = hailong_store::Url::Sqlite(folder.path().join("record.db"));
    let vault = Vault::in_folder(&folder.path().join("keys"))?;
    let store = Database::of_bench(&database).open_with(vault).await?;
    prepare(&store).await?;
    let (mut receipts, mut casting, mut sealing) = (Vec::new(), 0.0, 0.0);
    let offices: Vec<_> = store.directory().offices.iter().map(|office| office.id.clone()).collect();
    let mut left = options.ballots;
    for office_id in offices.iter().cycle() {
        let size = left.min(BOX_MAXIMUM);
        if size < BOX_MINIMUM {
            break;
        }
        let ballot_box = store.open_box(office_id, Group::Person).await?;
        let watch = Stopwatch::now();
        receipts.extend(fill(&store, &ballot_box, size).await?);
        casting += watch.elapsed().as_secs_f64();
        let watch = Stopwatch::now();
        let directory = store.directory();
        let ctx = store.context(Actor::System, script::opening(), &directory, fresh_bytes()?);
        let waiting = WaitingBox { ballot_box, pending: size, last: script::opening().day() };
        store.seal_box(&waiting, &ctx).await?;
        store.publish_log(&ctx).await?;
        sealing += watch.elapsed().as_secs_f64();
        left -= size;
    }
    let newest = store.newest_checkpoint().await?.context("nothing was sealed")?;
    ensure!(newest.signed.size as usize == receipts.len(), "every ballot is a leaf");
    let proofs = prove(&store, &receipts).await?;
    let log = folder.path().join("log");
    write_files(&store, &log).await?;
    let watch = Stopwatch::now();
    let recount = count(&Source::Folder(log), &LogVerifier::parse(store.log_key()?.verifier())?).await?;
    let recounting = watch.elapsed().as_secs_f64();
    ensure!(recount.ballots as usize == receipts.len(), "every leaf is counted");
    let ballots = receipts.len() as f64;
    let figures = [
        ("ballots", ballots),
        ("cast_per_s", ballots / casting),
        ("seal_and_publish_s", sealing),
        ("sealed_per_s", ballots / sealing),
        ("proof_median_ms", proofs.0),
        ("proof_p95_ms", proofs.1),
        ("recount_s", recounting),
    ];
    super::print(&figures, options.json)
}

/// Invites and answers, many at once; the receipts.
async fn fill(store: &Store, ballot_box: &BallotBox, size: usize) -> anyhow::Result<Vec<Mark>> {
    let (directory, key) = (store.directory(), store.vault().box_key(ballot_box)?);
    let mut receipts = Vec::with_capacity(size);
    while receipts.len() < size {
        let ctx = store.context(Actor::Citizen, script::opening(), &directory, fresh_bytes()?);
        let mut all = Batch { actor: "citizen".to_owned(), ..Batch::default() };
        for _ in 0..TOGETHER.min(size - receipts.len()) {
            receipts.push(one(ballot_box, &key, &ctx, &mut all)?);
        }
        store.commit(all).await?;
    }
    Ok(receipts)
}

/// A new line on the roll of an office.
pub(super) fn invite(ballot_box: &BallotBox, ctx: &Context<'_>, all: &mut Batch) -> Invited {
    let invitation_id = new_blind_id(&ctx.entropy);
    let invited = Invited {
        invitation_id,
        case_id: new_blind_id(&ctx.entropy),
        office_id: ballot_box.office_id.clone(),
        group: ballot_box.group,
        procedure: format!("1.00{}", ctx.entropy.below(40)),
        field: "Hộ tịch".to_owned(),
        day: ctx.at.day(),
        official: Some(format!("{}-{}", ballot_box.office_id, ctx.entropy.below(5))),
        reminded: false,
    };
    all.push(ctx.at, invitation_id.as_bytes(), 1, Event::InvitationIssued(invited.clone()));
    invited
}

fn one(ballot_box: &BallotBox, key: &SecretKey, ctx: &Context<'_>, all: &mut Batch) -> anyhow::Result<Mark> {
    let score = || Some(1 + ctx.entropy.below(5) as u8);
    let invited = invite(ballot_box, ctx, all);
    let ballot = Ballot {
        overall: 1 + ctx.entropy.below(5) as u8,
        welcome: score(),
        guidance: score(),
        speed: score(),
        lawful: score(),
        trips: Some(1 + ctx.entropy.below(4) as u8),
        extra_money: Some(Asked::No),
        contacts: Some(1 + ctx.entropy.below(4) as u8),
        days: score(),
        extra_papers: Some(Asked::No),
        words: String::new(),
    };
    let (batch, opening) = rating::cast(
        &Invitation { invited, used: false, denied: false, longest: None },
        ballot,
        Way::Link,
        ballot_box,
        key,
        ctx,
    )?;
    all.entries.extend(batch.entries);
    all.side.extend(batch.side);
    Ok(opening.receipt())
}

/// Median and p95 of proving a receipt, in milliseconds; each proof is checked.
async fn prove(store: &Store, receipts: &[Mark]) -> anyhow::Result<(f64, f64)> {
    let key = LogVerifier::parse(store.log_key()?.verifier())?;
    let mut times = Vec::with_capacity(PROOFS);
    for number in 0..PROOFS {
        let receipt = &receipts[(number * 7_919) % receipts.len()];
        let watch = Stopwatch::now();
        let proof = store.proof_of_receipt(receipt).await?;
        times.push(watch.elapsed().as_secs_f64() * 1e3);
        let leaf = proof.context("a receipt is not in the log")?.check(&key)?;
        ensure!(leaf.receipt == Some(*receipt), "the proof is of another leaf");
    }
    times.sort_by(f64::total_cmp);
    Ok((times[PROOFS / 2], times[PROOFS * 95 / 100]))
}
