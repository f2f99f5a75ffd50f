//! The pages that `hailong bench lists` asks for: every list of the product, with the arguments that people give.

use anyhow::Context as _;
use hailong_core::{
    context::Role,
    directory::Directory,
    serve::{
        official::Official,
        report::{Figure, Period, Span, Window},
    },
    time::{Day, Instant, Minute},
};
use hailong_store::{
    Store,
    serve::case::{After, CaseFile, Filter, Whose},
};
use hailong_web::cursor;
use uuid::Uuid;

/// The tabs of the list of open cases.
const TABS: [&str; 7] = ["all", "late", "today", "soon", "citizen", "others", "ready"];
/// The lists behind the figures of the leader's page.
const LEADERS: [&str; 4] = ["open", "late", "on-time", "overdue-finished"];
/// Cases read at once while looking for the place deep in a list.
const STRETCH: usize = 1_000;
/// Most such stretches: 50,000 cases.
const STRETCHES: usize = 50;
/// What is searched for among procedures.
const SOUGHT: &str = "/procedures?q=khai+sinh";

/// One page of a list.
pub(super) struct Page {
    /// The list it belongs to.
    pub(super) list: String,
    /// Its address.
    pub(super) path: String,
    /// What is posted to it; asked for with `GET` when there is nothing.
    pub(super) fields: Vec<(&'static str, String)>,
}

/// Everything that one person looks at.
pub(super) struct Round {
    /// Who: signed in as this official.
    pub(super) official: String,
    /// What.
    pub(super) pages: Vec<Page>,
}

/// What is known of the record before the pages are written.
pub(super) struct Library<'a> {
    pub(super) store: &'a Store,
    pub(super) directory: &'a Directory,
    pub(super) now: Instant,
}

fn get(list: &str, path: impl Into<String>) -> Page {
    Page { list: list.to_owned(), path: path.into(), fields: Vec::new() }
}

