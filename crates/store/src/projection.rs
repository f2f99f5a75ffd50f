//! Events become rows: every table that is a function of the journal is written here and nowhere else.

use hailong_core::{
    batch::{Entry, Side},
    event::Event,
    serve::official,
};

use crate::{directory, journal, listen, measure, query::Statement, serve};

/// The statements that bring the tables up to an event (already numbered).
pub(crate) fn of_event(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    for (scope, value) in event.counters() {
        out.push(Statement::new(&journal::SET_COUNTER, vec![authority.into(), scope.into(), value.into()]));
    }
    // A deputy's act is the deputy's own in tables; for whom, the journal says.
    let (actor, _) = official::actors(actor);
    serve::book::project(authority, entry, event, actor, out);
    match event {
        Event::AuthorityFounded(_)
        | Event::CalendarPublished { .. }
        | Event::CalendarChanged(_)
        | Event::OfficeOpened(_)
        | Event::OfficialAppointed(_)
        | Event::OfficeClosed(_)
        | Event::OfficeChanged(_)
        | Event::PostTaken(_)
        | Event::PostLeft(_)
        | Event::AbsenceNoted(_)
        | Event::UnitPublished(_)
        | Event::UnitsSucceeded { .. }
        | Event::BookClosed(_)
        | Event::ProcedurePublished(_)
        | Event::ProcedureWithdrawn(_)
        | Event::QuestionnairePublished(_) => directory::project(authority, entry, event, out),
        Event::CaseOpened(_)
        | Event::CaseTakenOver(_)
        | Event::SupplementRequested(_)
        | Event::CaseAccepted(_)
        | Event::CaseHandedOver { .. }
        | Event::CaseMoved { .. }
        | Event::CaseFinished { .. }
        | Event::CaseReturned { .. }
        | Event::CaseRefused { .. }
        | Event::SupplementReceived(_)
        | Event::CaseSent(_)
        | Event::CasePaused(_)
        | Event::CaseResumed(_)
        | Event::CaseExtended(_)
        | Event::CaseDueMoved(_)
        | Event::ApologySent(_)
        | Event::ConsultationAsked(_)
        | Event::ConsultationClosed(_)
        | Event::VisitRecorded(_)
        | Event::ResultSubmitted(_)
        | Event::ResultSentBack { .. }
        | Event::CaseWithdrawn(_)
        | Event::CaseStopped(_)
        | Event::DossierLost { .. }
        | Event::ResultCorrected(_) => serve::case::project(authority, entry, event, actor, out),
        Event::PostingConfirmed(confirmed) => {
            serve::posting::project(authority, entry, confirmed, actor, out);
        }
        Event::QueueArranged(arrangement) => {
            serve::queue::project(authority, entry, arrangement, out);
        }
        Event::TicketIssued(_)
        | Event::TicketCalled(_)
        | Event::TicketRecalled { .. }
        | Event::TicketAttended { .. }
        | Event::TicketDone { .. }
        | Event::TicketMissed { .. }
        | Event::TicketMoved { .. } => serve::ticket::project(authority, entry, event, actor, out),
        Event::AppointmentBooked(_)
        | Event::AppointmentMoved { .. }
        | Event::AppointmentCancelled { .. }
        | Event::AppointmentKept { .. } => serve::appointment::project(authority, entry, event, out),
        Event::AttachmentAdded(_) | Event::AttachmentRemoved(_) => {
            serve::attachment::project(authority, entry, event, actor, out);
        }
        Event::GuidanceGiven(given) => serve::case::project_guidance(authority, entry, given, actor, out),
        Event::InvitationIssued(invited) => listen::invitation::project_issued(authority, invited, out),
        Event::KioskEnrolled(_) | Event::KioskWithdrawn(_) => {
            listen::kiosk::project(authority, entry, event, out);
        }
        Event::PaperBatchOpened(_) | Event::PaperBatchEnded(_) => {
            listen::paper::project(authority, event, out)
        }
        Event::CallsDrawn(_) | Event::CallMissed(_) | Event::CallSaid(_) => {
            listen::call::project(authority, entry, event, out);
        }
        Event::InvitationUsed(used) => listen::invitation::project_used(authority, used, out),
        Event::RatingDenied(denied) => listen::invitation::project_denied(authority, denied, out),
        Event::BoxSealed(sealed) => listen::rating::project(authority, sealed, out),
        Event::LogSigned(signed) => listen::log::project(authority, entry.version, entry.at, signed, out),
        Event::OpinionReceived(_)
        | Event::OpinionTriaged(_)
        | Event::OpinionAsked(_)
        | Event::OpinionReplied(_)
        | Event::OpinionAnswered(_)
        | Event::OpinionRefused(_)
        | Event::OpinionConsentChanged(_)
        | Event::OpinionExplained(_)
        | Event::OpinionDaysMoved(_)
        | Event::OpinionPublished(_)
        | Event::OpinionJudged(_) => listen::opinion::project(authority, entry, event, actor, out),
        Event::DialogueOpened(_)
        | Event::DialogueFormEntered(_)
        | Event::DialogueFormCorrected(_)
        | Event::DialogueHostChosen(_)
        | Event::DialogueAnnounced(_)
        | Event::DialogueJoined(_)
        | Event::DialogueReviewed(_)
        | Event::PromiseMade(_)
        | Event::DialogueClosed(_)
        | Event::PromiseReported(_) => listen::dialogue::project(authority, entry, event, actor, out),
        Event::QuestionnaireSaved(_)
        | Event::SurveyOpened(_)
        | Event::SurveyAnswered(_)
        | Event::SurveyMissed(_)
        | Event::SurveyClosed(_) => listen::survey::project(authority, entry, event, actor, out),
        Event::ReportFrozen(_)
        | Event::EvaluationOpened(_)
        | Event::EvaluationAnswered(_)
        | Event::EvaluationDecided(_)
        | Event::EvaluationReviewAsked(_)
        | Event::EvaluationReviewed(_) => {
            crate::measure::evaluation::project(authority, entry, event, actor, out)
        }
        Event::ScaleEntered(entered) => measure::scale::project(authority, entry, entered, actor, out),
        Event::GuardLooked(_) | Event::AlarmRaised(_) | Event::AlarmAnswered(_) | Event::AlarmJudged(_) => {
            measure::guard::project(authority, entry, event, actor, out);
        }
    }
}

