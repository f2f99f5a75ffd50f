//! Everything that can be read after the script, as text. Only the conformance suite compares it.

use hailong_core::{
    listen::{dialogue::Topic, log::Wanted, opinion::State, survey::index::Counted},
    measure::{
        process::view,
        scale::{Subject, period_of},
    },
    serve::{
        applicant::Group,
        case::Waits,
        notice::Channel,
        report::{Figure, Period, Span, Window, closing},
    },
    time::{Day, Instant, Month},
};
use hailong_store::{
    Store,
    listen::opinion::{Filter, View},
    measure::{guard::About, process::AT_ONCE},
    serve::{
        case::{self, Which, Whose},
        notice::NoticeFile,
        report::Behind,
    },
    verify::verify,
};
use uuid::Uuid;

use super::{
    dialogue,
    script::{FIRST, OFFICE, Played},
    world::{PROCEDURE, applicant, at, sorted},
};

/// Everything that can be read, in text.
pub async fn read(store: &Store, played: &Played) -> Vec<String> {
    let mut all = Vec::new();
    macro_rules! note {
        ($($what:expr),*) => {$(all.push(format!("{} = {:#?}", stringify!($what), $what));)*};
    }
    note!(store.head().await.unwrap(), store.last_instant().await.unwrap(), store.directory().offices);
    note!(subjects(store).await);
    for id in &played.cases {
        let file = store.case(*id).await.unwrap().unwrap();
        let secret = store.vault().secrets().track_secret(*id);
        note!(
            file,
            store.history(id.as_bytes()).await.unwrap(),
            store.applicant(&file).await.unwrap(),
            store.reason(&file).await.unwrap(),
            store.consultations(*id).await.unwrap(),
            store.case_by_secret(&secret).await.unwrap().map(|file| file.case.id),
            store.invitation_of_case(*id).await.unwrap()
        );
        if let Some(code) = &file.code {
            note!(store.case_by_code(code).await.unwrap().map(|file| file.case.id));
        }
    }
    let numbers =
        [("phone", applicant(40).phone), ("identity", applicant(5).identity_number), ("phone", "0".into())];
    for (purpose, number) in numbers {
        let found =
            store.find_person(purpose, &number).await.unwrap().map(|(person, case, _)| (person, case));
        note!(found);
        for used in [false, true] {
            note!(store.invitation_of_phone(&number, used, Day(17_200)).await.unwrap());
        }
        if let Some((person, _)) = found {
            note!(store.cases_of_person(person, purpose, &number).await.unwrap());
        }
    }
    all.extend(lists(store).await);
    all.extend(guard(store).await);
    note!(store.book_years(OFFICE).await.unwrap());
    for year in [2016, 2017] {
        note!(
            store.book_standing(OFFICE, year).await.unwrap(),
            store.book_closing(OFFICE, year).await.unwrap(),
            store.book_lines(OFFICE, year, 2, 5).await.unwrap()
        );
    }
    for code in played.codes.iter().map(String::as_str).chain(["NOSUCHCODE00"]) {
        note!(store.opinion_by_code(code).await.unwrap());
    }
    all.extend(queue(store, played).await);
    note!(played.files);
    all.extend(dialogues(store).await);
    all.extend(surveys(store).await);
    all.extend(notices(store, played).await);
    all.extend(evaluations(store).await);
    note!(
        store.account("sang").await.unwrap(),
        store.accounts().await.unwrap(),
        store.session(b"sang", 2_000).await.unwrap(),
        store.session(b"sang", 9_000).await.unwrap(),
        store.session(b"other", 2_000).await.unwrap(),
        store.setting("place").await.unwrap(),
        store.setting("no such").await.unwrap(),
        verify(store).await.unwrap()
    );
    all
}