impl Library<'_> {
    /// Every round: at each office the official with most cases and the head, the district's leader, the administrator.
    pub(super) async fn rounds(&self) -> anyhow::Result<Vec<Round>> {
        let mut rounds = Vec::new();
        let today = self.now.day();
        for office in self.directory.on(today).offices() {
            let Some(busiest) = self.busiest(&office.id).await? else { continue };
            rounds.push(Round { pages: self.of_official(&busiest).await?, official: busiest.id });
            if let Some(head) = self.directory.head_on(&office.id, today) {
                rounds.push(Round { pages: self.of_head(&office.id).await?, official: head.id.clone() });
            }
        }
        let holder = |role| self.directory.officials.iter().find(move |one| one.has_role(&[role]));
        if let Some(leader) = holder(Role::Leader) {
            rounds.push(Round { pages: self.of_leader().await?, official: leader.id.clone() });
        }
        if let Some(admin) = holder(Role::Admin) {
            rounds.push(Round { pages: of_admin(), official: admin.id.clone() });
        }
        anyhow::ensure!(!rounds.is_empty(), "nobody works here today");
        Ok(rounds)
    }

    /// The official with most open cases, as far as they are counted.
    async fn busiest(&self, office_id: &str) -> anyhow::Result<Option<Official>> {
        let mut found: Option<(u64, Official)> = None;
        let staff: Vec<_> = self.directory.on(self.now.day()).officials_of(office_id).collect();
        for official in staff.into_iter().filter(|official| official.role == Role::Official) {
            let count = self.store.count_open(Whose::Holder(&official.id), self.now, self.now).await?.all;
            if found.as_ref().is_none_or(|(most, _)| *most < count) {
                found = Some((count, official));
            }
        }
        Ok(found.map(|(_, official)| official))
    }

    async fn of_official(&self, official: &Official) -> anyhow::Result<Vec<Page>> {
        let office = official.office_id.as_str();
        let mut pages = Vec::new();
        for whose in ["mine", "office", "away"] {
            for tab in TABS {
                pages.push(get(&format!("work, {whose}, {tab}"), format!("/work?whose={whose}&tab={tab}")));
            }
        }
        for (whose, of) in [("mine", Whose::Holder(&official.id)), ("office", Whose::Office(office))] {
            if let Some(place) = self.deep(of).await? {
                let path = format!("/work?whose={whose}&after={}", cursor::write(place));
                pages.push(get(&format!("work, {whose}, deep"), path));
            }
        }
        let open =
            self.store.open_cases(Whose::Office(office), Filter::default(), None, STRETCH).await?.files;
        self.filters(official, &open, &mut pages)?;
        if let Some(file) = open.iter().find(|file| file.code.is_some()) {
            self.searches(file, &mut pages).await?;
        }
        let year = self.now.day().year();
        let last = self.store.book_standing(office, year).await?.last;
        pages.extend([
            get("book, first page", "/work/book"),
            get("book, deep", format!("/work/book?after={}", last.saturating_mul(9) / 10)),
            get("book, year before", format!("/work/book?year={}", year - 1)),
            get("guidance", "/work/guidance"),
            get("queue panel", "/work/queue"),
            get("appointments of the day", "/work/appointments"),
            get("notice board, own", "/work/posting"),
            get("screen of calls", format!("/board/{office}")),
            get("kiosk", format!("/kiosk/{office}")),
            get("appointments, to book", format!("/appointments/{office}")),
            get("public figures", format!("/figures/{office}")),
            get("office", format!("/offices/{office}")),
        ]);
        Ok(pages)
    }

    /// A procedure asked for often, one asked for seldom, a colleague, and all of it together as a saved filter keeps it.
    fn filters(&self, official: &Official, open: &[CaseFile], pages: &mut Vec<Page>) -> anyhow::Result<()> {
        let level = self.directory.office(&official.office_id)?.level;
        let held: Vec<_> =
            self.directory.on(self.now.day()).procedures().filter(|one| one.handled_at(level)).collect();
        let among = |code: &str| open.iter().filter(|file| file.case.procedure == code).count();
        let often = held.iter().max_by_key(|one| among(&one.code)).context("no procedure is in force")?;
        let seldom = held.iter().min_by_key(|one| among(&one.code)).context("no procedure is in force")?;
        let (often, seldom, holder) = (&often.code, &seldom.code, &official.id);
        pages.extend([
            get("work, procedure asked for often", format!("/work?whose=office&procedure={often}")),
            get("work, procedure asked for seldom", format!("/work?whose=office&procedure={seldom}")),
            get("work, of an official", format!("/work?whose=office&holder={holder}")),
            get(
                "work, saved filter",
                format!("/work?whose=office&tab=late&procedure={often}&holder={holder}"),
            ),
            get("work, saved filter that finds nothing", {
                format!("/work?whose=office&tab=citizen&procedure={seldom}&holder={holder}")
            }),
        ]);
        Ok(())
    }

    /// A known case by its code, and a known applicant by number.
    async fn searches(&self, file: &CaseFile, pages: &mut Vec<Page>) -> anyhow::Result<()> {
        let code = file.code.clone().unwrap_or_default();
        let post = |list: &str, path: &str, name: &'static str, what: String| Page {
            list: list.to_owned(),
            path: path.to_owned(),
            fields: vec![(name, what)],
        };
        pages.push(post("find, case code", "/work/find", "what", code));
        let Some(applicant) = self.store.applicant(file).await? else { return Ok(()) };
        if !applicant.phone.is_empty() {
            pages.push(post("find, phone", "/work/find", "what", applicant.phone));
        }
        if !applicant.identity_number.is_empty() {
            let path = format!("/work/receive/{}/find", file.case.procedure);
            let number = applicant.identity_number;
            let mut page = post("receive, known applicant", &path, "find", number);
            page.fields.push(("case_id", Uuid::from_u128(1).to_string()));
            pages.push(page);
        }
        Ok(())
    }

    async fn of_head(&self, office: &str) -> anyhow::Result<Vec<Page>> {
        let mut pages = opinions();
        pages.push(get("notices that failed", "/work/notices"));
        pages.extend(self.reports("office", Some(office)));
        Ok(pages)
    }

    async fn of_leader(&self) -> anyhow::Result<Vec<Page>> {
        let mut pages = opinions();
        pages.extend([
            get("leader's page", "/lead"),
            get("leader's page, quarter before", "/lead?period=2017-Q1"),
            get("notice boards of all offices", "/lead/posting"),
            get("public figures of all offices", "/figures"),
            get("offices", "/offices"),
            get("procedures", "/procedures"),
            get("procedures, search", SOUGHT),
        ]);
        pages.extend(self.reports("district", None));
        let offices: Vec<_> = self.directory.offices.iter().map(|office| office.id.as_str()).collect();
        for which in LEADERS {
            let late = self.late_in_quarter(which);
            let places = [("first page", None), ("deep", Some(late))];
            for (where_, place) in places {
                let after = place.map(|place| format!("&after={}", cursor::write(place))).unwrap_or_default();
                let path = format!("/lead/cases?which={which}{after}");
                pages.push(get(&format!("lead, district, {which}, {where_}"), path));
                for office in &offices {
                    let path = format!("/lead/cases?office={office}&which={which}{after}");
                    pages.push(get(&format!("lead, office, {which}, {where_}"), path));
                }
            }
        }
        Ok(pages)
    }

    /// The reports of every length, and the lists behind every figure of the longest two.
    fn reports(&self, whose: &str, office: Option<&str>) -> Vec<Page> {
        let today = self.now.day();
        let office = office.map(|id| format!("&office={id}")).unwrap_or_default();
        let mut pages = Vec::new();
        for (window, span) in Period::kinds() {
            let key = Period::containing(window, span, today).key();
            pages.push(get(
                &format!("report, {whose}, {}", span.key()),
                format!("/reports?period={key}{office}"),
            ));
        }
        let year = Period::containing(Window::Calendar, Span::Year, today).key();
        pages.push(get(&format!("report, {whose}, units of today"), {
            format!("/reports?period={year}{office}&units=now")
        }));
        let quarter = Period::containing(Window::Legal, Span::Quarter, today).key();
        for figure in Figure::ALL.map(Figure::key) {
            let list = format!("report, {whose}, behind {figure}");
            for period in [&quarter, &year] {
                pages.push(get(&list, format!("/reports/cases?period={period}{office}&what={figure}")));
            }
        }
        if let Some(id) = office.strip_prefix("&office=") {
            let after = cursor::write(self.late_in_quarter("on-time"));
            let place = format!("&at={id}&after={after}&seen=1");
            for figure in ["received", "resolved", "late"] {
                let path = format!("/reports/cases?period={year}{office}&what={figure}{place}");
                pages.push(get(&format!("report, {whose}, behind {figure}, deep"), path));
            }
        }
        pages
    }

    /// The place behind nine tenths of a list of open cases, none when it is short.
    async fn deep(&self, of: Whose<'_>) -> anyhow::Result<Option<After>> {
        let mut places: Vec<After> = Vec::new();
        let mut after = None;
        for _ in 0..STRETCHES {
            let page = self.store.open_cases(of, Filter::default(), after, STRETCH).await?;
            places.extend(page.files.iter().map(|file| (file.sort_at, file.case.id)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(places.get(places.len() * 9 / 10).copied())
    }

    /// A place late in the quarter for what has ended; for what runs, two weeks ahead.
    fn late_in_quarter(&self, which: &str) -> After {
        let days = if matches!(which, "open") { 14 } else { -7 };
        let day: Day = self.now.day().plus(days);
        (Instant::at(day, Minute(8 * 60)), Uuid::nil())
    }
}

fn opinions() -> Vec<Page> {
    let page = |(list, path)| get(list, path);
    let lists = [
        ("opinions", "/work/opinions"),
        ("opinions, past their day", "/work/opinions?view=overdue"),
        ("opinions, answered", "/work/opinions?view=all&state=answered"),
    ];
    lists.map(page).into()
}

fn of_admin() -> Vec<Page> {
    let pages = ["/admin", "/admin/rules", "/admin/notices", "/admin/offices", "/admin/officials"];
    pages.map(|path| get(path, path)).into()
}
