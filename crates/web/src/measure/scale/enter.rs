//! Entering what the record cannot know.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    measure::scale::{
        Enter, Item, Subject, Value, entry::MOST_PRODUCTS, hundred_points::Products, may_enter,
    },
    refusal::Refusal,
    serve::report::Period,
};
use hailong_render::{
    Section,
    component::Errors,
    measure::scale::{Amount, Entry, ProductRow},
};
use hailong_store::{StoreError, measure::scale::EntryFile};

use super::{When, name, path, shown};
use crate::{
    App,
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// Kinds of products that an empty form has room for.
const ROOM: usize = 4;

/// What is entered of whom, in the address.
struct Wanted {
    subject: Subject,
    item: Item,
    period: Period,
}

impl Wanted {
    /// Reads the address, and refuses who may not enter.
    fn read(
        app: &App,
        visitor: &Visitor,
        (kind, id): (&str, &str),
        item: &str,
        when: &When,
    ) -> Result<Self, Failure> {
        let directory = app.store.directory();
        let subject = Subject::find(kind, id, &directory)?;
        let item = Item::from_key(item).filter(|item| Item::of(&subject).any(|one| one == *item));
        if !may_enter(visitor.signed_in()?, &subject, &directory) {
            return Err(Refusal::NotYourOffice.into());
        }
        let period = when.period(visitor.now.day());
        Ok(Self { subject, item: item.ok_or(Failure::not_found())?, period })
    }

    fn address(&self) -> String {
        format!("{}/{}?period={}", path(&self.subject), self.item.key(), self.period.key())
    }

    fn back(&self) -> String {
        format!("{}?period={}", path(&self.subject), self.period.key())
    }

    async fn entered(&self, app: &App) -> Result<Option<EntryFile>, StoreError> {
        let entries = app.store.scale_entries(&self.subject, self.period).await?;
        Ok(entries.into_iter().find(|entry| entry.item == self.item))
    }
}

/// `GET /work/scales/district/{item}`.
pub(crate) async fn of_district(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(item): Path<String>,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    form(&app, &visitor, Wanted::read(&app, &visitor, ("district", ""), &item, &when)?).await
}

/// `GET /work/scales/office/{office}/{item}`.
pub(crate) async fn of_office(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, item)): Path<(String, String)>,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    form(&app, &visitor, Wanted::read(&app, &visitor, ("office", &id), &item, &when)?).await
}

/// `GET /work/scales/official/{official}/{item}`.
pub(crate) async fn of_official(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, item)): Path<(String, String)>,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    form(&app, &visitor, Wanted::read(&app, &visitor, ("official", &id), &item, &when)?).await
}

/// `POST /work/scales/district/{item}`.
pub(crate) async fn save_of_district(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(item): Path<String>,
    Query(when): Query<When>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(&app, &visitor, ("district", ""), &item, &when)?;
    save(&app, visitor, wanted, &fields).await
}

/// `POST /work/scales/office/{office}/{item}`.
pub(crate) async fn save_of_office(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, item)): Path<(String, String)>,
    Query(when): Query<When>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(&app, &visitor, ("office", &id), &item, &when)?;
    save(&app, visitor, wanted, &fields).await
}

/// `POST /work/scales/official/{official}/{item}`.
pub(crate) async fn save_of_official(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, item)): Path<(String, String)>,
    Query(when): Query<When>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(&app, &visitor, ("official", &id), &item, &when)?;
    save(&app, visitor, wanted, &fields).await
}

async fn form(app: &App, visitor: &Visitor, wanted: Wanted) -> Result<Response, Failure> {
    let before = wanted.entered(app).await?;
    let amount = written(wanted.item, before.as_ref().map(|entry| &entry.value));
    html(&page(app, visitor, &wanted, (before, amount), "", Errors::none()))
}

async fn save(app: &App, visitor: Visitor, wanted: Wanted, fields: &Fields) -> Result<Response, Failure> {
    let visitor = visitor.at(wanted.address());
    let why = match read(wanted.item, fields) {
        Ok(value) => {
            let command = Enter {
                subject: wanted.subject.clone(),
                period: wanted.period,
                item: wanted.item,
                value,
                evidence: fields.get("evidence").to_owned(),
                seen: fields.get("seen").parse().unwrap_or_default(),
            };
            let directory = app.store.directory();
            let ctx = visitor.context(app, &directory)?;
            let Some(why) = refused(app.store.enter_scale(command, &ctx).await)? else {
                return Ok(Redirect::to(&format!("{}&done=1", wanted.back())).into_response());
            };
            why
        }
        Err(why) => why,
    };
    let failure = Failure::from(why.clone());
    if failure.status == StatusCode::FORBIDDEN {
        return Err(failure);
    }
    // What somebody else entered meanwhile is shown above what was typed here.
    let before = wanted.entered(app).await?;
    let typed = typed(wanted.item, fields);
    let errors = Errors::refused(visitor.lang, &why);
    let page = page(app, &visitor, &wanted, (before, typed), fields.get("evidence"), errors);
    html_refused(&page, failure.status)
}