crate::query::queries! {
    KEEP_DATA_KEY = "INSERT INTO data_key (authority_id, subject_id, wrapped) VALUES (?1, ?2, ?3)";
    INDEX_PERSON = "INSERT INTO person_index (authority_id, hash, case_id, person_id) VALUES (?1, ?2, ?3, ?4) \
                    ON CONFLICT DO NOTHING";
    DROP_BALLOT = "INSERT INTO ballot (authority_id, box_id, serial, ballot_id, sealed) VALUES (?1, ?2, ?3, ?4, ?5)";
    EMPTY_BOX = "DELETE FROM ballot WHERE authority_id = ?1 AND box_id = ?2 AND serial = ?3";
    SET_SETTING = "INSERT INTO setting (authority_id, name, value) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (authority_id, name) DO UPDATE SET value = excluded.value";
    READ_SETTING = "SELECT value FROM setting WHERE authority_id = ?1 AND name = ?2";
}

/// The statements for a row beside the chain.
pub(crate) fn of_side(authority: i64, side: &Side, out: &mut Vec<Statement>) {
    let number = authority;
    let authority = authority.into();
    out.push(match side {
        Side::DataKey { subject, wrapped } => {
            Statement::new(&KEEP_DATA_KEY, vec![authority, (*subject).into(), wrapped.as_slice().into()])
        }
        Side::PersonIndex { hash, person_id, case_id } => Statement::new(
            &INDEX_PERSON,
            vec![authority, hash.as_slice().into(), (*case_id).into(), (*person_id).into()],
        ),
        Side::Ballot { ballot_id, box_id, serial, sealed } => Statement::new(
            &DROP_BALLOT,
            vec![
                authority,
                box_id.as_str().into(),
                (*serial).into(),
                (*ballot_id).into(),
                sealed.as_slice().into(),
            ],
        ),
        Side::EmptyBox { box_id, serial } => {
            Statement::new(&EMPTY_BOX, vec![authority, box_id.as_str().into(), (*serial).into()])
        }
        Side::Held { office_id, group, sealed } => {
            listen::held::keep_slips(number, office_id, *group, sealed)
        }
        Side::EmptyPaper { batch_id } => return listen::paper::erase(number, *batch_id, out),
        Side::LogTile(tile) => listen::log::keep_tile(number, tile),
        Side::LogReceipt { receipt, place } => listen::log::keep_receipt(number, receipt, *place),
        Side::LooseBlob { blob, since } => return out.push(serve::attachment::loosen(number, *blob, *since)),
        Side::KeepBlob { blob } => return out.push(serve::attachment::keep(number, *blob)),
        Side::Notice(notice) => serve::notice::keep(number, notice),
        Side::NoticesMoved { subject, to_office } => serve::notice::hand_on(number, *subject, to_office),
        Side::DemoStep(step) => {
            Statement::new(&SET_SETTING, vec![authority, "demo-step".into(), step.to_string().into()])
        }
    });
}
