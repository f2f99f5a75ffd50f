//! What a batch tells: the one place where notices come into being, for every door that writes.

use std::collections::hash_map::{Entry as Slot, HashMap};

use hailong_core::{
    batch::{Batch, Entry, Side},
    context::Entropy,
    event::Event,
    secret::SecretKey,
    serve::{
        applicant::Applicant,
        appointment::Booker,
        notice::{About, Recipient, Routes, told, write},
    },
};
use uuid::Uuid;

use crate::{Store, StoreError, keys::fresh_bytes};

impl Store {
    /// Where notices go besides the applicants, and when. Told at the start of the program.
    pub fn set_notice_routes(&self, routes: Routes) {
        *self.routes.write().unwrap_or_else(std::sync::PoisonError::into_inner) = routes;
    }

    /// Adds the notices that the batch's events give. Whoever was erased, or gave no address, is told nothing.
    pub(crate) async fn add_notices(&self, batch: &mut Batch) -> Result<(), StoreError> {
        if batch.silent {
            return Ok(());
        }
        let mut told_of = Vec::new();
        for (at, entry) in batch.entries.iter().enumerate() {
            if let Event::OpinionTriaged(sorted) = &entry.event
                && sorted.from_office != sorted.office_id
                && let Ok(subject) = Uuid::from_slice(&entry.subject.0)
            {
                batch.side.push(Side::NoticesMoved { subject, to_office: sorted.office_id.clone() });
            }
            if let Some(told) = told(&entry.event, &batch.entries) {
                told_of.push((at, told));
            }
        }
        if told_of.is_empty() {
            return Ok(());
        }
        let routes = self.routes.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let entropy = Entropy::new(fresh_bytes()?);
        let mut known: HashMap<Uuid, Option<(About, SecretKey)>> = HashMap::new();
        for (at, told) in told_of {
            let entry = &batch.entries[at];
            if told.0.is_of_dialogue() {
                let voices = self.voices_told(entry, batch).await?;
                let notices = voices.iter().flat_map(|(facts, about, key)| {
                    write(entry, (told.0, facts.clone()), about, &routes, key, &entropy)
                });
                batch.side.extend(notices.collect::<Vec<_>>());
                continue;
            }
            let Some((subject, case)) = self.subjects(entry).await? else { continue };
            let found = match known.entry(case) {
                Slot::Occupied(found) => found.into_mut(),
                Slot::Vacant(place) => place.insert(match told.0.is_of_opinion() {
                    true => self.author(entry, case, batch).await?,
                    false => self.about(case, batch).await?,
                }),
            };
            let Some((about, key)) = found else { continue };
            let moved = if let Event::CaseMoved { to_office, from_office, .. } = &entry.event {
                if about.office_id != *from_office {
                    continue;
                }
                let (office_id, keeper) = (to_office.clone(), to_office.clone());
                let about = About { office_id, keeper, ..about.clone() };
                batch.side.push(Side::NoticesMoved { subject, to_office: to_office.clone() });
                Some(about)
            } else {
                (subject != case).then(|| About { subject, ..about.clone() })
            };
            let notices = write(entry, told, moved.as_ref().unwrap_or(about), &routes, key, &entropy);
            batch.side.extend(notices);
        }
        Ok(())
    }

    /// What an entry is about, and the case or appointment whose applicant is told: for an invitation, its case.
    async fn subjects(&self, entry: &Entry) -> Result<Option<(Uuid, Uuid)>, StoreError> {
        Ok(match &entry.event {
            Event::InvitationIssued(invited) => Some((invited.invitation_id, invited.case_id)),
            Event::InvitationUsed(used) => {
                let invitation = self.invitation(used.invitation_id).await?;
                invitation.map(|invitation| (used.invitation_id, invitation.invited.case_id))
            }
            _ => Uuid::from_slice(&entry.subject.0).ok().map(|subject| (subject, subject)),
        })
    }

    /// Who is to be told, and the key that seals it: from the batch itself when it begins there.
    async fn about(&self, subject: Uuid, batch: &Batch) -> Result<Option<(About, SecretKey)>, StoreError> {
        let begun = batch.entries.iter().find(|entry| {
            entry.subject.0 == subject.as_bytes()
                && matches!(entry.event, Event::CaseOpened(_) | Event::AppointmentBooked(_))
        });
        if let Some(entry) = begun {
            return self.about_new(subject, entry, batch).await;
        }
        if let Some(file) = self.case(subject).await? {
            let case = &file.case;
            let Some(key) = self.data_key(case.person_id).await? else { return Ok(None) };
            let applicant = key.open(subject.as_bytes(), &file.applicant);
            let Some(applicant) = applicant.and_then(|bytes| Applicant::from_bytes(&bytes)) else {
                return Ok(None);
            };
            let about = About {
                subject,
                person_id: case.person_id,
                office_id: case.desk_office.clone(),
                procedure: case.procedure.clone(),
                dialogue: String::new(),
                keeper: case.desk_office.clone(),
                slot_at: None,
                recipient: Recipient::from(&applicant),
            };
            return Ok(Some((about, key)));
        }
        let Some(file) = self.appointment(subject).await? else { return Ok(None) };
        let (Some(booker), Some(key)) = (&file.booker, self.data_key(subject).await?) else {
            return Ok(None);
        };
        let slot_at = Some(file.appointment.slot_at);
        Ok(Some((about_booking(subject, &file.appointment.office_id, slot_at, booker), key)))
    }

    async fn about_new(
        &self,
        subject: Uuid,
        entry: &Entry,
        batch: &Batch,
    ) -> Result<Option<(About, SecretKey)>, StoreError> {
        let person_id = match &entry.event {
            Event::CaseOpened(opened) => opened.person_id,
            _ => subject,
        };
        let key = match self.new_key_in(batch, person_id) {
            Some(key) => Some(key),
            None => self.data_key(person_id).await?,
        };
        let Some(key) = key else { return Ok(None) };
        let about = match &entry.event {
            Event::CaseOpened(opened) => {
                let applicant = key.open(subject.as_bytes(), &opened.applicant.0);
                applicant.and_then(|bytes| Applicant::from_bytes(&bytes)).map(|applicant| About {
                    subject,
                    person_id,
                    office_id: opened.office_id.clone(),
                    procedure: opened.procedure.clone(),
                    dialogue: String::new(),
                    keeper: opened.office_id.clone(),
                    slot_at: None,
                    recipient: Recipient::from(&applicant),
                })
            }
            Event::AppointmentBooked(booked) => {
                let booker = key.open(subject.as_bytes(), &booked.booker.0);
                let booker = booker.and_then(|bytes| serde_json::from_slice::<Booker>(&bytes).ok());
                booker.map(|booker| about_booking(subject, &booked.office_id, None, &booker))
            }
            _ => None,
        };
        Ok(about.map(|about| (about, key)))
    }
}

fn about_booking(
    subject: Uuid,
    office_id: &str,
    slot_at: Option<hailong_core::time::Instant>,
    booker: &Booker,
) -> About {
    About {
        subject,
        person_id: subject,
        office_id: office_id.to_owned(),
        procedure: String::new(),
        dialogue: String::new(),
        keeper: office_id.to_owned(),
        slot_at,
        recipient: Recipient::from(booker),
    }
}
