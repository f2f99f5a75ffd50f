//! Handing in a case over the network.

use askama::Template;

use crate::component::{Choice, Errors};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// What was typed; the fields of the form bear these names.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Made by the server, so that a double click makes one case.
    pub nonce: String,
    /// The office that shall receive it.
    pub office: String,
    /// Key of the kind of applicant.
    pub kind: String,
    /// Full name.
    pub name: String,
    /// Identity number or tax code.
    pub identity_number: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Address.
    pub address: String,
}

/// `GET` and `POST /apply/{code}`.
#[derive(Debug, Template)]
#[template(path = "serve/apply.html")]
pub struct Apply {
    /// The frame.
    pub shell: Shell,
    /// Code of the procedure.
    pub code: String,
    /// Its name.
    pub procedure: String,
    /// Offices that receive it.
    pub offices: Vec<Choice>,
    /// Kinds of applicants.
    pub kinds: Vec<Choice>,
    /// The documents to bring or send.
    pub documents: Vec<String>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Errors,
}

impl Page for Apply {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "apply-title", Section::Procedures),
            code: "1.001193".to_owned(),
            procedure: "Đăng ký khai sinh".to_owned(),
            offices: vec![Choice::new("tran-phan", "Xã Trần Phán")],
            kinds: vec![Choice::new("person", lang.t("work-kind-person"))],
            documents: vec!["Tờ khai đăng ký khai sinh".to_owned()],
            typed: Typed { name: "Trần Thị Bưởi".to_owned(), ..Typed::default() },
            errors: Errors::one("identity_number", crate::component::refusal(lang, "bad-identity-number")),
        }
    }
}
