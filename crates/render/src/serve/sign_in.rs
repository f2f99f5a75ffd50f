//! Signing in, and the page of an error.

use askama::Template;

use crate::component::{Errors, refusal};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// `GET /sign-in`, and `POST /sign-in` when it was refused.
#[derive(Debug, Template)]
#[template(path = "serve/sign-in.html")]
pub struct SignIn {
    /// The frame.
    pub shell: Shell,
    /// The name typed.
    pub name: String,
    /// Path to go to afterwards; empty for the first page of the role.
    pub next: String,
    /// What is wrong with `name` or `password`.
    pub errors: Errors,
}

impl Page for SignIn {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "sign-in-title", Section::None),
            name: "lua".to_owned(),
            next: "/work".to_owned(),
            errors: Errors::one("name", refusal(lang, "sign-in-failed")),
        }
    }
}

/// A request that could not be answered: what happened and what to do.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame.
    pub shell: Shell,
    /// HTTP status.
    pub status: u16,
    /// Stable code of the refusal, such as `not-found`.
    pub code: String,
}

impl ErrorPage {
    /// The page of a refusal; its title says the same in few words.
    pub fn new(shell: Shell, status: u16, code: &str) -> Self {
        let title = shell.t("error-title");
        Self { shell: Shell { title, ..shell }, status, code: code.to_owned() }
    }

    fn sentence(&self) -> String {
        refusal(self.shell.lang, &self.code)
    }
}

impl Page for ErrorPage {
    fn sample(lang: Lang) -> Self {
        Self::new(Shell::sample(lang, "error-title", Section::None), 404, "not-found")
    }
}
