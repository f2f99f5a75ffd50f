//! What makes a page: a typed context that can be rendered with sample data in both languages.

use crate::lang::Lang;

/// A page: its context renders itself, and knows a sample of itself.
pub trait Page: askama::Template {
    /// The page with sample data, for the tests and the look at a page without a server.
    fn sample(lang: Lang) -> Self;
}

/// A rendered sample: the name of the page and its text.
pub type Sample = (&'static str, Result<String, askama::Error>);

/// Renders the samples of the named page types.
#[macro_export]
macro_rules! samples {
    ($lang:expr; $($page:ty),* $(,)?) => {
        vec![$((stringify!($page), askama::Template::render(&<$page as $crate::page::Page>::sample($lang)))),*]
    };
}
