//! Pages where people speak: ratings, opinions, dialogues, surveys.

pub mod dialogue;
pub mod kiosk;
pub mod opinion;
pub mod rating;
pub mod receipt;
pub mod survey;

use crate::lang::Lang;
use crate::page::Sample;

/// The samples of these pages.
pub fn samples(lang: Lang) -> Vec<Sample> {
    crate::samples!(lang;
        kiosk::RateKiosk, rating::RateForm, rating::InvitationGone, rating::DenyPage, receipt::RateThanks, receipt::ReceiptForm,
        receipt::ReceiptPage, receipt::LogPage, opinion::OpinionForm,
        opinion::OpinionLookup, opinion::OpinionPage, opinion::PublishedOpinions, dialogue::page::DialogueList,
        dialogue::page::DialoguePage, dialogue::page::JoinForm, dialogue::page::SurveyForm,
        survey::page::SurveyList, survey::page::SurveyResults, survey::page::SurveyForm,
    )
}
