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
        questionnaire::{Ask, Questionnaire},
        rating::{Asked, Ballot},
        receipt::Opening,
    },
    refusal::Refusal,
};
use hailong_render::{
    Section,
    component::{Errors, refusal},
    listen::{
        rating::{InvitationGone, Question, RateForm},
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
    html(&page(&app, &visitor, &token, &invitation, &Fields::default(), Errors::none()))
}

/// `POST /rate/{token}`.
pub(crate) async fn cast(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(typed): Form<Fields>,
) -> Result<Response, Failure> {
    let why = match vote(&app, &visitor, &token, &typed).await {
        Ok(opening) => return html(&thanks(&app, &visitor, opening).await?),
        Err(StoreError::Refused(why)) => why,
        Err(error) => return Err(error.into()),
    };
    let visitor = visitor.at(format!("/rate/{token}"));
    let Some(field) = why.field() else { return gone(&visitor, &why) };
    let invitation = invited(&app, &visitor, &token).await?;
    let errors = Errors::one(field, refusal(visitor.lang, why.code()));
    let page = page(&app, &visitor, &token, &invitation, &typed, errors);
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
    (directory.unit_name(&invited.office_id), directory.short_name(&invited.procedure, invited.day))
}

async fn vote(app: &App, visitor: &Visitor, token: &str, typed: &Fields) -> Result<Opening, StoreError> {
    let (id, way) =
        app.store.vault().secrets().read_invitation_token(token).ok_or(Refusal::InvitationUnknown)?;
    let directory = app.store.directory();
    let ballot = ballot(directory.questionnaire_on(visitor.now.day()), typed)?;
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
    typed: &Fields,
    errors: Errors,
) -> RateForm {
    let directory = app.store.directory();
    let (office, procedure) = about(app, &invitation.invited);
    RateForm {
        shell: visitor.shell("rate-title", Section::None),
        secret: token.to_owned(),
        office,
        procedure,
        questions: Question::all(directory.questionnaire_on(visitor.now.day()), visitor.lang, |key| {
            typed.get(key).to_owned()
        }),
        errors,
    }
}

/// The ballot that the answers mean. Only questions of this version are heard; anything that was not offered is refused.
pub(super) fn ballot(questionnaire: &Questionnaire, typed: &Fields) -> Result<Ballot, Refusal> {
    let answer = |ask: Ask| questionnaire.line(ask).map_or("", |_| typed.get(ask.key()));
    let number = |ask: Ask, why: fn(&'static str) -> Refusal| match answer(ask) {
        "" => Ok(None),
        text => text.parse::<u8>().map(Some).map_err(|_| why(ask.key())),
    };
    let asked = |ask: Ask| match answer(ask) {
        "" => Ok(None),
        key => Asked::from_key(key).map(Some).ok_or(Refusal::BadChoice(ask.key())),
    };
    let ballot = Ballot {
        overall: number(Ask::Overall, Refusal::BadScore)?.unwrap_or(0),
        welcome: number(Ask::Welcome, Refusal::BadScore)?,
        guidance: number(Ask::Guidance, Refusal::BadScore)?,
        speed: number(Ask::Speed, Refusal::BadScore)?,
        lawful: number(Ask::Lawful, Refusal::BadScore)?,
        trips: number(Ask::Trips, Refusal::BadChoice)?,
        contacts: number(Ask::Contacts, Refusal::BadChoice)?,
        days: number(Ask::Days, Refusal::BadChoice)?,
        extra_money: asked(Ask::ExtraMoney)?,
        extra_papers: asked(Ask::ExtraPapers)?,
        words: answer(Ask::Words).to_owned(),
    };
    ballot.checked()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Result<Ballot, Refusal> {
        ballot(&Questionnaire::first(), &pairs.iter().copied().collect())
    }

    #[test]
    fn only_offered_answers_make_a_ballot() {
        let good = typed(&[
            ("overall", "5"),
            ("speed", "4"),
            ("trips", "2"),
            ("days", "5"),
            ("extra_money", "not_said"),
            ("extra_papers", "yes"),
            ("words", " tốt "),
        ]);
        let good = good.unwrap();
        assert_eq!((good.overall, good.speed, good.welcome, good.trips), (5, Some(4), None, Some(2)));
        assert_eq!((good.extra_money, good.words.as_str()), (Some(Asked::NotSaid), "tốt"));
        assert_eq!((good.days, good.contacts, good.extra_papers), (Some(5), None, Some(Asked::Yes)));
        let bad = [
            ("overall", ""),
            ("overall", "0"),
            ("overall", "-1"),
            ("overall", "6"),
            ("overall", "5.0"),
            ("speed", "99999999999999999999"),
            ("speed", "0"),
            ("trips", "5"),
            ("trips", "-3"),
            ("contacts", "5"),
            ("days", "6"),
            ("extra_money", "maybe"),
            ("extra_papers", "5"),
        ];
        for (field, answer) in bad {
            let refused =
                typed(&[("overall", if field == "overall" { answer } else { "5" }), (field, answer)]);
            assert_eq!(refused.err().and_then(|why| why.field()), Some(field), "{answer}");
        }
    }

    #[test]
    fn what_is_not_asked_is_not_heard() {
        let mut shorter = Questionnaire::first();
        shorter.lines.retain(|line| line.ask != Ask::Days && line.ask != Ask::Words);
        let fields = [("overall", "4"), ("days", "9"), ("words", "Xin chào"), ("trips", "1")];
        let heard = ballot(&shorter, &fields.into_iter().collect()).unwrap();
        assert_eq!((heard.days, heard.words.as_str(), heard.trips), (None, "", Some(1)));
    }
}