/// Frozen quarters and what was said to them. Keys that were drawn at random are in no order.
async fn evaluations(store: &Store) -> Vec<String> {
    let quarter = store.newest_frozen().await.unwrap().unwrap_or_default();
    let mut all = vec![quarter.clone()];
    for version in store.frozen_versions(&quarter).await.unwrap() {
        let content = store.frozen_content(&quarter, Some(version.version)).await.unwrap();
        all.push(format!("{version:?} {content:?}"));
    }
    all.push(format!("{:?}", store.frozen_content(&quarter, None).await.unwrap()));
    for one in store.evaluations(&quarter).await.unwrap() {
        all.push(format!("{:?}", store.evaluation(one.evaluation_id).await.unwrap()));
    }
    all
}

/// The queue, its tickets and appointments.
async fn queue(store: &Store, played: &Played) -> Vec<String> {
    let mut all = Vec::new();
    macro_rules! note {
        ($($what:expr),*) => {$(all.push(format!("{} = {:#?}", stringify!($what), $what));)*};
    }
    let now = at("2017-06-30T08:40");
    for id in &played.tickets {
        note!(
            store.ticket(*id).await.unwrap(),
            store.ticket_first_contact(*id, OFFICE).await.unwrap(),
            store.ticket_first_contact(*id, "tan-duyet").await.unwrap()
        );
    }
    for code in &played.appointments {
        let file = store.appointment_by_code(code).await.unwrap().unwrap();
        note!(file, store.appointment(file.appointment.id).await.unwrap());
    }
    note!(
        store.arrangement(OFFICE).await.unwrap(),
        store.queue_now(OFFICE, now).await.unwrap(),
        store.waits_today(OFFICE, now).await.unwrap(),
        store.missed_tickets(OFFICE, now.day(), 10).await.unwrap(),
        store.last_ticket_of_official(OFFICE, FIRST, now.day()).await.unwrap(),
        store.appointments_of_day(OFFICE, now.day()).await.unwrap(),
        store.booked_slots(OFFICE, now.day(), now.day().plus(7)).await.unwrap()
    );
    all
}

/// The outbox, without the letters.
async fn notices(store: &Store, played: &Played) -> Vec<String> {
    let mut all = Vec::new();
    let shown = |file: &NoticeFile| {
        let ended = (file.ended_at, &file.ended_by, &file.via, file.trouble, file.tries);
        format!("{} {:?} {:?} {:?} {ended:?}", file.id, file.kind, file.state, (file.made_at, file.send_at))
    };
    for id in &played.cases {
        for file in store.notices_of(*id).await.unwrap() {
            assert_eq!(store.notice(file.id).await.unwrap().as_ref(), Some(&file));
            all.push(format!("{} {:?}", shown(&file), store.letter(&file).await.unwrap()));
        }
    }
    let failed = store.failed_notices(OFFICE, None, 50).await.unwrap();
    assert_eq!(failed.len(), 2);
    all.extend(failed.iter().map(shown));
    all.push(format!("{:?}", store.count_notices().await.unwrap()));
    for channel in Channel::ALL {
        all.push(format!("{:?}", store.last_notice_sent(channel).await.unwrap()));
    }
    all
}

