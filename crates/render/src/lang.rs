//! The two languages of every page, and the texts behind their keys (Fluent).

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::format;

/// A value put into a text: a word or a number.
pub type Arg<'a> = FluentValue<'a>;

/// A language in which every page can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Vietnamese, the language in which pages are written first.
    #[default]
    Vi,
    /// English.
    En,
}

macro_rules! files {
    ($lang:literal) => {
        &[
            include_str!(concat!("../locales/", $lang, "/common.ftl")),
            include_str!(concat!("../locales/", $lang, "/public.ftl")),
            include_str!(concat!("../locales/", $lang, "/procedure.ftl")),
            include_str!(concat!("../locales/", $lang, "/posting.ftl")),
            include_str!(concat!("../locales/", $lang, "/rating.ftl")),
            include_str!(concat!("../locales/", $lang, "/receipt.ftl")),
            include_str!(concat!("../locales/", $lang, "/opinion.ftl")),
            include_str!(concat!("../locales/", $lang, "/kiosk.ftl")),
            include_str!(concat!("../locales/", $lang, "/ballot.ftl")),
            include_str!(concat!("../locales/", $lang, "/guard.ftl")),
            include_str!(concat!("../locales/", $lang, "/dialogue.ftl")),
            include_str!(concat!("../locales/", $lang, "/survey.ftl")),
            include_str!(concat!("../locales/", $lang, "/figures.ftl")),
            include_str!(concat!("../locales/", $lang, "/scale.ftl")),
            include_str!(concat!("../locales/", $lang, "/score.ftl")),
            include_str!(concat!("../locales/", $lang, "/evaluation.ftl")),
            include_str!(concat!("../locales/", $lang, "/process.ftl")),
            include_str!(concat!("../locales/", $lang, "/release.ftl")),
            include_str!(concat!("../locales/", $lang, "/directory.ftl")),
            include_str!(concat!("../locales/", $lang, "/deadline.ftl")),
            include_str!(concat!("../locales/", $lang, "/calendar.ftl")),
            include_str!(concat!("../locales/", $lang, "/rule.ftl")),
            include_str!(concat!("../locales/", $lang, "/queue.ftl")),
            include_str!(concat!("../locales/", $lang, "/notice.ftl")),
            include_str!(concat!("../locales/", $lang, "/refusal.ftl")),
            include_str!(concat!("../locales/", $lang, "/design.ftl")),
            include_str!(concat!("../locales/", $lang, "/attachment.ftl")),
            include_str!(concat!("../locales/", $lang, "/work.ftl")),
            include_str!(concat!("../locales/", $lang, "/paper.ftl")),
            include_str!(concat!("../locales/", $lang, "/print.ftl")),
            include_str!(concat!("../locales/", $lang, "/doing.ftl")),
            include_str!(concat!("../locales/", $lang, "/apply.ftl")),
            include_str!(concat!("../locales/", $lang, "/report.ftl")),
            include_str!(concat!("../locales/", $lang, "/lead.ftl")),
        ]
    };
}

const VI: &[&str] = files!("vi");
const EN: &[&str] = files!("en");

impl Lang {
    /// Both languages.
    pub const ALL: [Lang; 2] = [Lang::Vi, Lang::En];

    /// The language tag used in `lang` attributes, cookies and forms.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }

    /// The language of a tag, if it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        match tag {
            "vi" => Some(Lang::Vi),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    /// The text of a key. A key without a text is shown as `⟦key⟧`, which the tests refuse.
    pub fn t(self, key: &str) -> String {
        self.t_args(key, &[])
    }

    /// The text of a key with values put in.
    pub fn t_args(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("⟦{key}⟧");
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(*name, value.clone());
        }
        bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
    }

    /// Whether the key has a text.
    pub fn has(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    /// The files of texts of this language.
    pub fn sources(self) -> &'static [&'static str] {
        match self {
            Lang::Vi => VI,
            Lang::En => EN,
        }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static BUNDLES: [OnceLock<FluentBundle<FluentResource>>; 2] = [OnceLock::new(), OnceLock::new()];
        BUNDLES[self as usize].get_or_init(|| build(self))
    }
}

/// Builds the texts of one language. A faulty entry is left out here and found by the tests.
fn build(lang: Lang) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang {
        Lang::Vi => |value, _| numbers(Lang::Vi, value),
        Lang::En => |value, _| numbers(Lang::En, value),
    }));
    for source in lang.sources() {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        // A key that is there twice is found by a test; the first one stays.
        let _ = bundle.add_resource(resource);
    }
    bundle
}

fn numbers(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 => {
            Some(format::number(lang, number.value as i64))
        }
        FluentValue::Number(number) => Some(format::decimal(lang, number.value, 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use fluent_bundle::FluentResource;

    use super::*;

    fn keys(lang: Lang) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for source in lang.sources() {
            assert!(
                FluentResource::try_new((*source).to_owned()).is_ok(),
                "a text file of {lang:?} is faulty"
            );
            for line in source.lines() {
                let Some((key, _)) = line.split_once(" =") else { continue };
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    assert!(keys.insert(key.to_owned()), "{key} is there twice in {lang:?}");
                }
            }
        }
        keys
    }

    fn read(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    fn sources() -> String {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        for folder in ["src", "templates", "../web/src", "../hailong/src"] {
            let folder = here.join(folder);
            if folder.is_dir() {
                read(&folder, &mut text);
            }
        }
        text
    }

    /// The literal keys given to `t`, `t1`, `t2`, `t3` and `t_args`.
    fn asked(text: &str) -> BTreeSet<String> {
        let mut asked = BTreeSet::new();
        for call in [".t(\"", ".t1(\"", ".t2(\"", ".t3(\"", ".t_args(\""] {
            for (at, _) in text.match_indices(call) {
                let rest = &text[at + call.len()..];
                asked.extend(rest.split_once('"').map(|(key, _)| key.to_owned()));
            }
        }
        asked
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let (vi, en) = (keys(Lang::Vi), keys(Lang::En));
        assert_eq!(vi.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in English");
        assert_eq!(en.difference(&vi).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in Vietnamese");
    }

    #[test]
    fn keys_used_are_keys_present() {
        let text = sources();
        let present = keys(Lang::Vi);
        let missing: Vec<_> = asked(&text).into_iter().filter(|key| !present.contains(key)).collect();
        assert_eq!(missing, Vec::<String>::new(), "keys without a text");
        // Refusals are asked for by code; every other key stands somewhere in quotation marks.
        let unused: Vec<_> = present
            .iter()
            .filter(|key| !key.starts_with("refusal-") && !text.contains(&format!("\"{key}\"")))
            .collect();
        assert_eq!(unused, Vec::<&String>::new(), "texts that nothing asks for");
    }

    #[test]
    fn numbers_in_texts_follow_the_language() {
        assert_eq!(numbers(Lang::Vi, &14_437.into()).as_deref(), Some("14.437"));
        assert_eq!(numbers(Lang::En, &14_437.into()).as_deref(), Some("14,437"));
        let absent = "no-such-key";
        assert_eq!(Lang::Vi.t(absent), "⟦no-such-key⟧");
    }
}
