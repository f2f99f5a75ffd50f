//! Pages where people speak: ratings, opinions, dialogues.

pub mod dialogue;
pub mod opinion;
pub mod rating;

use crate::lang::Lang;
use crate::page::Sample;

/// The samples of these pages.
pub fn samples(lang: Lang) -> Vec<Sample> {
    crate::samples!(lang;
        rating::RateForm, rating::RateThanks, rating::InvitationGone, opinion::OpinionForm,
        opinion::OpinionLookup, opinion::OpinionPage, opinion::PublishedOpinions,
    )
}
