//! The rating kiosk: one page for a tablet, with every screen in it, so that it works without network. It holds nothing
//! of anybody: what it needs of its office it asks the server for.

use askama::Template;
use hailong_core::listen::{
    kiosk::item::{MOST_WAITING, OPINION_LIMIT},
    questionnaire::{Ask, Questionnaire},
};

use super::{
    opinion::words::classes,
    rating::{Form, Question},
};
use crate::{
    component::{Choice, refusal},
    lang::Lang,
    page::Page,
    shell::{Section, Shell},
};

/// `GET /kiosk/rate`: the same for every kiosk.
#[derive(Debug, Template)]
#[template(path = "listen/kiosk.html")]
pub struct RateKiosk {
    /// The frame (navigation is not shown).
    pub shell: Shell,
    /// The questions of today.
    pub questionnaire: Questionnaire,
}

impl RateKiosk {
    const FULL: usize = MOST_WAITING;
    const LIMIT: usize = OPINION_LIMIT;

    /// Why an answer was not taken, by code, as the screen says it.
    const REASONS: [&'static str; 4] =
        ["invitation-unknown", "invitation-expired", "unreadable-item", "bad-choice"];

    /// Those answered by a touch; words stand on the last screen.
    fn questions(&self) -> Vec<(Question, Form)> {
        let all = Question::all(&self.questionnaire, self.shell.lang, |_| String::new());
        let touched = all.into_iter().filter(|question| question.ask != Ask::Words);
        touched
            .map(|question| (question.form(&self.shell), question))
            .map(|(form, question)| (question, form))
            .collect()
    }

    fn words(&self) -> Option<String> {
        let all = Question::all(&self.questionnaire, self.shell.lang, |_| String::new());
        all.into_iter().find(|question| question.ask == Ask::Words).map(|question| question.text)
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
        Self {
            shell: Shell::sample(lang, "kiosk-title", Section::None),
            questionnaire: Questionnaire::first(),
        }
    }
}
