//! Pages of the promise: procedures, offices, and where a case is.

pub mod apply;
pub mod appointment;
pub mod calendar;
pub mod deadline;
pub mod home;
pub mod notice;
pub mod office;
pub mod procedure;
pub mod queue;
pub mod sign_in;
pub mod track;

use crate::lang::Lang;
use crate::page::Sample;

/// The samples of these pages.
pub fn samples(lang: Lang) -> Vec<Sample> {
    crate::samples!(lang;
        home::Home, home::Promise, apply::Apply, procedure::ProcedureList, procedure::ProcedurePage, procedure::bring::BringPage, deadline::DeadlinePage, calendar::DaysOff, office::OfficeList,
        office::OfficePage, queue::Kiosk, queue::Slip, queue::TicketPage, queue::Board,
        appointment::AppointmentForm, appointment::AppointmentPage, appointment::AppointmentLookup,
        track::TrackForm, track::TrackCase, sign_in::SignIn, sign_in::ErrorPage,
    )
}