/// Every list and figure, lists page by page.
async fn lists(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    let end = at("2017-06-30T09:00");
    let start = at("2017-04-01T00:00");
    let whiches = [
        Which::Running,
        Which::RunningLate,
        Which::Finished { on_time: true },
        Which::Finished { on_time: false },
    ];
    let lists = [Whose::Holder(FIRST), Whose::Office(OFFICE), Whose::SentAway(OFFICE)];
    for list in 0..7 {
        let mut after: Option<(Instant, Uuid)> = None;
        loop {
            let page = match list {
                0..3 => store.open_cases(lists[list], case::Filter::default(), after, 3).await.unwrap().files,
                _ => store.cases_behind(OFFICE, whiches[list - 3], (start, end), after, 3).await.unwrap(),
            };
            let Some(last) = page.last() else { break };
            after = Some((last.sort_at, last.case.id));
            all.push(format!("list {list}: {:?}", page.iter().map(|file| file.case.id).collect::<Vec<_>>()));
        }
        assert!(after.is_some(), "list {list} is empty");
    }
    all.extend(opinions(store).await);
    let (from, to) = (start.day().month(), end.day().month());
    for whose in lists {
        let count = store.count_open(whose, end, end.plus_seconds(3 * 86_400)).await.unwrap();
        let number =
            async |filter| store.open_cases(whose, filter, None, 100).await.unwrap().files.len() as u64;
        let waits = |waits| case::Filter { waits: Some(waits), ..case::Filter::default() };
        assert_eq!(number(case::Filter::default()).await, count.all);
        assert_eq!(
            number(case::Filter { due_until: Some(end), ..case::Filter::default() }).await,
            count.late
        );
        assert_eq!(number(waits(Waits::Citizen)).await, count.citizen);
        assert_eq!(number(waits(Waits::Others)).await, count.others);
        assert_eq!(number(waits(Waits::Ready)).await, count.ready);
        let one = case::Filter { procedure: Some(PROCEDURE), holder: Some(FIRST), ..case::Filter::default() };
        all.push(format!("{count:?} {}", number(one).await));
    }
    let office = store.count_open(Whose::Office(OFFICE), end, end).await.unwrap();
    assert!(office.late > 0 && office.citizen > 0 && office.others > 0 && office.ready > 0, "{office:?}");
    let guidance = store.guidance_at(OFFICE, None, 9).await.unwrap();
    all.push(format!("{guidance:?} {:?}", store.guidance_words(&guidance[0]).await.unwrap()));
    all.push(format!("{:?}", store.tallies(from, to).await.unwrap()));
    all.push(format!("{:?}", store.answers(from, to).await.unwrap()));
    all.push(format!("{:?}", store.running(end).await.unwrap()));
    all.push(format!("{:?}", store.waiting_ballots().await.unwrap()));
    all.extend(reports(store).await);
    for group in Group::ALL {
        all.push(format!("{:?}", store.open_box(OFFICE, group).await.unwrap()));
        all.push(format!("{:?}", store.sealed_boxes(OFFICE, group, Day(0), Day(i32::MAX)).await.unwrap()));
        all.push(format!("{:?}", store.words_of(OFFICE, group, 50).await.unwrap()));
    }
    all.extend(log(store).await);
    all.extend(scales(store).await);
    all.extend(processes(store).await);
    all
}

/// The ways of the cases that ended, and what they say of a procedure.
async fn processes(store: &Store) -> Vec<String> {
    let quarter = (Day::new(2017, 4, 1).unwrap(), Day::new(2017, 7, 1).unwrap());
    let own = [OFFICE.to_owned()];
    let directory = store.directory();
    let mut all = Vec::new();
    for offices in [None, Some(own.as_slice())] {
        let ended = store.ended_between(quarter, offices, |code| code == PROCEDURE).await.unwrap();
        let ids: Vec<Uuid> = ended.iter().take(AT_ONCE).map(|case| case.case_id).collect();
        let lines = store.journal_of(&ids).await.unwrap();
        assert!(!ids.is_empty() && lines.is_sorted_by_key(|line| (line.subject.clone(), line.version)));
        let cases = store.with_stages(ended).await.unwrap();
        assert!(cases.iter().any(|case| case.is_known()), "the ways of cases are in the journal");
        let view = view(cases.len() as u64, &cases, &directory, |_| true);
        all.push(format!("{lines:?} {cases:?} {view:?}"));
    }
    assert_eq!(store.journal_of(&[]).await.unwrap().len(), 0);
    all
}

/// The law's own scales of everybody, of quarters and a year.
async fn scales(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for subject in
        [Subject::District, Subject::Office(OFFICE.into()), Subject::Official(super::script::FIRST.into())]
    {
        for (period, now) in
            [("2017-Q2", "2017-06-20T09:00"), ("2017-Q3", "2017-07-06T09:00"), ("2017", "2018-01-02T09:00")]
        {
            let period = period_of(period).unwrap();
            all.push(format!("{:?}", store.scales(&subject, period, at(now)).await.unwrap()));
            all.push(format!("{:?}", store.scale_entries(&subject, period).await.unwrap()));
        }
    }
    all
}

