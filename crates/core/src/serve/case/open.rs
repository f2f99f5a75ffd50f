//! The first contact: guidance, and who comes with what.

use std::borrow::Cow;

use uuid::Uuid;

use super::{Applicant, Case, GuidanceGiven, REASON_LIMIT, Reception, State};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context},
    event::{CaseOpened, Event},
    id::Bytes,
    refusal::Refusal,
    secret::{SecretKey, track_hash},
    serve::office::Office,
    time::Instant,
};

/// First contact: who comes with what.
#[derive(Clone)]
pub struct OpenCase {
    /// Made by the form, so that a second click finds the first.
    pub case_id: Uuid,
    /// The office that an online dossier goes to; officials receive at their own.
    pub office_id: Option<String>,
    /// The procedure.
    pub procedure: String,
    /// The applicant.
    pub applicant: Applicant,
    /// A person already known by number, with the data key; a new person otherwise.
    pub known: Option<(Uuid, SecretKey)>,
    /// How it came in.
    pub reception: Reception,
    /// Where the applicant was helped to fill it in, when that was another office (nơi hỗ trợ kê khai).
    pub help_office: Option<String>,
    /// The agency that decides, when it is not the one of the procedure (cơ quan có thẩm quyền giải quyết).
    pub deciding: Option<String>,
    /// The queue ticket and when it was drawn.
    pub ticket: Option<(Uuid, Instant)>,
}

impl OpenCase {
    /// A new person at the counter, without a ticket.
    pub fn at_counter(case_id: Uuid, procedure: &str, applicant: Applicant) -> Self {
        Self {
            case_id,
            office_id: None,
            procedure: procedure.to_owned(),
            applicant,
            known: None,
            reception: Reception::Counter,
            help_office: None,
            deciding: None,
            ticket: None,
        }
    }
}

/// Advice given before any dossier.
#[derive(Clone, Debug)]
pub struct Guide {
    /// Made by the form.
    pub guidance_id: Uuid,
    /// The procedure.
    pub procedure: String,
    /// How the person asked.
    pub reception: Reception,
    /// What was said.
    pub words: String,
}

/// Decides the first contact.
///
/// # Errors
/// Refuses other offices' officials, procedures not received here, and applicants whose data cannot be right.
pub fn open(command: OpenCase, ctx: &Context<'_>) -> Result<(Batch, Case), Refusal> {
    let (office, holder) = opener(&command, ctx)?;
    let procedure = ctx.directory.procedure_on(&command.procedure, ctx.at.day())?;
    if !procedure.received_at(office.level) {
        return Err(Refusal::UnknownProcedure);
    }
    if let Some(help) = &command.help_office {
        ctx.directory.office(help)?;
    }
    if command.ticket.is_some_and(|(_, drawn)| drawn > ctx.at) {
        return Err(Refusal::BadChoice("ticket"));
    }
    if command
        .deciding
        .as_ref()
        .is_some_and(|agency| agency.chars().count() > super::super::applicant::NAME_LIMIT)
    {
        return Err(Refusal::TooLong("deciding"));
    }
    let applicant = command.applicant.checked()?;
    let mut batch = Batch { actor: ctx.actor.journal_name().to_owned(), ..Batch::default() };
    let (person_id, key) = match command.known {
        Some(known) => known,
        None => {
            let person_id = crate::id::new_id(ctx.at, &ctx.entropy);
            let (key, wrapped) = ctx.secrets.new_data_key(person_id, &ctx.entropy);
            batch.side.push(Side::DataKey { subject: person_id, wrapped });
            (person_id, key)
        }
    };
    for (purpose, value) in applicant.findable() {
        let hash = ctx.secrets.blind_index(purpose, value);
        batch.side.push(Side::PersonIndex { hash, person_id, case_id: command.case_id });
    }
    let opened = CaseOpened {
        case_id: command.case_id,
        office_id: office.id.clone(),
        procedure: procedure.code.clone(),
        applicant_kind: applicant.kind,
        person_id,
        residence: applicant.residence.clone(),
        applicant: Bytes(key.seal(&ctx.entropy, command.case_id.as_bytes(), &applicant.to_bytes())),
        track_hash: Bytes(track_hash(&ctx.secrets.track_secret(command.case_id)).to_vec()),
        holder: holder.clone(),
        reception: command.reception,
        help_office: command.help_office.filter(|help| *help != office.id),
        deciding: command.deciding.filter(|agency| !agency.trim().is_empty()),
        ticket: command.ticket.map(|(ticket, _)| ticket),
        first_contact_at: command.ticket.map(|(_, drawn)| drawn),
    };
    let case = Case {
        id: command.case_id,
        office_id: office.id.clone(),
        desk_office: office.id.clone(),
        at_office: office.id.clone(),
        procedure: procedure.code.clone(),
        reception: command.reception,
        applicant_kind: applicant.kind,
        person_id,
        state: State::Opened,
        holder: holder.unwrap_or_else(|| ctx.actor.journal_name().to_owned()),
        opened_at: ctx.at,
        due: None,
        held: None,
        clock: None,
        supplements: 0,
        consultations: Vec::new(),
        version: 1,
    };
    batch.push(ctx.at, command.case_id.as_bytes(), 1, Event::CaseOpened(opened));
    Ok((batch, case))
}

/// The office that receives, and who has the case there when that is not the one who acts: an online dossier lies with
/// the head until an official checks it.
fn opener<'a>(command: &OpenCase, ctx: &Context<'a>) -> Result<(Cow<'a, Office>, Option<String>), Refusal> {
    let day = ctx.at.day();
    match &ctx.actor {
        Actor::Official(official) if command.reception != Reception::Online => {
            ctx.actor.handles(&official.office_id)?;
            Ok((ctx.directory.on(day).office(&official.office_id)?, None))
        }
        Actor::Citizen if command.reception == Reception::Online => {
            let office = ctx.directory.on(day).office(command.office_id.as_deref().unwrap_or_default())?;
            let head = ctx.directory.head_on(&office.id, day).ok_or(Refusal::UnknownOfficial)?;
            Ok((office, Some(head.id.clone())))
        }
        _ => Err(Refusal::NotYourRole),
    }
}

/// Keeps what was said to somebody who came for advice.
///
/// # Errors
/// Refuses other offices' officials, unknown procedures and empty words.
pub fn guide(command: Guide, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    ctx.actor.handles(&official.office_id)?;
    let procedure = ctx.directory.procedure_on(&command.procedure, ctx.at.day())?;
    let words = crate::text::words("words", &command.words, REASON_LIMIT, true)?;
    let (key, wrapped) = ctx.secrets.new_data_key(command.guidance_id, &ctx.entropy);
    let given = GuidanceGiven {
        guidance_id: command.guidance_id,
        office_id: official.office_id.clone(),
        procedure: procedure.code.clone(),
        reception: command.reception,
        words: Bytes(key.seal(&ctx.entropy, command.guidance_id.as_bytes(), words.as_bytes())),
    };
    let event = Event::GuidanceGiven(given);
    let mut batch = Batch::one(&official.id, ctx.at, command.guidance_id.as_bytes(), 1, event);
    batch.side.push(Side::DataKey { subject: command.guidance_id, wrapped });
    Ok(batch)
}
