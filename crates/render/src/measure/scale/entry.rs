//! The form for a figure that the record cannot know, and how one is shown that was entered.

use askama::Template;
use hailong_core::measure::scale::{Item, Ratio, Value};
use hailong_core::serve::report::Period;
use hailong_core::time::Instant;

use super::{sample_period, word};
use crate::component::Errors;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};
use crate::work::report::period_name;

/// A figure that was entered, as pages tell it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What.
    pub item: Item,
    /// How much.
    pub value: Value,
    /// The evidence; none once erased.
    pub evidence: Option<String>,
    /// When.
    pub at: Instant,
    /// By whom, by name.
    pub by: String,
}

/// What was typed of one kind of products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductRow {
    /// How many.
    pub n: String,
    /// What one is worth.
    pub worth: String,
    /// Faults in each.
    pub faults: String,
    /// How often each was late.
    pub late: String,
    /// Whether they were not delivered.
    pub missing: bool,
}

/// What was typed.
#[derive(Clone, Debug)]
pub enum Amount {
    /// So many of so many.
    Share {
        /// As they should be.
        part: String,
        /// All.
        of: String,
    },
    /// Points, as people write them.
    Points(String),
    /// Kinds of products.
    Products(Vec<ProductRow>),
}

/// `GET /work/scales/…/{item}`.
#[derive(Debug, Template)]
#[template(path = "measure/scale_entry.html")]
pub struct Entry {
    /// The frame.
    pub shell: Shell,
    /// Whose.
    pub name: String,
    /// What.
    pub item: Item,
    /// Of which period.
    pub period: Period,
    /// Where it is sent.
    pub action: String,
    /// Where it came from.
    pub back: String,
    /// What was typed or entered before.
    pub amount: Amount,
    /// The evidence typed.
    pub evidence: String,
    /// The version of the entry that is shown; 0 for none.
    pub seen: i64,
    /// What was entered before.
    pub before: Option<Shown>,
    /// What is wrong.
    pub errors: Errors,
}

impl Shown {
    /// What it is.
    pub(super) fn name(&self, lang: &Lang) -> String {
        lang.t(word::item(self.item))
    }

    /// How much it is.
    pub(super) fn text(&self, lang: &Lang) -> String {
        let lang = *lang;
        let n = |n: u64| word::count(lang, n).into();
        match &self.value {
            Value::Share { part, of } => format!("{} / {}", word::count(lang, *part), word::count(lang, *of)),
            Value::Points { hundredths } => {
                let points = word::plain(lang, Ratio::new((*hundredths).into(), 100), 2);
                lang.t_args("scale-points", &[("points", points.into())])
            }
            Value::Products { products } => {
                let one = |one: &hailong_core::measure::scale::hundred_points::Products| {
                    let worth = word::plain(lang, Ratio::new(one.hundredths.into(), 100), 2);
                    let key = if one.delivered { "scale-product" } else { "scale-product-missing" };
                    let args = [
                        ("n", n(one.n)),
                        ("worth", worth.into()),
                        ("faults", n(one.faults)),
                        ("late", n(one.late)),
                    ];
                    lang.t_args(key, &args)
                };
                products.iter().map(one).collect::<Vec<_>>().join("; ")
            }
        }
    }

    pub(super) fn sample(_: Lang) -> Self {
        Self {
            item: Item::Complete,
            value: Value::Share { part: 38, of: 40 },
            evidence: Some("Trang của Cổng Dịch vụ công quốc gia, xem ngày 14/6/2017".to_owned()),
            at: Instant::at(sample_period().last_day(), hailong_core::time::Minute(600)),
            by: "Trần Văn Bảy".to_owned(),
        }
    }
}

impl Entry {
    fn title(&self) -> String {
        self.shell.t(word::item(self.item))
    }

    fn period_name(&self) -> String {
        period_name(self.shell.lang, self.period)
    }

    /// What is to be counted, where the name does not say it.
    fn hint(&self) -> Option<String> {
        let key = match self.item {
            Item::ReceivedThere | Item::HandledThere => "scale-hint-organisation",
            Item::OnlineProcedures => "scale-hint-online",
            Item::Payment1 | Item::Payment2 | Item::Payment3 => "scale-hint-portal",
            Item::Digital1 | Item::Digital2 | Item::Digital3 | Item::Digital4 => "scale-hint-portal",
            Item::Digital5 | Item::Digital6 | Item::Digital7 | Item::Feedback => "scale-hint-portal",
            Item::Common => "scale-hint-common",
            Item::Products => "scale-hint-products",
            _ => return None,
        };
        Some(self.shell.t(key))
    }
}

impl Page for Entry {
    fn sample(lang: Lang) -> Self {
        let row = ProductRow { n: "12".to_owned(), worth: "1".to_owned(), ..ProductRow::default() };
        Self {
            shell: Shell::sample_signed_in(lang, "scale-enter", Section::Reports),
            name: "Nguyễn Thị Hoa".to_owned(),
            item: Item::Products,
            period: sample_period(),
            action: "/work/scales/official/tran-phan-1/products?period=legal-quarter-2017-2".to_owned(),
            back: "/work/scales/official/tran-phan-1?period=legal-quarter-2017-2".to_owned(),
            amount: Amount::Products(vec![row, ProductRow::default()]),
            evidence: String::new(),
            seen: 0,
            before: Some(Shown::sample(lang)),
            errors: Errors::one("evidence", lang.t("refusal-empty")),
        }
    }
}