/// The public log: figures, the newest root, the place of every receipt, tiles of every width.
async fn log(store: &Store) -> Vec<String> {
    let mut all = vec![
        format!("{:?}", store.published_figures().await.unwrap()),
        format!("{:?}", store.joined_ballots().await.unwrap()),
        format!("{:?}", store.held().await.unwrap()),
        format!("{:?}", store.due_held(Day(17_500)).await.unwrap()),
        format!("{:?}", store.counted_between(Day(0), Day(100_000)).await.unwrap()),
        format!("{:?}", store.newest_checkpoint().await.unwrap()),
    ];
    for (_, sealed) in store.sealed_after(0).await.unwrap() {
        for receipt in &sealed.marks.receipts {
            all.push(format!("{receipt} {:?}", store.place_of_receipt(receipt).await.unwrap()));
        }
    }
    for path in ["0/000.p/9", "entries/000.p/9", "0/000", "1/000.p/1"] {
        let wanted = Wanted::parse(path).unwrap();
        all.push(format!("{path} {:?}", store.published_tile(wanted).await.unwrap()));
    }
    all
}

/// Every list of opinions, page by page.
async fn opinions(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    let today = at("2017-06-30T09:00").day();
    let one = [OFFICE.to_owned()];
    let two = [OFFICE.to_owned(), "tan-duyet".to_owned()];
    let mut lengths = Vec::new();
    for offices in [None, Some(&one[..]), Some(&two[..])] {
        for view in [View::Open, View::Overdue(today), View::All] {
            let (mut after, mut ids) = (None, Vec::new());
            loop {
                let page = store.opinion_page(offices, view, Filter::default(), after, 2).await.unwrap();
                ids.extend(page.files.iter().map(|file| file.current.opinion_id));
                all.extend(page.files.iter().map(|file| format!("{file:?}")));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let whole = store.opinion_page(offices, view, Filter::default(), None, 50).await.unwrap();
            let at_once: Vec<_> = whole.files.iter().map(|file| file.current.opinion_id).collect();
            assert_eq!(ids, at_once, "{offices:?} {view:?}: pages are the list");
            lengths.push(ids.len());
        }
        let count = store.count_open_opinions(offices, today).await.unwrap();
        let filter = Filter { state: Some(State::Received), ..Filter::default() };
        let received = store.opinion_page(offices, View::Open, filter, None, 50).await.unwrap();
        assert_eq!(count.received, received.files.len() as u64);
        let unexplained = store.unexplained_opinions(offices, today, 50).await.unwrap();
        assert_eq!(count.unexplained, unexplained.len() as u64);
        assert!(unexplained.iter().all(|file| file.current.is_unexplained(today)));
        for file in &received.files {
            let said = store.explanations(file.current.opinion_id, 9).await.unwrap();
            assert!(said.iter().all(|one| one.head == "tran-phan-head" && one.words.contains("kín")));
            all.push(format!("{said:?}"));
        }
        all.push(format!("{count:?}"));
    }
    assert_eq!(lengths, [6, 4, 10, 5, 3, 9, 6, 4, 10]);
    let sorted = sorted(OFFICE);
    let (class, topic) = (Some(sorted.class), Some(sorted.topic));
    let filter = Filter { state: Some(State::Answered), class, topic, urgency: Some(sorted.urgency) };
    let answered = store.opinion_page(None, View::All, filter, None, 50).await.unwrap();
    assert!(answered.files.len() == 4 && answered.files.iter().all(|file| file.answer.is_some()));
    for file in &answered.files {
        let id = file.current.opinion_id;
        let same = store.same_opinions(id).await.unwrap();
        assert_eq!(same.len(), store.count_same(id).await.unwrap());
        all.push(format!("{:?} {same:?}", store.opinion(id).await.unwrap()));
    }
    let published = store.published_opinions(None, 50).await.unwrap();
    assert_eq!(published.len(), 1);
    let before = Some((published[0].at, published[0].opinion_id));
    assert!(store.published_opinions(before, 50).await.unwrap().is_empty());
    all.push(format!("{published:?}"));
    assert_eq!(store.lessons_begin(50).await.unwrap(), None);
    let (first, last) = store.lessons(None, 2).await.unwrap();
    let (rest, _) = store.lessons(last, 50).await.unwrap();
    assert_eq!(store.lessons_begin(3).await.unwrap(), Some(first[0].0));
    assert_eq!((first.len(), rest.len()), (2, 2));
    all.push(format!("{first:?} {rest:?}"));
    all
}

/// Reports of every kind of period, of an office and of all, as they stood on many days.
async fn reports(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for window in Window::ALL {
        for span in Span::ALL {
            let middle = Period::containing(window, span, at("2017-06-20T09:00").day());
            for period in [middle.previous(), middle, middle.next()] {
                for today in [period.first_day(), period.last_day(), period.last_day().plus(1)] {
                    let closing = closing(period, today).unwrap();
                    let of_all = store.report(period, closing, None).await.unwrap();
                    let one = [OFFICE.to_owned()];
                    let of_one = store.report(period, closing, Some(&one)).await.unwrap();
                    let line = of_all.offices.iter().find(|(office, _)| office == OFFICE);
                    assert_eq!(line.map(|(_, line)| *line).unwrap_or_default(), of_one.total);
                    all.push(format!("{of_all:?} {of_one:?}"));
                    if span == Span::Quarter {
                        for figure in Figure::ALL {
                            let behind = Behind { figure, period, closing, offices: &one, procedures: &[] };
                            let cases = store.cases_of_report(&behind, None, 4).await.unwrap();
                            let ids: Vec<_> = cases.files.iter().map(|file| file.case.id).collect();
                            all.push(format!("{figure:?} {ids:?} {:?}", cases.next));
                        }
                    }
                }
            }
        }
    }
    all
}

/// Both dialogues.
async fn dialogues(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for id in [dialogue::FIRST, dialogue::SECOND, "2016-4"] {
        let file = store.dialogue(id).await.unwrap();
        all.push(format!("{file:?} {:?}", store.wave_counts(id).await.unwrap()));
        let Some(file) = file else { continue };
        let table = store.dialogue_table(&file.dialogue, &store.directory(), Day(17_500)).await.unwrap();
        let tran_phan = table.iter().find(|row| row.commune == "tran-phan").unwrap();
        assert!(tran_phan.cases > 0, "cases are counted where people live");
        all.push(format!("{table:?}"));
        for topic in [None, Some(Topic::Papers)] {
            let first = store.voices(id, topic, None, 1).await.unwrap();
            let rest = store.voices(id, topic, Some(first[0].voice_id), 5).await.unwrap();
            assert!(first[0].said.is_some() && rest.is_empty());
            all.push(format!("{first:?}"));
        }
        let found = store.grievances(id, "tran-phan", 0, 3).await.unwrap();
        let next = store.grievances(id, "tran-phan", found[2].number, 3).await.unwrap();
        assert_eq!((found.len(), next.len(), found[0].words.as_str()), (3, 1, "Phiếu kín, chờ sổ lâu"));
        all.push(format!(
            "{found:?} {:?} {:?}",
            store.promises_of(id).await.unwrap(),
            store.count_voices(id).await.unwrap()
        ));
    }
    let earlier = store.earlier_promises(dialogue::SECOND).await.unwrap();
    assert_eq!(earlier.len(), 2, "all of the dialogue before");
    assert!(store.earlier_promises(dialogue::FIRST).await.unwrap().is_empty());
    let open = store.open_promises().await.unwrap();
    assert!(
        open.iter().all(|file| file.promise.done_at.is_none() && file.promise.dialogue == dialogue::SECOND)
    );
    let newest = store.promises_of_office("tran-phan", None, 3).await.unwrap();
    let rest = store.promises_of_office("tran-phan", Some(newest[2].promise.id), 9).await.unwrap();
    assert_eq!((newest.len(), rest.len(), open.len()), (3, 1, 1));
    let visited = store.dialogue(dialogue::SECOND).await.unwrap().unwrap().dialogue.choice.unwrap();
    let tan_duc = visited.lines.iter().find(|line| line.commune == "tan-duc").unwrap();
    assert_eq!(tan_duc.visited, Some(1), "the dialogue before was there");
    all.push(format!("{:?}", store.dialogues(None, 9).await.unwrap()));
    all.push(format!("{:?} {earlier:?}", store.promise(open[0].promise.id).await.unwrap()));
    all
}

/// The three waves.
async fn surveys(store: &Store) -> Vec<String> {
    let mut all = vec![format!("{:?}", store.questionnaires().await.unwrap())];
    let files = store.surveys(None, 9).await.unwrap();
    let waves: Vec<_> = files.iter().map(|file| file.survey.wave).collect();
    assert_eq!(waves, [3, 2, 1]);
    assert_eq!(store.surveys(Some(2), 9).await.unwrap().len(), 1);
    assert!(store.questionnaire("ngan", Some(3)).await.unwrap().is_none());
    for file in files {
        let survey = &file.survey;
        let (roll, ways) =
            (store.survey_counts(survey).await.unwrap(), store.survey_ways(survey).await.unwrap());
        let rows = store.survey_rows(survey).await.unwrap();
        let people = store.survey_people(survey, 2, 3).await.unwrap();
        assert!(people.iter().all(|person| person.contact.is_some()) && people[0].place == 3);
        let (key, version) = &survey.questionnaire;
        let asked = store.questionnaire(key, Some(*version)).await.unwrap().unwrap().saved.questionnaire;
        let words = asked.questions.iter().position(|question| question.key == "words").unwrap();
        let said = store.survey_words(survey, words, 0, 50).await.unwrap();
        assert!(said.iter().all(|(_, words)| words.starts_with("Phiếu kín") && !words.contains("0912")));
        let counted = Counted {
            survey,
            questionnaire: &asked,
            cells: &file.cells,
            rows: &rows,
            roll: &roll,
            ways: &ways,
        };
        let results = counted.results();
        let answered = if survey.closed_on.is_some() { rows.len() as u32 } else { 1 };
        assert_eq!(results.counts.answered, answered, "roll and box agree");
        all.push(format!("{file:?} {rows:?} {people:?} {said:?} {results:?}"));
    }
    all
}

/// How the journal reads subject by subject, in pages: every line once, those of a subject together and in order.
async fn subjects(store: &Store) -> Vec<(Vec<u8>, i64)> {
    let mut all: Vec<(Vec<u8>, i64)> = Vec::new();
    loop {
        let behind = all.last().map_or((&[][..], 0), |(subject, version)| (subject.as_slice(), *version));
        let page = store.journal_by_subject(behind, 37).await.unwrap();
        if page.is_empty() {
            break;
        }
        all.extend(page.into_iter().map(|line| (line.subject, line.version)));
    }
    assert_eq!(all.len() as i64, store.head().await.unwrap().0);
    assert!(all.is_sorted());
    all
}

/// What the guard holds.
async fn guard(store: &Store) -> Vec<String> {
    let quarter = Month::of_quarter_key("2017-Q2").unwrap();
    let mut all = Vec::new();
    for about in [About::All, About::Office(OFFICE), About::Official("tran-phan-1")] {
        let alarms = store.alarms(about, None, 10).await.unwrap();
        for file in &alarms {
            let alarm = &file.state.alarm;
            all.push(format!("{:?}", store.alarm(alarm.alarm_id).await.unwrap()));
            all.push(format!("{:?}", store.alarm_answers(alarm.alarm_id).await.unwrap()));
            for case in &alarm.finding.cases {
                all.push(format!("{:?}", store.case_code(*case).await.unwrap()));
            }
        }
        let first = alarms.first().map(|file| file.state.alarm.alarm_id);
        all.push(format!("{:?}", store.alarms(about, first, 10).await.unwrap()));
    }
    all.push(format!("{:?}", store.guard_looks().await.unwrap()));
    all.push(format!("{:?}", store.alarm_verdicts().await.unwrap()));
    all.push(format!("{:?}", store.guard_seen(quarter).await.unwrap()));
    all.push(format!("{:?}", store.guard_findings(quarter).await.unwrap()));
    all.push(format!("{:?}", store.audit_calls(at("2017-07-20T09:00").day()).await.unwrap()));
    all
}
