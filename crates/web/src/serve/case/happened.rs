//! What the journal says of a case, in words.

use hailong_core::{
    directory::Directory,
    event::{CaseOpened, Event, SupplementRequested},
    serve::case::{ClockMoved, Fault, Outcome, Reception, Reply},
    time::Instant,
};
use hailong_render::{
    Lang, format,
    work::{pause_key, thing::Happened},
};

use super::name_of;

/// An event of a case as pages tell it; nothing for other events.
pub(crate) fn happened(event: &Event, directory: &Directory, lang: Lang) -> Option<Happened> {
    let office = |key: &str| directory.unit_name(key);
    let date = |at: Instant| format::date_time(lang, at);
    let due = |at: Option<Instant>| at.map(date).unwrap_or_default();
    Some(match event {
        Event::CaseOpened(opened) => came_in(opened),
        Event::CaseTakenOver(taken) => Happened::with("directory-taken-over", "source", &taken.source),
        Event::SupplementRequested(request) => asked(request),
        Event::SupplementReceived(received) => {
            Happened::with("doing-happened-supplement-received", "due", due(received.moved.due))
        }
        Event::CaseAccepted(accepted) if accepted.without_receipt => {
            Happened::plain("doing-happened-received-at-once")
        }
        Event::CaseAccepted(_) => Happened::plain("work-happened-received"),
        Event::CaseHandedOver { to, .. } => {
            Happened::with("work-happened-handed-over", "to", name_of(directory, to))
        }
        Event::CaseSent(sent) if sent.back => {
            Happened::with("doing-happened-sent-back", "office", office(&sent.to_office))
        }
        Event::CaseSent(sent) => Happened::with("doing-happened-sent", "office", office(&sent.to_office)),
        Event::CaseMoved { to_office, .. } => {
            Happened::with("doing-happened-moved", "office", office(to_office))
        }
        Event::CasePaused(moved) => {
            let why = moved.clock.paused().map(|reason| lang.t(pause_key(reason)));
            Happened::with("doing-happened-paused", "why", why.unwrap_or_default())
        }
        Event::CaseResumed(moved) => Happened::with("doing-happened-resumed", "due", due(moved.due)),
        Event::CaseExtended(moved) => Happened::with("doing-happened-extended", "due", due(moved.due)),
        Event::CaseDueMoved(moved) => days_off(moved, due(moved.due)),
        Event::ApologySent(apology) => {
            let late = apology.late;
            let key = if late { "doing-happened-apologised-late" } else { "doing-happened-apologised" };
            let promised = apology.moved.clock.dates(Instant(0), &directory.calendar);
            let promised = promised.map(|dates| date(dates.promised)).unwrap_or_default();
            Happened { key, args: vec![("number", apology.number.to_string()), ("due", promised)] }
        }
        Event::ConsultationAsked(asked) => Happened::with("doing-happened-consulted", "body", &asked.body),
        Event::ConsultationClosed(closed) => {
            Happened::with("doing-happened-replied", "reply", lang.t(reply_key(closed.reply)))
        }
        Event::VisitRecorded(visit) => Happened::with("doing-happened-visited", "at", date(visit.visited_at)),
        Event::ResultSubmitted(submitted) => Happened::plain(match submitted.outcome {
            Outcome::Granted => "doing-happened-submitted-granted",
            Outcome::Denied => "doing-happened-submitted-denied",
        }),
        Event::ResultSentBack { .. } => Happened::plain("doing-happened-draft-back"),
        Event::CaseFinished { outcome: Outcome::Granted, .. } => Happened::plain("work-happened-granted"),
        Event::CaseFinished { .. } => Happened::plain("work-happened-denied"),
        Event::CaseReturned { .. } => Happened::plain("work-happened-returned"),
        Event::CaseRefused { .. } => Happened::plain("work-happened-refused"),
        Event::CaseWithdrawn(_) => Happened::plain("doing-happened-withdrawn"),
        Event::CaseStopped(_) => Happened::plain("doing-happened-stopped"),
        Event::DossierLost { .. } => Happened::plain("doing-happened-lost"),
        Event::ResultCorrected(corrected) => Happened::plain(match corrected.fault {
            Fault::Office => "doing-happened-corrected-office",
            Fault::Applicant => "doing-happened-corrected-applicant",
        }),
        _ => return None,
    })
}

fn days_off(moved: &ClockMoved, due: String) -> Happened {
    let decision = moved.clock.decision().unwrap_or_default().to_owned();
    if moved.due == moved.of.due {
        return Happened::with("doing-happened-due-kept", "decision", decision);
    }
    Happened { key: "doing-happened-due-moved", args: vec![("due", due), ("decision", decision)] }
}

fn came_in(opened: &CaseOpened) -> Happened {
    Happened::plain(match opened.reception {
        Reception::Counter => "work-happened-opened",
        Reception::Post => "doing-happened-opened-post",
        Reception::Online => "doing-happened-opened-online",
        Reception::Mobile => "doing-happened-opened-mobile",
        Reception::OnSite => "doing-happened-opened-on-site",
    })
}

fn asked(request: &SupplementRequested) -> Happened {
    let number = request.number.to_string();
    match (&request.moved, request.beyond) {
        (None, _) => Happened::plain("work-happened-supplement"),
        (Some(_), false) => Happened::with("doing-happened-supplement-appraisal", "number", number),
        (Some(_), true) => Happened::with("doing-happened-supplement-beyond", "number", number),
    }
}

/// Key of how a consultation ended.
pub(crate) fn reply_key(reply: Reply) -> &'static str {
    match reply {
        Reply::Agreed => "doing-reply-agreed",
        Reply::Disagreed => "doing-reply-disagreed",
        Reply::SilentConsent => "doing-reply-silent-consent",
        Reply::Silent => "doing-reply-silent",
    }
}
