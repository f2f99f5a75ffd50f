//! From a waiting notice to its words: what the record knows of the case today, and what the event said.

use hailong_core::{
    directory::Directory,
    listen::invitation::Way,
    serve::{
        appointment::Appointment,
        notice::{
            Channel, Kind, Letter, still_holds_for_appointment, still_holds_for_case,
            still_holds_for_dialogue, still_holds_for_opinion, still_holds_for_rating,
        },
    },
    text::plain,
    time::Instant,
};
use hailong_render::{
    Lang, format,
    paper::unit_and_place,
    serve::notice::{Message, Telling},
};
use hailong_store::{
    StoreError,
    listen::dialogue::DialogueFile,
    serve::{case::CaseFile, notice::NoticeFile},
};
use serde_json::{Value, json};

use super::gateway::with_country;
use crate::{App, listen::opinion::spaced};

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

/// What a notice is about.
enum About {
    Case(Box<CaseFile>),
    Appointment(Appointment),
    /// With the code to follow it.
    Opinion(String),
    Dialogue(Box<DialogueFile>),
}

impl About {
    fn case(&self) -> Option<&CaseFile> {
        if let Self::Case(case) = self { Some(case) } else { None }
    }
}

/// Writes a notice.
pub(super) async fn write(app: &App, file: &NoticeFile, now: Instant) -> Result<Written, StoreError> {
    let Some(letter) = app.store.letter(file).await? else { return Ok(Written::Erased) };
    let Some(about) = about(app, file, &letter, now).await? else { return Ok(Written::Outdated) };
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

/// What a notice is about, while it is still true.
async fn about(
    app: &App,
    file: &NoticeFile,
    letter: &Letter,
    now: Instant,
) -> Result<Option<About>, StoreError> {
    let (store, kind, due) = (&app.store, file.kind, letter.facts.due);
    if kind.is_of_appointment() {
        let found = store.appointment(file.subject).await?.map(|found| found.appointment);
        let held = found.filter(|appointment| still_holds_for_appointment(kind, due, appointment, now));
        return Ok(held.map(About::Appointment));
    }
    if kind.is_of_opinion() {
        let found = store.opinion(file.subject).await?;
        let held = found.filter(|found| still_holds_for_opinion(kind, &found.current));
        return Ok(held.and_then(|found| found.opinion).map(|opinion| About::Opinion(opinion.code)));
    }
    if kind.is_of_dialogue() {
        let found = store.dialogue(&letter.dialogue).await?;
        let held = found.filter(|found| still_holds_for_dialogue(kind, due, &found.dialogue, now));
        return Ok(held.map(|found| About::Dialogue(Box::new(found))));
    }
    let mut case_id = file.subject;
    if kind.is_of_rating() {
        let invitation = store.invitation(file.subject).await?;
        let held = invitation.filter(|invitation| still_holds_for_rating(kind, invitation, now.day()));
        let Some(invitation) = held else { return Ok(None) };
        case_id = invitation.invited.case_id;
    }
    let found = store.case(case_id).await?;
    // Other systems learn everything, in its order; people only what still helps them.
    let holds = |found: &CaseFile| {
        kind.is_of_rating() || !file.channel.is_personal() || still_holds_for_case(kind, found.case.state)
    };
    Ok(found.filter(holds).map(|found| About::Case(Box::new(found))))
}

/// The number under which every attempt of a notice is known outside.
fn number(app: &App, file: &NoticeFile) -> String {
    format!("{}.{}", file.id.simple(), app.store.authority())
}

fn telling(app: &App, file: &NoticeFile, letter: &Letter, about: &About, directory: &Directory) -> Telling {
    let office = directory.on(letter.at.day()).office(&letter.office_id).ok();
    let opened = about.case().map_or(letter.at, |case| case.opened_at);
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
        (_, About::Opinion(code)) => Some(format!("opinions/{code}")),
        (_, About::Dialogue(file)) => Some(format!("dialogues/{}", file.dialogue.id)),
    };
    // Which office an opinion is about is nothing for whoever sees the message; a dialogue is the authority's.
    let (above, _) = unit_and_place(&directory.authority.name_vi);
    let from = match about {
        About::Case(_) | About::Appointment(_) => {
            office.map(|office| (office.name_vi.clone(), office.unit_name.clone())).unwrap_or_default()
        }
        About::Opinion(_) | About::Dialogue(_) => (format!("Ủy ban nhân dân {above}"), above),
    };
    Telling {
        lang: Lang::from(letter.language),
        kind: file.kind,
        name: letter.name.clone(),
        to_person: letter.to_person,
        code: match about {
            About::Case(case) => case.code.clone(),
            About::Opinion(code) => Some(spaced(code)),
            About::Appointment(_) | About::Dialogue(_) => None,
        },
        dialogue: letter.dialogue.clone(),
        place: if let About::Dialogue(file) = about { file.place.clone() } else { String::new() },
        procedure: procedure.map(|procedure| procedure.short_name_vi.clone()).unwrap_or_default(),
        office: from.0,
        unit: from.1,
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
        // What somebody said is told to people only.
        About::Opinion(_) | About::Dialogue(_) => json!({}),
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
