//! The rating kiosk: one page for a tablet, with every screen in it, so that it works without network. It holds nothing
//! of anybody: what it needs of its office it asks the server for.

use askama::Template;
use hailong_core::listen::kiosk::item::{MOST_WAITING, OPINION_LIMIT};

use super::opinion::words::classes;
use crate::{
    component::{Choice, refusal},
    lang::Lang,
    page::Page,
    serve::home::PARTS,
    shell::{Section, Shell},
};

/// `GET /kiosk/rate`: the same for every kiosk.
#[derive(Debug, Template)]
#[template(path = "listen/kiosk.html")]
pub struct RateKiosk {
    /// The frame (navigation is not shown).
    pub shell: Shell,
}

/// A question with faces: its name, and the key of its words.
struct Question {
    name: &'static str,
    text: &'static str,
    may_skip: bool,
}

impl RateKiosk {
    const FULL: usize = MOST_WAITING;
    const LIMIT: usize = OPINION_LIMIT;

    /// Why an answer was not taken, by code, as the screen says it.
    const REASONS: [&'static str; 4] =
        ["invitation-unknown", "invitation-expired", "unreadable-item", "bad-choice"];

    fn questions(&self) -> Vec<Question> {
        let overall = Question { name: "overall", text: "rate-overall", may_skip: false };
        let parts = PARTS.map(|part| Question { name: part.name, text: part.question, may_skip: true });
        [overall].into_iter().chain(parts).collect()
    }

    fn facts(&self) -> [(&'static str, String, Vec<Choice>); 2] {
        let lang = self.shell.lang;
        let choices = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(value, key)| Choice::new(*value, lang.t(key))).collect::<Vec<_>>()
        };
        let trips =
            [("1", "rate-trips-1"), ("2", "rate-trips-2"), ("3", "rate-trips-3"), ("4", "rate-trips-4")];
        let money = [("no", "rate-fee-no"), ("yes", "rate-fee-yes"), ("not_said", "rate-fee-unsaid")];
        [
            ("trips", lang.t("rate-trips"), choices(&trips)),
            ("extra_money", lang.t("rate-fee"), choices(&money)),
        ]
    }

    fn classes(&self) -> Vec<Choice> {
        classes(self.shell.lang)
    }

    fn why(&self, code: &str) -> String {
        refusal(self.shell.lang, code)
    }
}

impl Page for RateKiosk {
    fn sample(lang: Lang) -> Self {
        Self { shell: Shell::sample(lang, "kiosk-title", Section::None) }
    }
}
