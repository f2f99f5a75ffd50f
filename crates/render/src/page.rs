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

/// The samples of every page.
pub fn all_samples(lang: Lang) -> Vec<Sample> {
    let mut samples = crate::serve::samples(lang);
    samples.extend(crate::listen::samples(lang));
    samples.extend(crate::measure::samples(lang));
    samples.extend(crate::design::samples(lang));
    samples.extend(crate::work::samples(lang));
    samples.extend(crate::paper::samples(lang));
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The opening tags of a name, without their angle brackets.
    fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
        let start = format!("<{name}");
        html.match_indices(&start)
            .map(|(at, _)| &html[at + start.len()..])
            .filter(|rest| rest.starts_with([' ', '>', '\n']))
            .filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
            .collect()
    }

    fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value)
    }

    fn fields_are_labelled(page: &str, html: &str) {
        for name in ["input", "select", "textarea"] {
            for tag in tags(html, name) {
                let kind = attribute(tag, "type").unwrap_or("text");
                if kind == "hidden" {
                    continue;
                }
                let wrapped = html[..tag.as_ptr() as usize - html.as_ptr() as usize]
                    .rsplit_once("<label")
                    .is_some_and(|(_, since)| !since.contains("</label"));
                let named = attribute(tag, "id").is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
                assert!(wrapped || named, "{page}: a field without a label: {tag}");
            }
        }
    }

    fn forms_are_whole(page: &str, html: &str) {
        for form in html.split("<form").skip(1) {
            let (tag, rest) = form.split_once('>').unwrap_or((form, ""));
            let body = rest.split("</form>").next().unwrap_or("");
            let method = attribute(tag, "method");
            assert!(method.is_some() && attribute(tag, "action").is_some(), "{page}: {tag}");
            if method == Some("post") {
                assert!(body.contains("type=\"hidden\" name=\"token\""), "{page}: no token in {tag}");
            }
        }
    }

    fn ids_are_unique(page: &str, html: &str) {
        let mut seen = std::collections::BTreeSet::new();
        for part in html.split(" id=\"").skip(1) {
            let id = part.split('"').next().unwrap_or("");
            assert!(seen.insert(id), "{page}: the id {id} is there twice");
        }
        for part in html.split(" href=\"#").skip(1) {
            let id = part.split('"').next().unwrap_or("");
            assert!(seen.contains(id), "{page}: a link leads to #{id}, which is not there");
        }
    }

    #[test]
    fn every_page_renders_in_both_languages() {
        for lang in Lang::ALL {
            for (page, html) in all_samples(lang) {
                let html = html.unwrap_or_else(|error| panic!("{page}: {error}"));
                let paper = page.starts_with("paper") || page.contains("paper::");
                for mark in ["⟦", "⟧", "{$", "{ $"] {
                    assert!(!html.contains(mark), "{page} in {lang:?} shows {mark}");
                }
                assert!(html.contains(&format!("<html lang=\"{}\">", lang.tag())), "{page}");
                assert_eq!(tags(&html, "h1").len(), 1, "{page} needs exactly one h1 (paper: {paper})");
                assert!(!html.contains(" style=\"") && !html.contains("<style"), "{page}: inline style");
                assert!(!html.contains("javascript:") && !html.contains(" onclick"), "{page}: inline script");
                assert!(tags(&html, "script").iter().all(|tag| attribute(tag, "src").is_some()), "{page}");
                fields_are_labelled(page, &html);
                forms_are_whole(page, &html);
                ids_are_unique(page, &html);
            }
        }
    }
}
