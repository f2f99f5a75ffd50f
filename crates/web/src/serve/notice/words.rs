//! From a waiting notice to its words: what the record knows of the case today, and what the event said.

use hailong_core::{
    directory::Directory,
    listen::invitation::Way,
    serve::{
        appointment::Appointment,
        notice::{
            Channel, Kind, Letter, still_holds_for_appointment, still_holds_for_case, still_holds_for_rating,
        },
    },
    text::plain,
    time::Instant,
};
use hailong_render::{
    Lang, format,
    serve::notice::{Message, Telling},
};
use hailong_store::{
    StoreError,
    serve::{case::CaseFile, notice::NoticeFile},
};
use serde_json::{Value, json};

use super::gateway::with_country;
use crate::App;

/// A notice in words, addressed.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub(crate) number: String,
    pub(crate) channel: Channel,
    pub(crate) target: String,
    pub(crate) to: String,
    pub(crate) name: String,
    pub(crate) message: Message,
    pub(crate) payload: Value,
    pub(crate) kind: &'static str,
    pub(crate) telling: Telling,
}

/// What became of a notice when it was to be written.
pub(super) enum Written {
    /// It can go.
    Ready(Box<Ready>),
    /// The person was erased.
    Erased,
    /// It would mislead.
    Outdated,
}

/// The case or appointment that a notice is about.
enum About {
    Case(Box<CaseFile>),
    Appointment(Appointment),
}

/// Writes a notice.
pub(super) async fn write(app: &App, file: &NoticeFile, now: Instant) -> Result<Written, StoreError> {
    let Some(letter) = app.store.letter(file).await? else { return Ok(Written::Erased) };
    let about = if file.kind.is_of_appointment() {
        let Some(found) = app.store.appointment(file.subject).await? else { return Ok(Written::Outdated) };
        let slot = letter.facts.due;
        if !still_holds_for_appointment(file.kind, slot, &found.appointment, now) {
            return Ok(Written::Outdated);
        }
        About::Appointment(found.appointment)
    } else if file.kind.is_of_rating() {
        let Some(invitation) = app.store.invitation(file.subject).await? else {
            return Ok(Written::Outdated);
        };
        if !still_holds_for_rating(file.kind, &invitation, now.day()) {
            return Ok(Written::Outdated);
        }
        let found = app.store.case(invitation.invited.case_id).await?;
        let Some(found) = found else { return Ok(Written::Outdated) };
        About::Case(Box::new(found))
    } else {
        let Some(found) = app.store.case(file.subject).await? else { return Ok(Written::Outdated) };
        // Other systems learn everything, in its order; people only what still helps them.
        if file.channel.is_personal() && !still_holds_for_case(file.kind, found.case.state) {
            return Ok(Written::Outdated);
        }
        About::Case(Box::new(found))
    };
    let directory = app.store.directory();
    let telling = telling(app, file, &letter, &about, &directory);
    Ok(Written::Ready(Box::new(Ready {
        number: number(app, file),
        channel: file.channel,
        target: file.target.clone(),
        payload: payload(app, file, &letter, &about),
        message: telling.write(),
        kind: file.kind.key(),
        to: letter.to,
        name: letter.name,
        telling,
    })))
}

/// The number under which every attempt of a notice is known outside.
fn number(app: &App, file: &NoticeFile) -> String {
    format!("{}.{}", file.id.simple(), app.store.authority())
}

fn telling(app: &App, file: &NoticeFile, letter: &Letter, about: &About, directory: &Directory) -> Telling {
    let office = directory.on(letter.at.day()).office(&letter.office_id).ok();
    let opened = if let About::Case(case) = about { case.opened_at } else { letter.at };
    let procedure = directory.procedure_near(&letter.procedure, opened.day()).ok();
    let document = |at: &usize| Some(procedure?.documents.get(*at)?.name.clone());
    let secrets = app.store.vault().secrets();
    let path = match (file.kind, about) {
        (Kind::RateInvited | Kind::RateReminder, _) => {
            Some(format!("rate/{}", secrets.invitation_token(file.subject, Way::Link)))
        }
        (Kind::Rated, _) => Some(format!("not-me/{}", secrets.denial_token(file.subject))),
        (_, About::Case(case)) => Some(format!("track/{}", secrets.track_secret(case.case.id))),
        (_, About::Appointment(_)) => None,
    };
    Telling {
        lang: Lang::from(letter.language),
        kind: file.kind,
        name: letter.name.clone(),
        to_person: letter.to_person,
        code: if let About::Case(case) = about { case.code.clone() } else { None },
        procedure: procedure.map(|procedure| procedure.short_name_vi.clone()).unwrap_or_default(),
        office: office.as_ref().map(|office| office.name_vi.clone()).unwrap_or_default(),
        unit: office.map(|office| office.unit_name.clone()).unwrap_or_default(),
        at: letter.at,
        due: letter.facts.due,
        before: letter.facts.before,
        decision: letter.facts.decision.clone().unwrap_or_default(),
        missing: letter.facts.missing.iter().filter_map(document).collect(),
        link: path.map(|path| format!("{}/{path}", app.base_url)),
        contact: app.post.contact.clone(),
    }
}

/// What other systems are told: no name, no address, no reason.
fn payload(app: &App, file: &NoticeFile, letter: &Letter, about: &About) -> Value {
    let local = |at: Instant| format!("{}+07:00", at.civil().strftime("%Y-%m-%dT%H:%M:%S"));
    let mut data = json!({
        "authority": app.store.authority(),
        "office": letter.office_id,
        "due": letter.facts.due.map(local),
        "due_before": letter.facts.before.map(local),
    });
    let more = match about {
        About::Case(case) => json!({
            "case": case.case.id,
            "code": case.code,
            "procedure": letter.procedure,
            "status": case.case.exchange_code(),
        }),
        About::Appointment(appointment) => json!({ "appointment": appointment.id }),
    };
    if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
        data.extend(more);
        if let Some(decision) = &letter.facts.decision {
            data.insert("decision".to_owned(), decision.as_str().into());
        }
    }
    json!({ "type": file.kind.key(), "timestamp": local(letter.at), "data": data })
}

impl Ready {
    /// The words that gateways may ask for.
    pub(super) fn words(&self) -> Vec<(&'static str, String)> {
        let (telling, lang) = (&self.telling, self.telling.lang);
        let due = telling.due.map(|due| format::date_time(lang, due));
        vec![
            ("id", self.number.clone()),
            ("phone", self.to.clone()),
            ("phone_84", with_country(&self.to)),
            ("sms", self.message.sms.clone()),
            ("text", self.message.short.clone()),
            ("kind", self.kind.to_owned()),
            ("language", lang.tag().to_owned()),
            ("name", self.name.clone()),
            ("name_plain", plain(&self.name)),
            ("code", telling.code.clone().unwrap_or_default()),
            ("procedure", telling.procedure.clone()),
            ("office", telling.office.clone()),
            ("due", due.unwrap_or_default()),
            ("link", telling.link.clone().unwrap_or_default()),
        ]
    }
}
