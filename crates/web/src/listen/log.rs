//! The public log: the page for people, the files for programs, and receipts.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::BASE64;
use hailong_core::{
    listen::{
        held::Piles,
        log::{Leaf, MOST_WIDE, Wanted},
        rating::Asked,
        receipt::{Mark, Opening, Pile},
        sealing::REST,
    },
    serve::applicant::Group,
    time::{Instant, Month},
};
use hailong_render::{
    Lang, Section,
    component::{Errors, FACES, refusal},
    listen::{
        rating::{CONTACTS, DAYS, TRIPS},
        receipt::{Agreement, Counted, HeldSlips, LogPage, ReceiptForm, ReceiptPage, Root, Slip},
    },
};
use hailong_store::{Store, StoreError};

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// How long a full tile may be kept: it never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// How long what grows may be kept.
const SHORT: &str = "public, max-age=5";

/// `GET /log`.
pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let root = app.store.newest_checkpoint().await?.map(|newest| Root {
        size: newest.signed.size,
        hash: BASE64.encode(&newest.signed.root.0),
        day: newest.at.day(),
    });
    html(&LogPage {
        shell: visitor.shell("log-title", Section::Figures),
        root,
        key: app.store.log_key()?.verifier().to_owned(),
        url: format!("{}/log", app.base_url),
        offices: agreements(&app.store, visitor.now).await?,
        held: held(&app.store).await?,
        today: visitor.now.day(),
    })
}

/// By office that has any: invitations used; ballots sealed, sealed together with other offices', and waiting.
async fn agreements(store: &Store, now: Instant) -> Result<Vec<Agreement>, StoreError> {
    let mut sums: BTreeMap<String, [i64; 4]> = BTreeMap::new();
    for tally in store.tallies(Month(i32::MIN), now.day().month().next()).await? {
        let sum = sums.entry(tally.office_id).or_default();
        sum[0] += tally.tally.used;
        sum[1] += tally.tally.sealed;
    }
    for (office_id, joined) in store.joined_ballots().await? {
        sums.entry(office_id).or_default()[2] += joined;
    }
    for (office_id, _, pending) in store.waiting_ballots().await? {
        sums.entry(office_id).or_default()[3] += pending;
    }
    // What was sealed together is told at the offices that it came from.
    sums.remove(REST);
    let directory = store.directory();
    let agreement = |(id, [used, sealed, joined, waiting]): (String, [i64; 4])| Agreement {
        office: directory.unit_name(&id),
        used,
        sealed,
        joined,
        waiting,
    };
    Ok(sums.into_iter().filter(|(_, sum)| *sum != [0; 4]).map(agreement).collect())
}

/// The slips of the whole district that wait for others.
async fn held(store: &Store) -> Result<HeldSlips, StoreError> {
    let all = store.held().await?;
    let sum = |of: fn(&Piles) -> u32| all.iter().map(|at| u64::from(of(&at.waiting))).sum();
    Ok(HeldSlips {
        attitude: sum(|piles| piles.attitude),
        speed: sum(|piles| piles.speed),
        procedure: sum(|piles| piles.procedure),
        lost: all.iter().map(|at| at.lost).sum(),
    })
}

/// `GET /log/checkpoint`: the newest signed root.
pub(crate) async fn checkpoint(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    let newest = app.store.newest_checkpoint().await?.ok_or(Failure::not_found())?;
    Ok(plain(newest.signed.note, SHORT))
}

/// `GET /log/key`: the public key.
pub(crate) async fn key(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    Ok(plain(format!("{}\n", app.store.log_key()?.verifier()), SHORT))
}

/// `GET /log/figures`: the counts behind the published figures of every office.
pub(crate) async fn figures(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    let figures = app.store.published_figures().await?;
    let json = serde_json::to_string(&figures).map_err(|_| Failure::internal())?;
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, SHORT)], json).into_response())
}

