//! The ballot: a secret rating, behind an invitation that counts once.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use data_encoding::BASE64;
use hailong_core::{
    context::Actor,
    listen::{
        invitation::{Invitation, Invited, Way},
        rating::{Ballot, ExtraMoney},
        receipt::Opening,
    },
    refusal::Refusal,
    serve::promise::Dimension,
};
use hailong_render::{
    Section,
    component::{Errors, refusal},
    listen::{
        rating::{Answers, InvitationGone, RateForm},
        receipt::{RateThanks, Receipt},
    },
};
use hailong_store::StoreError;
use uuid::Uuid;

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `GET /rate/{token}`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let invitation = match invited(&app, &visitor, &token).await {
        Ok(invitation) => invitation,
        Err(StoreError::Refused(why)) => return gone(&visitor, &why),
        Err(error) => return Err(error.into()),
    };
    html(&page(&app, &visitor, &token, &invitation, Answers::default(), Errors::none()))
}

/// `POST /rate/{token}`.
pub(crate) async fn cast(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(typed): Form<Fields>,
) -> Result<Response, Failure> {
    let answers = answers(&typed);
    let why = match vote(&app, &visitor, &token, &answers).await {
        Ok(opening) => return html(&thanks(&app, &visitor, opening).await?),
        Err(StoreError::Refused(why)) => why,
        Err(error) => return Err(error.into()),
    };
    let visitor = visitor.at(format!("/rate/{token}"));
    let Some(field) = why.field() else { return gone(&visitor, &why) };
    let invitation = invited(&app, &visitor, &token).await?;
    let errors = Errors::one(field, refusal(visitor.lang, why.code()));
    let page = page(&app, &visitor, &token, &invitation, answers, errors);
    html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The receipt, signed as a promise, and the opening, which is shown in this answer and kept nowhere.
async fn thanks(app: &App, visitor: &Visitor, opening: Opening) -> Result<RateThanks, Failure> {
    let (receipt, key) = (opening.receipt(), app.store.log_key()?);
    let newest = app.store.newest_checkpoint().await?;
    let receipt = Receipt {
        code: receipt.grouped(),
        url: format!("{}/receipt/{}", app.base_url, receipt.grouped()),
        note: key.receipt(&receipt, visitor.now.day()),
        opening: opening.to_string(),
        root: newest.map(|newest| (BASE64.encode(&newest.signed.root.0), newest.signed.size)),
    };
    Ok(RateThanks { shell: visitor.shell("rate-thanks-title", Section::None), receipt })
}

/// The invitation of a token, while it can still be used.
async fn invited(app: &App, visitor: &Visitor, token: &str) -> Result<Invitation, StoreError> {
    let (id, way) =
        app.store.vault().secrets().read_invitation_token(token).ok_or(Refusal::InvitationUnknown)?;
    usable(app, visitor, Some(id), way).await
}

/// An invitation, while it can still be used in this way.
pub(super) async fn usable(
    app: &App,
    visitor: &Visitor,
    id: Option<Uuid>,
    way: Way,
) -> Result<Invitation, StoreError> {
    let id = id.ok_or(Refusal::InvitationUnknown)?;
    let invitation = app.store.invitation(id).await?.ok_or(Refusal::InvitationUnknown)?;
    if invitation.used {
        return Err(Refusal::InvitationUsed.into());
    }
    if visitor.now.day() > invitation.invited.last_day(way) {
        return Err(Refusal::InvitationExpired.into());
    }
    Ok(invitation)
}

/// The office and the procedure that an invitation asks about, by name.
pub(super) fn about(app: &App, invited: &Invited) -> (String, String) {
    let directory = app.store.directory();
    let office = directory.office(&invited.office_id).map(|office| office.unit_name.clone());
    let procedure = directory
        .procedure_near(&invited.procedure, invited.day)
        .map(|procedure| procedure.short_name_vi.clone());
    (
        office.unwrap_or_else(|_| invited.office_id.clone()),
        procedure.unwrap_or_else(|_| invited.procedure.clone()),
    )
}

async fn vote(app: &App, visitor: &Visitor, token: &str, answers: &Answers) -> Result<Opening, StoreError> {
    let (id, way) =
        app.store.vault().secrets().read_invitation_token(token).ok_or(Refusal::InvitationUnknown)?;
    let ballot = ballot(answers)?;
    let directory = app.store.directory();
    // A ballot is nobody's: whoever is signed in on this device does not enter the roll.
    let entropy = hailong_store::keys::fresh_bytes()?;
    let ctx = app.store.context(Actor::Citizen, visitor.now, &directory, entropy);
    app.store.cast(id, ballot, way, &ctx).await
}

/// The kind page of an invitation that cannot be used.
fn gone(visitor: &Visitor, why: &Refusal) -> Result<Response, Failure> {
    let page = InvitationGone {
        shell: visitor.shell("invitation-gone-title", Section::None),
        code: why.code().to_owned(),
    };
    html_refused(&page, Failure::from(why.clone()).status)
}

fn page(
    app: &App,
    visitor: &Visitor,
    token: &str,
    invitation: &Invitation,
    answers: Answers,
    errors: Errors,
) -> RateForm {
    let (office, procedure) = about(app, &invitation.invited);
    RateForm {
        shell: visitor.shell("rate-title", Section::None),
        secret: token.to_owned(),
        office,
        procedure,
        answers,
        errors,
    }
}

/// The answers as typed, to be shown again.
fn answers(typed: &Fields) -> Answers {
    Answers {
        overall: typed.get("overall").to_owned(),
        parts: Dimension::ALL.map(|dimension| typed.get(dimension.key()).to_owned()),
        trips: typed.get("trips").to_owned(),
        extra_money: typed.get("extra_money").to_owned(),
        words: typed.get("words").to_owned(),
    }
}

/// The ballot that the answers mean; anything that was not offered is refused.
fn ballot(answers: &Answers) -> Result<Ballot, Refusal> {
    let number = |text: &str, why: Refusal| match text {
        "" => Ok(None),
        text => text.parse::<u8>().map(Some).map_err(|_| why),
    };
    let score = |at: usize| number(&answers.parts[at], Refusal::BadScore(Dimension::ALL[at].key()));
    let ballot = Ballot {
        overall: number(&answers.overall, Refusal::BadScore("overall"))?.unwrap_or(0),
        welcome: score(0)?,
        guidance: score(1)?,
        speed: score(2)?,
        lawful: score(3)?,
        trips: number(&answers.trips, Refusal::BadChoice("trips"))?,
        extra_money: match answers.extra_money.as_str() {
            "" => None,
            key => Some(ExtraMoney::from_key(key).ok_or(Refusal::BadChoice("extra_money"))?),
        },
        words: answers.words.clone(),
    };
    ballot.checked()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(overall: &str, speed: &str, trips: &str, extra_money: &str) -> Answers {
        let mut parts: [String; 4] = Default::default();
        parts[2] = speed.into();
        let (trips, extra_money) = (trips.into(), extra_money.into());
        Answers { overall: overall.into(), parts, trips, extra_money, words: " tốt ".into() }
    }

    #[test]
    fn only_offered_answers_make_a_ballot() {
        let good = ballot(&typed("5", "4", "2", "not_said")).unwrap();
        assert_eq!((good.overall, good.speed, good.welcome, good.trips), (5, Some(4), None, Some(2)));
        assert_eq!((good.extra_money, good.words.as_str()), (Some(ExtraMoney::NotSaid), "tốt"));
        let bad = [
            typed("", "", "", ""),
            typed("0", "", "", ""),
            typed("-1", "", "", ""),
            typed("6", "", "", ""),
            typed("5.0", "", "", ""),
            typed("5", "99999999999999999999", "", ""),
            typed("5", "0", "", ""),
            typed("5", "", "5", ""),
            typed("5", "", "-3", ""),
            typed("5", "", "", "maybe"),
        ];
        for answers in bad {
            assert!(ballot(&answers).is_err(), "{answers:?}");
        }
    }
}