fn page(
    app: &App,
    visitor: &Visitor,
    wanted: &Wanted,
    (before, amount): (Option<EntryFile>, Amount),
    evidence: &str,
    errors: Errors,
) -> Entry {
    let directory = app.store.directory();
    Entry {
        shell: visitor.shell("scale-enter", Section::Reports),
        name: name(&wanted.subject, &directory, visitor),
        item: wanted.item,
        period: wanted.period,
        action: wanted.address(),
        back: wanted.back(),
        amount,
        evidence: evidence.to_owned(),
        seen: before.as_ref().map_or(0, |entry| entry.version),
        before: before.map(|entry| shown(entry, &directory)),
        errors,
    }
}

/// A count as people type it, points between thousands or not; nothing is none.
fn count(text: &str, field: &'static str) -> Result<u64, Refusal> {
    let digits: String = text.trim().chars().filter(|c| !matches!(c, '.' | ' ' | '\u{a0}')).collect();
    if digits.is_empty() {
        return Err(Refusal::Empty(field));
    }
    digits.parse().map_err(|_| Refusal::NotAFigure(field))
}

/// Hundredths of a number with at most two decimals, written with a comma or a full stop.
fn hundredths(text: &str, field: &'static str) -> Result<u64, Refusal> {
    let text = text.trim().replace(',', ".");
    if text.is_empty() {
        return Err(Refusal::Empty(field));
    }
    let wrong = Refusal::NotAFigure(field);
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if decimals.len() > 2 || whole.is_empty() || !digits(whole) || !digits(decimals) {
        return Err(wrong);
    }
    format!("{whole}{decimals:0<2}").parse().map_err(|_| wrong)
}

fn read(item: Item, fields: &Fields) -> Result<Value, Refusal> {
    match item {
        Item::Common => Ok(Value::Points { hundredths: hundredths(fields.get("points"), "points")? }),
        Item::Products => {
            let kind = |row: &ProductRow| {
                let or_none =
                    |text: &str| if text.trim().is_empty() { Ok(0) } else { count(text, "products") };
                Ok::<_, Refusal>(Products {
                    n: count(&row.n, "products")?,
                    hundredths: hundredths(&row.worth, "products")?,
                    faults: or_none(&row.faults)?,
                    late: or_none(&row.late)?,
                    delivered: !row.missing,
                })
            };
            let rows = rows(fields);
            let products =
                rows.iter().filter(|row| !row.n.trim().is_empty()).map(kind).collect::<Result<_, _>>()?;
            Ok(Value::Products { products })
        }
        _ => {
            Ok(Value::Share { part: count(fields.get("part"), "part")?, of: count(fields.get("of"), "of")? })
        }
    }
}

fn rows(fields: &Fields) -> Vec<ProductRow> {
    let column = |name| fields.all(name).collect::<Vec<_>>();
    let [worth, faults, late, delivered] = ["worth", "faults", "late", "delivered"].map(column);
    let at = |column: &[&str], row: usize| column.get(row).copied().unwrap_or_default().to_owned();
    let row = |(row, n): (usize, &str)| ProductRow {
        n: n.to_owned(),
        worth: at(&worth, row),
        faults: at(&faults, row),
        late: at(&late, row),
        missing: delivered.get(row) == Some(&"no"),
    };
    fields.all("n").take(MOST_PRODUCTS + 1).enumerate().map(row).collect()
}

/// What was typed, to be typed on.
fn typed(item: Item, fields: &Fields) -> Amount {
    match item {
        Item::Common => Amount::Points(fields.get("points").to_owned()),
        Item::Products => Amount::Products(with_room(rows(fields))),
        _ => Amount::Share { part: fields.get("part").to_owned(), of: fields.get("of").to_owned() },
    }
}

/// What was entered before, as it is typed.
fn written(item: Item, value: Option<&Value>) -> Amount {
    let decimal = |hundredths: u64| format!("{},{:02}", hundredths / 100, hundredths % 100);
    match (item, value) {
        (Item::Common, Some(Value::Points { hundredths })) => Amount::Points(decimal(*hundredths)),
        (Item::Common, _) => Amount::Points(String::new()),
        (Item::Products, Some(Value::Products { products })) => {
            let row = |one: &Products| ProductRow {
                n: one.n.to_string(),
                worth: decimal(one.hundredths),
                faults: one.faults.to_string(),
                late: one.late.to_string(),
                missing: !one.delivered,
            };
            Amount::Products(with_room(products.iter().map(row).collect()))
        }
        (Item::Products, _) => Amount::Products(with_room(Vec::new())),
        (_, Some(Value::Share { part, of })) => Amount::Share { part: part.to_string(), of: of.to_string() },
        _ => Amount::Share { part: String::new(), of: String::new() },
    }
}

fn with_room(mut rows: Vec<ProductRow>) -> Vec<ProductRow> {
    let wanted = (rows.len() + 2).clamp(ROOM, MOST_PRODUCTS).max(rows.len());
    rows.resize(wanted, ProductRow::default());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(count(" 1.234 ", "part"), Ok(1_234));
        assert_eq!(count("", "part"), Err(Refusal::Empty("part")));
        assert_eq!(count("-1", "part"), Err(Refusal::NotAFigure("part")));
        for (text, found) in
            [("28,5", 2_850), ("28.5", 2_850), ("28", 2_800), ("0,05", 5), ("30,00", 3_000), ("7,", 700)]
        {
            assert_eq!(hundredths(text, "points"), Ok(found), "{text}");
        }
        for text in ["28,555", "x", ",5", "-1", "1,-1", "99999999999999999999"] {
            assert_eq!(hundredths(text, "points"), Err(Refusal::NotAFigure("points")), "{text}");
        }
    }
}