/// `GET /log/tile/{*path}`: hashes of the tree, or a bundle of leaves.
pub(crate) async fn tile(State(app): State<Arc<App>>, Path(path): Path<String>) -> Result<Response, Failure> {
    let wanted = Wanted::parse(&path).ok_or(Failure::not_found())?;
    let data = app.store.published_tile(wanted).await?.ok_or(Failure::not_found())?;
    let kept = if wanted.width == MOST_WIDE { FOR_EVER } else { SHORT };
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, kept)];
    Ok((headers, data).into_response())
}

/// `GET /receipt`.
pub(crate) async fn ask(visitor: Visitor) -> Result<Response, Failure> {
    html(&form(&visitor, String::new(), Errors::none()))
}

/// `POST /receipt`: goes on to the page of the receipt.
pub(crate) async fn find(visitor: Visitor, Form(typed): Form<Fields>) -> Result<Response, Failure> {
    let code: String = typed.trimmed("code").chars().take(60).collect();
    match Mark::parse(&code) {
        Some(receipt) => Ok(Redirect::to(&format!("/receipt/{}", receipt.grouped())).into_response()),
        None => {
            let errors = Errors::one("code", refusal(visitor.lang, "bad-receipt"));
            html_refused(&form(&visitor, code, errors), StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// `GET /receipt/{receipt}`.
pub(crate) async fn receipt(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let receipt = Mark::parse(&code).ok_or(Failure::not_found())?;
    let found = leaf_of(&app.store, &receipt).await?;
    html(&page(&app, &visitor, &receipt, found.as_ref(), None, Errors::none()))
}

/// `POST /receipt/{receipt}`: the slips that the opening finds.
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(typed): Form<Fields>,
) -> Result<Response, Failure> {
    let receipt = Mark::parse(&code).ok_or(Failure::not_found())?;
    let visitor = visitor.at(format!("/receipt/{}", receipt.grouped()));
    let found = leaf_of(&app.store, &receipt).await?;
    let opening = Opening::parse(typed.trimmed("opening")).filter(|opening| opening.receipt() == receipt);
    let (Some((place, leaf)), Some(opening)) = (&found, opening) else {
        let errors = Errors::one("opening", refusal(visitor.lang, "bad-opening"));
        let page = page(&app, &visitor, &receipt, found.as_ref(), None, errors);
        return html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let mut lines = leaves(&app.store, place - u64::from(leaf.line), u64::from(leaf.of)).await?;
    // Slips that name something may be in the log with another group's, or wait.
    for pile in Pile::ALL {
        if let Some(place) = app.store.place_of_receipt(&opening.tag(pile)).await? {
            lines.extend(leaves(&app.store, place, 1).await?);
        }
    }
    let slips = slips(visitor.lang, &lines, &opening);
    html(&page(&app, &visitor, &receipt, found.as_ref(), Some(slips), Errors::none()))
}

/// `GET /receipt/{receipt}/proof`: a file that proves it without us.
pub(crate) async fn proof(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let receipt = Mark::parse(&code).ok_or(Failure::not_found())?;
    let proof = app.store.proof_of_receipt(&receipt).await?.ok_or(Failure::not_found())?;
    Ok(plain(proof.to_text(), "no-store"))
}

fn plain(text: String, kept: &'static str) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, HeaderValue::from_static(kept))];
    (headers, text).into_response()
}

fn form(visitor: &Visitor, code: String, errors: Errors) -> ReceiptForm {
    ReceiptForm { shell: visitor.shell("receipt-title", Section::Figures), code, errors }
}

fn page(
    app: &App,
    visitor: &Visitor,
    receipt: &Mark,
    found: Option<&(u64, Leaf)>,
    slips: Option<Vec<Slip>>,
    errors: Errors,
) -> ReceiptPage {
    let directory = app.store.directory();
    let counted = found.map(|(place, leaf)| Counted {
        office: match leaf.office.as_str() {
            REST => visitor.lang.t("receipt-rest"),
            office => directory.unit_name(office),
        },
        group: match leaf.group {
            Group::Person => "figures-persons",
            Group::Organisation => "figures-organisations",
        },
        of: leaf.of,
        place: place + 1,
        month: leaf.month.clone(),
    });
    let shell = visitor.shell("receipt-title", Section::Figures);
    ReceiptPage { shell, code: receipt.grouped(), counted, slips, errors }
}

/// The leaf that has a receipt, with its place.
async fn leaf_of(store: &Store, receipt: &Mark) -> Result<Option<(u64, Leaf)>, StoreError> {
    let Some(place) = store.place_of_receipt(receipt).await? else { return Ok(None) };
    let found = leaves(store, place, 1).await?.pop().filter(|leaf| leaf.receipt == Some(*receipt));
    found
        .map(|leaf| Some((place, leaf)))
        .ok_or_else(|| StoreError::Corrupt(format!("receipt {receipt} is misplaced")))
}

/// So many leaves from a place on.
async fn leaves(store: &Store, from: u64, count: u64) -> Result<Vec<Leaf>, StoreError> {
    let entries = store.log_entries(from, count).await?;
    let leaf = |(place, entry): (u64, &Vec<u8>)| Leaf::read(place, entry);
    let leaves = (from..).zip(&entries).map(leaf).collect::<Result<_, _>>();
    leaves.map_err(|fault| StoreError::Corrupt(fault.to_string()))
}

/// The slips on these lines that have the tags of an opening; what is not there waits for others.
fn slips(lang: Lang, lines: &[Leaf], opening: &Opening) -> Vec<Slip> {
    let face = |score: Option<u8>| {
        let face = score.and_then(|score| FACES.iter().find(|face| face.score == score));
        lang.t(face.map_or("receipt-no-answer", |face| face.key))
    };
    let number = |keys: &'static [&'static str], answer: Option<u8>| {
        let key = answer.and_then(|n| keys.get(usize::from(n).checked_sub(1)?));
        lang.t(key.unwrap_or(&"receipt-no-answer"))
    };
    let asked = |asked: Option<Asked>| {
        lang.t(match asked {
            Some(Asked::No) => "rate-asked-no",
            Some(Asked::Yes) => "rate-asked-yes",
            Some(Asked::NotSaid) => "rate-asked-unsaid",
            None => "receipt-no-answer",
        })
    };
    let mut slips = Vec::new();
    for pile in Pile::ALL {
        let tag = opening.tag(pile);
        let answers = lines.iter().find_map(|leaf| match pile {
            Pile::Overall => {
                let (score, _) = leaf.overall.filter(|slip| slip.1 == tag)?;
                Some(vec![("rate-overall", face(Some(score)))])
            }
            Pile::Attitude => {
                let (welcome, guidance, _) = leaf.attitude.filter(|slip| slip.2 == tag)?;
                Some(vec![("rate-welcome", face(welcome)), ("rate-guidance", face(guidance))])
            }
            Pile::Speed => {
                let (speed, _) = leaf.speed.filter(|slip| slip.1 == tag)?;
                Some(vec![("rate-speed", face(speed)), ("rate-days", number(&DAYS, leaf.days))])
            }
            Pile::Procedure => {
                let (lawful, trips, extra_money, _) = leaf.procedure.filter(|slip| slip.3 == tag)?;
                Some(vec![
                    ("rate-lawful", face(lawful)),
                    ("rate-trips", number(&TRIPS, trips)),
                    ("rate-contacts", number(&CONTACTS, leaf.contacts)),
                    ("rate-fee", asked(extra_money)),
                    ("rate-papers", asked(leaf.extra_papers)),
                ])
            }
        });
        let waits = match pile {
            // It never waits: the log was changed.
            Pile::Overall if answers.is_none() => return Vec::new(),
            Pile::Overall | Pile::Attitude => "receipt-slip-attitude",
            Pile::Speed => "receipt-slip-speed",
            Pile::Procedure => "receipt-slip-procedure",
        };
        let answers = answers.unwrap_or_else(|| vec![(waits, lang.t("receipt-slip-waits"))]);
        slips.push(Slip { answers });
    }
    slips
}
