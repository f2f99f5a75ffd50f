//! The ballot: a secret rating of one case.

use askama::Template;

use crate::component::{Choice, Errors, refusal};
use crate::lang::Lang;
use crate::page::Page;
use crate::serve::home::PARTS;
use crate::shell::{Section, Shell};

/// The answers as typed, to be shown again when the form was refused.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Overall satisfaction, 1 to 5; empty when not chosen.
    pub overall: String,
    /// The four parts of the promise, in the order of [`PARTS`]; empty when skipped.
    pub parts: [String; 4],
    /// `1`, `2`, `3` or `4` (four or more).
    pub trips: String,
    /// `no`, `yes` or `not_said`.
    pub extra_money: String,
    /// Free words, at most 500 characters.
    pub words: String,
}

/// `GET /rate/{token}`, and `POST` when it was refused. Fields: `overall`, `welcome`, `guidance`, `speed`,
/// `lawful`, `trips`, `extra_money`, `words`.
#[derive(Debug, Template)]
#[template(path = "listen/rate.html")]
pub struct RateForm {
    /// The frame.
    pub shell: Shell,
    /// The invitation's secret, for the form's address.
    pub secret: String,
    /// The office that is rated.
    pub office: String,
    /// The procedure.
    pub procedure: String,
    /// The answers so far.
    pub answers: Answers,
    /// What is wrong.
    pub errors: Errors,
}

impl RateForm {
    fn parts(&self) -> impl Iterator<Item = (&'static str, &'static str, &String)> {
        PARTS.into_iter().zip(&self.answers.parts).map(|(part, answer)| (part.name, part.question, answer))
    }

    fn trips(&self) -> [Choice; 4] {
        let lang = self.shell.lang;
        [
            Choice::new("1", lang.t("rate-trips-1")),
            Choice::new("2", lang.t("rate-trips-2")),
            Choice::new("3", lang.t("rate-trips-3")),
            Choice::new("4", lang.t("rate-trips-4")),
        ]
    }

    fn fees(&self) -> [Choice; 3] {
        let lang = self.shell.lang;
        [
            Choice::new("no", lang.t("rate-fee-no")),
            Choice::new("yes", lang.t("rate-fee-yes")),
            Choice::new("not_said", lang.t("rate-fee-unsaid")),
        ]
    }
}

impl Page for RateForm {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "rate-title", Section::None),
            secret: "abc".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            procedure: "Đăng ký khai sinh".to_owned(),
            answers: Answers::default(),
            errors: Errors::one("overall", refusal(lang, "bad-score")),
        }
    }
}

/// An invitation that was used, has expired or is not known.
#[derive(Debug, Template)]
#[template(path = "listen/invitation-gone.html")]
pub struct InvitationGone {
    /// The frame.
    pub shell: Shell,
    /// `invitation-used`, `invitation-expired`, `invitation-unknown` or `box-closed`.
    pub code: String,
}

impl InvitationGone {
    fn sentence(&self) -> String {
        refusal(self.shell.lang, &self.code)
    }
}

impl Page for InvitationGone {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "invitation-gone-title", Section::None),
            code: "invitation-used".to_owned(),
        }
    }
}
