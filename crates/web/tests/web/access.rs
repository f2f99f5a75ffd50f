//! Every route × role × office, as one golden table: a change in who may do what shows as a diff.

use std::fmt::Write;

use crate::support::{Browser, DIALOGUE, OTHER, OWN, PROCEDURE, STAFF, Template, TestApp, Things, WAVES};
use data_encoding::BASE64URL_NOPAD;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/access.txt");
const HEAD: &str = "\
# Who gets what from every route. Made by really calling the router; see tests/web/access.rs.
# own, other: the path names a thing of the office of the official and the head who ask, or of another office.
# code: a citizen who holds the secret in the path; everybody else asks with a wrong one.
# sign-in: is sent to the sign-in page. Other numbers are HTTP statuses; forms are sent with their token only.
";

/// A path with its parameters filled in.
fn fill(route: &str, office: &str, things: &Things, holds_code: bool) -> String {
    let opinions = route.contains("opinions");
    let code = |secret: &str| if holds_code { secret.to_owned() } else { "0".repeat(secret.len()) };
    let parts = route.split('/').map(|part| match part {
        "{*path}" => "0/000".to_owned(),
        "{receipt}" => "A".repeat(16),
        "{log}" => "log.xes".to_owned(),
        "{file}" => "hailong.css".to_owned(),
        "{office}" => office.to_owned(),
        "{secret}" => code(&things.secret),
        "{token}" if route.starts_with("/survey/") => code(&things.survey),
        "{token}" => code(&things.invitation),
        "{denial}" => code(&things.denial),
        "{wave}" if route.starts_with("/work/") && !route.contains("results") => WAVES.1.to_string(),
        "{wave}" => WAVES.0.to_string(),
        "{questionnaire}" => "sipas-2017".to_owned(),
        "forms.pdf" if route.contains("surveys") => format!("forms.pdf?office={OWN}"),
        "words" if route.contains("surveys") => "words?question=30".to_owned(),
        "{code}" if opinions => code(&things.opinion_code),
        "{code}" | "{procedure}" => PROCEDURE.to_owned(),
        "{slip}" => code(&BASE64URL_NOPAD.encode(things.ticket.as_bytes())),
        "{ticket}" => things.ticket.to_string(),
        "{booking}" => code(&things.booking.0),
        "{appointment}" => things.booking.1.to_string(),
        "{what}" => "open-office".to_owned(),
        "{photo}" => "00".repeat(32),
        "{dialogue}" => DIALOGUE.to_owned(),
        "{promise}" => things.promise.to_string(),
        "{official}" => format!("{office}-1"),
        "{evaluation}" => things.evaluation.to_string(),
        "{kind}" if route.contains("scorecards") => "official".to_owned(),
        "{key}" if route.contains("scorecards") => format!("{office}-1"),
        "{kiosk}" => things.kiosk.to_string(),
        "{batch}" => things.batch.to_string(),
        "{list}" => things.calls.to_string(),
        "{alarm}" => things.alarm.to_string(),
        "{number}" | "{place}" => "1".to_owned(),
        "forms.pdf" => format!("forms.pdf?commune={OWN}"),
        "{attachment}" => things.attachment.to_string(),
        "{id}" if opinions => things.opinion.to_string(),
        "{id}" if route.starts_with("/work/notices") => things.notice.to_string(),
        "{id}" => things.case.to_string(),
        "{item}" if route.contains("official") => "common".to_owned(),
        "{item}" => "complete".to_owned(),
        "{step}" => "finish".to_owned(),
        "cases" if route == "/reports/cases" => "cases?what=received".to_owned(),
        part => {
            assert!(!part.contains('{'), "say in tests/web/access.rs what {part} of {route} stands for");
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn names_an_office(route: &str) -> bool {
    let named = [
        "{office}",
        "{secret}",
        "{token}",
        "{denial}",
        "{id}",
        "{slip}",
        "{ticket}",
        "{booking}",
        "{appointment}",
        "{promise}",
        "{kiosk}",
        "{batch}",
        "{list}",
        "{key}",
        "{evaluation}",
        "{alarm}",
    ];
    named.iter().any(|name| route.contains(name)) || (route.contains("opinions") && route.contains("{code}"))
}

fn browser(app: &TestApp, role: &str) -> Browser {
    match STAFF.iter().find(|(known, _)| *known == role) {
        Some((_, official)) => app.signed_in(official),
        None => app.browser(),
    }
}

async fn call(app: &TestApp, role: &str, method: &str, path: &str) -> String {
    let mut browser = browser(app, role);
    let answer = match method {
        "GET" => browser.get(path).await,
        _ if ["/attachments", "/photos", "/work/posting", "/work/surveys/register"]
            .iter()
            .any(|end| path.ends_with(end)) =>
        {
            browser.post_no_file(path).await
        }
        _ => browser.post(path, &[]).await,
    };
    if answer.location().starts_with("/sign-in") {
        "sign-in".into()
    } else {
        answer.status.as_u16().to_string()
    }
}

#[tokio::test]
async fn the_table_of_access_is_as_expected() {
    let template = Template::new().await;
    let reading = template.app().await;
    let mut table = HEAD.to_owned();
    for (method, path, access) in hailong_web::table() {
        writeln!(table, "\n{method} {path}  {access}").unwrap();
        let offices: &[&str] = if names_an_office(path) { &[OWN, OTHER] } else { &[OWN] };
        for office in offices {
            let mut line = match (offices.len(), *office == OWN) {
                (1, _) => "  any  ".to_owned(),
                (_, true) => "  own  ".to_owned(),
                (_, false) => "  other".to_owned(),
            };
            for role in ["anonymous", "code", "official", "head", "leader", "admin"] {
                let path = fill(path, office, &template.things[office], role == "code");
                let status = match method {
                    "GET" => call(&reading, role, method, &path).await,
                    // What a form changes must not be seen by the next one.
                    _ => call(&template.app().await, role, method, &path).await,
                };
                write!(line, " {role}={status}").unwrap();
            }
            table.push_str(&line);
            table.push('\n');
        }
    }
    if std::env::var_os("HAILONG_RENEW_GOLDEN").is_some() {
        std::fs::write(GOLDEN, &table).unwrap();
    }
    let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    assert!(golden == table, "{}", difference(&golden, &table));
}

/// The lines that differ, in order, as a plain diff.
fn difference(golden: &str, now: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (golden.lines().collect(), now.lines().collect());
    let mut text = "\nWho may do what has changed:\n".to_owned();
    let mut route = "";
    for line in &new {
        route = if line.starts_with(' ') { route } else { line };
        if !old.contains(line) {
            writeln!(text, "{route}\n+ {line}").unwrap();
        }
    }
    for line in old.iter().filter(|line| !new.contains(line)) {
        writeln!(text, "- {line}").unwrap();
    }
    text + "\nIf this is meant: HAILONG_RENEW_GOLDEN=1 cargo test -p hailong-web access, and commit the file.\n"
}

#[test]
fn no_route_stands_in_the_table_twice() {
    let mut rows: Vec<_> = hailong_web::table().map(|(method, path, _)| (method, path)).collect();
    let all = rows.len();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), all);
}
