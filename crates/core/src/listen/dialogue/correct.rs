//! Correcting a form of the wave that was typed wrongly: by another entry with its reason, which counts from then on. The journal
//! keeps both. Once the commune is decided nothing is corrected any more: the table of the decision stays as it was.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Dialogue, Topic, WORDS_LIMIT, organises,
    wave::{Form, Way, form_subject},
    words,
};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    event::Event,
    id::{Bytes, new_id},
    refusal::Refusal,
};

/// What a form says, as it was read once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// How it came in.
    pub way: Way,
    /// Whether it tells of a pressing grievance.
    pub pressing: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// Its words, sealed under the correction's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Bytes>,
}

/// See [`Event::DialogueFormCorrected`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormCorrected {
    /// The dialogue.
    pub dialogue: String,
    /// Number of the form.
    pub number: u32,
    /// The commune it was given out in.
    pub commune: String,
    /// Key of the words and the reason.
    pub form_id: Uuid,
    /// What the form says; nothing when the entry is struck: then the form has not come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// Why, sealed under the correction's own key.
    pub reason: Bytes,
}

/// What a form says, as it is typed once more.
#[derive(Clone, Debug, Default)]
pub struct Reread {
    /// How it came in; nothing when that was not said.
    pub way: Option<Way>,
    /// Whether it tells of a pressing grievance; nothing when that was not said.
    pub pressing: Option<bool>,
    /// What it is about.
    pub topic: Option<Topic>,
    /// In whose words.
    pub words: String,
}

/// A correction to make.
#[derive(Clone, Debug, Default)]
pub struct Correct {
    /// What the form says; nothing to strike the entry.
    pub to: Option<Reread>,
    /// Why.
    pub reason: String,
}

/// Decides that the entry of a form is corrected, or struck.
///
/// # Errors
/// Refuses numbers that were not given out, forms that have not come in, or that their owner filled in online; others than who
/// typed it and who prepares the dialogue, and officials of the very office it is about; a wave whose table is closed; a missing
/// reason, and what [`super::wave::enter`] refuses of a form's answers.
pub fn correct(
    dialogue: &Dialogue,
    form: Option<&Form>,
    command: &Correct,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let form = form.ok_or(Refusal::FormUnknown)?;
    may_correct(form, ctx)?;
    if dialogue.choice.is_some() {
        return Err(Refusal::WaveClosed);
    }
    if !form.entered {
        return Err(Refusal::FormMissing);
    }
    if form.way == Some(Way::Online) {
        return Err(Refusal::FormOnline);
    }
    let reason = words("reason", &command.reason, WORDS_LIMIT, false)?;
    if reason.is_empty() {
        return Err(Refusal::ReasonNeeded);
    }
    let form_id = new_id(ctx.at, &ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(form_id, &ctx.entropy);
    let seal = |said: &str| Bytes(key.seal(&ctx.entropy, form_id.as_bytes(), said.as_bytes()));
    let reading = match &command.to {
        None => None,
        Some(to) => {
            let pressing = to.pressing.ok_or(Refusal::BadChoice("pressing"))?;
            if pressing && to.topic.is_none() {
                return Err(Refusal::Empty("topic"));
            }
            let said = words("words", &to.words, WORDS_LIMIT, false)?;
            Some(Reading {
                way: to.way.filter(|way| *way != Way::Online).ok_or(Refusal::BadChoice("way"))?,
                pressing,
                topic: to.topic,
                words: (!said.is_empty()).then(|| seal(&said)),
            })
        }
    };
    let event = Event::DialogueFormCorrected(FormCorrected {
        dialogue: dialogue.id.clone(),
        number: form.number,
        commune: form.commune.clone(),
        form_id,
        reading,
        reason: seal(&reason),
    });
    let subject = form_subject(&dialogue.id, form.number);
    let mut batch = Batch::one(ctx.actor.journal_name(), ctx.at, &subject, form.version + 1, event);
    batch.side.push(Side::DataKey { subject: form_id, wrapped });
    Ok(batch)
}

/// Refuses everybody but who typed the form and who prepares the dialogue; and whoever works at the office it is about.
///
/// # Errors
/// [`Refusal::NotYourRole`], [`Refusal::FormOwnCommune`], [`Refusal::PostEnded`].
pub fn may_correct(form: &Form, ctx: &Context<'_>) -> Result<(), Refusal> {
    let official = match &ctx.actor {
        Actor::Official(official) if official.has_role(&[Role::Official, Role::Head, Role::Leader]) => {
            official
        }
        Actor::Former(_) => return Err(Refusal::PostEnded),
        _ => return Err(Refusal::NotYourRole),
    };
    if official.role_at(&form.commune).is_some() {
        return Err(Refusal::FormOwnCommune);
    }
    let typed = form.entered_by.as_deref() == Some(official.id.as_str());
    if typed || organises(official, ctx.directory) { Ok(()) } else { Err(Refusal::NotYourRole) }
}
