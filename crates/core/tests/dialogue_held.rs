//! A dialogue from its wave to its promises, on the district's real data: who may do what, in which order, and what is refused.

#[path = "support/district.rs"]
mod district;

use district::{district, secrets};
use hailong_core::{
    batch::Batch,
    context::{Actor, Context, Entropy},
    directory::Directory,
    event::Event,
    listen::dialogue::{
        Dialogue, Stage, Topic,
        choose::Commune,
        correct::{self, Correct, Reread},
        hold::{self, Announce, Close, Join, Said},
        host::{self, Decide},
        promise::{self, Make, Promise, Report, Standing},
        quarters_between,
        wave::{self, Enter, Form, Open, Share, Way},
    },
    refusal::Refusal,
    secret::{SecretKey, Secrets},
    time::{Day, Instant},
};

struct World {
    directory: Directory,
    secrets: Secrets,
    key: SecretKey,
}

impl World {
    fn new() -> Self {
        Self { directory: district(), secrets: secrets(), key: SecretKey::new([2; 32]) }
    }

    fn ctx(&self, who: &str, when: &str) -> Context<'_> {
        let actor = match who {
            "citizen" => Actor::Citizen,
            id => Actor::Official(self.directory.official(id).unwrap().clone()),
        };
        Context::new(actor, at(when), &self.directory, Entropy::new([3; 32]), &self.secrets)
    }

    /// A dialogue whose forms went out.
    fn opened(&self) -> (Dialogue, Vec<Form>) {
        let day = Day::parse("2017-06-15").unwrap();
        let cases =
            wave::with_cases(&self.directory, day, |commune| if commune == "tan-thuan" { 900 } else { 100 });
        let open = Open { dialogue: "2017-2".into(), forms: 1_000, seed: Some(7) };
        let batch = wave::open(&open, false, &cases, &self.ctx(LEADER, "2017-06-15T08:00")).unwrap();
        let Event::DialogueOpened(opened) = &batch.entries[0].event else { panic!("not opened") };
        let forms = opened
            .communes
            .iter()
            .flat_map(|of| of.numbers.iter().map(|number| Form::given_out(*number, &of.commune)));
        let share = |of: &wave::Allotted| Share {
            commune: of.commune.clone(),
            cases: of.cases,
            forms: of.numbers.len() as u32,
        };
        let dialogue = Dialogue {
            id: opened.dialogue.clone(),
            key_id: opened.key_id,
            opened_at: at("2017-06-15T08:00"),
            cases_from: opened.cases_from,
            cases_to: opened.cases_to,
            communes: opened.communes.iter().map(share).collect(),
            choice: None,
            at: None,
            reviewed: false,
            promises: 0,
            closed_at: None,
            version: 1,
        };
        (dialogue, forms.collect())
    }
}

const LEADER: &str = "huyen-dam-doi-leader";
const CLERK: &str = "huyen-dam-doi-1";

fn at(local: &str) -> Instant {
    Instant::parse_local(local).unwrap()
}

/// The dialogue after a batch, as the tables would have it.
fn after(mut dialogue: Dialogue, batch: &Batch) -> Dialogue {
    let entry = &batch.entries[0];
    assert_eq!(entry.version, dialogue.version + 1);
    dialogue.version = entry.version;
    match &entry.event {
        Event::DialogueHostChosen(chosen) => {
            dialogue.choice = Some(chosen.chosen.clone());
            dialogue.at = None;
        }
        Event::DialogueAnnounced(announced) => dialogue.at = Some(announced.at),
        Event::DialogueReviewed(_) => dialogue.reviewed = true,
        Event::PromiseMade(made) => dialogue.promises = made.number,
        Event::DialogueClosed(_) => dialogue.closed_at = Some(entry.at),
        other => panic!("{other:?}"),
    }
    dialogue
}

fn table() -> Vec<Commune> {
    [("tan-thuan", 900, 300, 60), ("tran-phan", 300, 200, 10), ("tan-duc", 200, 150, 5)]
        .map(|(commune, cases, forms, pressing)| Commune {
            commune: commune.into(),
            cases,
            forms,
            pressing,
            opinions: 0,
            visited: None,
        })
        .into()
}

fn decide(host: &str, reason: &str) -> Decide {
    Decide { host: host.into(), reason: reason.into() }
}

#[test]
fn a_wave_is_opened_by_the_leader_once_a_quarter() {
    let world = World::new();
    let (dialogue, forms) = world.opened();
    assert_eq!((dialogue.communes.len(), forms.len()), (16, 1_000));
    let most = dialogue.communes.iter().max_by_key(|share| share.forms).unwrap();
    assert_eq!(most.commune, "tan-thuan");
    assert_eq!(
        (dialogue.cases_from, dialogue.cases_to),
        (Day::new(2017, 3, 15).unwrap(), Day::new(2017, 6, 14).unwrap())
    );
    let cases = [("tran-phan".to_owned(), 5)];
    let open = |dialogue: &str, forms, known, who| {
        let open = Open { dialogue: dialogue.into(), forms, seed: None };
        wave::open(&open, known, &cases, &world.ctx(who, "2017-06-15T08:00")).map(|_| ()).unwrap_err()
    };
    assert_eq!(open("2017-2", 100, true, LEADER), Refusal::AlreadyExists);
    assert_eq!(open("2017-4", 100, false, LEADER), Refusal::BadChoice("dialogue"));
    assert_eq!(open("2017-9", 100, false, LEADER), Refusal::BadChoice("dialogue"));
    assert_eq!(open("2017-2", 0, false, LEADER), Refusal::BadChoice("forms"));
    assert_eq!(open("2017-2", 5_001, false, LEADER), Refusal::BadChoice("forms"));
    assert_eq!(open("2017-2", 100, false, CLERK), Refusal::NotYourRole);
}

#[test]
fn a_form_counts_once_and_only_if_it_was_given_out() {
    let world = World::new();
    let (dialogue, forms) = world.opened();
    let form = forms.iter().find(|form| form.commune == "tran-phan").unwrap();
    let command = |commune: &str, way, pressing, topic| Enter {
        number: wave::write_number(form.number),
        commune: commune.into(),
        way,
        pressing,
        topic,
        words: "Chờ lâu".into(),
    };
    let whole = || command("tran-phan", Some(Way::Paper), Some(true), Some(Topic::Deadline));
    let enter = |form: Option<&Form>, command: Enter, who| {
        wave::enter(&dialogue, form, &command, &world.ctx(who, "2017-06-16T09:00"))
    };
    let batch = enter(Some(form), whole(), CLERK).unwrap();
    let Event::DialogueFormEntered(entered) = &batch.entries[0].event else { panic!("not entered") };
    assert_eq!((entered.number, entered.pressing), (form.number, true));
    let words = entered.words.as_ref().unwrap();
    assert!(!words.0.windows(4).any(|part| part == "Chờ".as_bytes()), "words are sealed");
    let refused = |form, command, who| enter(form, command, who).map(|_| ()).unwrap_err();
    assert_eq!(refused(None, whole(), CLERK), Refusal::FormUnknown);
    let elsewhere = command("tan-duc", Some(Way::Paper), Some(false), None);
    assert_eq!(refused(Some(form), elsewhere, CLERK), Refusal::FormUnknown);
    let again = Form { entered: true, ..form.clone() };
    assert_eq!(refused(Some(&again), whole(), CLERK), Refusal::FormEntered);
    assert_eq!(refused(Some(form), whole(), "tran-phan-1"), Refusal::FormOwnCommune);
    assert_eq!(refused(Some(form), whole(), "huyen-dam-doi-admin"), Refusal::NotYourRole);
    assert_eq!(refused(Some(form), whole(), "citizen"), Refusal::NotYourRole);
    let online = command("", Some(Way::Online), Some(false), None);
    assert!(enter(Some(form), online.clone(), "citizen").is_ok());
    assert_eq!(refused(Some(form), online, CLERK), Refusal::BadChoice("way"));
    assert_eq!(
        refused(Some(form), command("tran-phan", None, Some(true), None), CLERK),
        Refusal::BadChoice("way")
    );
    let unsaid = command("tran-phan", Some(Way::Phone), None, None);
    assert_eq!(refused(Some(form), unsaid, "tan-duc-1"), Refusal::BadChoice("pressing"));
    let untold = command("tran-phan", Some(Way::Phone), Some(true), None);
    assert_eq!(refused(Some(form), untold, CLERK), Refusal::Empty("topic"));
}

#[test]
fn a_form_typed_wrongly_is_corrected_by_another_entry_until_the_commune_is_decided() {
    let world = World::new();
    let (mut dialogue, forms) = world.opened();
    let given_out = forms.iter().find(|form| form.commune == "tran-phan").unwrap();
    let typed = Form {
        entered: true,
        way: Some(Way::Paper),
        entered_by: Some("tan-duc-1".into()),
        version: 1,
        ..given_out.clone()
    };
    let right = |pressing, topic, way| Correct {
        to: Some(Reread { way, pressing, topic, words: "Chờ lâu".into() }),
        reason: "Đánh nhầm ô".into(),
    };
    let no = right(Some(false), None, Some(Way::Paper));
    let strike = Correct { to: None, reason: "Nhầm số phiếu".into() };
    let correct = |dialogue: &Dialogue, form: Option<&Form>, command: &Correct, who: &str| {
        correct::correct(dialogue, form, command, &world.ctx(who, "2017-06-17T09:00"))
    };
    for who in [CLERK, LEADER, "tan-duc-1"] {
        let batch = correct(&dialogue, Some(&typed), &no, who).unwrap();
        let Event::DialogueFormCorrected(corrected) = &batch.entries[0].event else { panic!("{batch:?}") };
        assert_eq!((batch.entries[0].version, corrected.number), (2, typed.number));
        assert!(
            corrected.reading.as_ref().is_some_and(|reading| !reading.pressing && reading.words.is_some())
        );
        assert!(!corrected.reason.0.windows(4).any(|part| part == "nhầm".as_bytes()), "reasons are sealed");
    }
    let refused =
        |form, command: &Correct, who| correct(&dialogue, form, command, who).map(|_| ()).unwrap_err();
    assert_eq!(refused(Some(&typed), &no, "tan-dan-1"), Refusal::NotYourRole, "somebody else typed it");
    assert_eq!(refused(Some(&typed), &no, "tran-phan-head"), Refusal::FormOwnCommune);
    assert_eq!(refused(Some(&typed), &no, "citizen"), Refusal::NotYourRole);
    assert_eq!(refused(None, &no, CLERK), Refusal::FormUnknown);
    assert_eq!(refused(Some(given_out), &no, CLERK), Refusal::FormMissing);
    let online = Form { way: Some(Way::Online), ..typed.clone() };
    assert_eq!(refused(Some(&online), &strike, CLERK), Refusal::FormOnline);
    let wordless = Correct { reason: " ".into(), ..no.clone() };
    assert_eq!(refused(Some(&typed), &wordless, CLERK), Refusal::ReasonNeeded);
    for (command, why) in [
        (right(None, None, Some(Way::Paper)), Refusal::BadChoice("pressing")),
        (right(Some(true), None, Some(Way::Paper)), Refusal::Empty("topic")),
        (right(Some(false), None, Some(Way::Online)), Refusal::BadChoice("way")),
    ] {
        assert_eq!(refused(Some(&typed), &command, CLERK), why);
    }
    // What was struck has not come back: the number can be typed anew.
    let batch = correct(&dialogue, Some(&typed), &strike, CLERK).unwrap();
    let Event::DialogueFormCorrected(struck) = &batch.entries[0].event else { panic!("{batch:?}") };
    assert!(struck.reading.is_none());
    let struck = Form { version: 2, ..given_out.clone() };
    let anew = Enter {
        number: wave::write_number(struck.number),
        commune: "tran-phan".into(),
        way: Some(Way::Phone),
        pressing: Some(false),
        topic: None,
        words: String::new(),
    };
    let batch = wave::enter(&dialogue, Some(&struck), &anew, &world.ctx(CLERK, "2017-06-18T09:00")).unwrap();
    assert_eq!(batch.entries[0].version, 3);
    dialogue.choice = Some(host::Chosen::by_rule(&table()).unwrap());
    for command in [&no, &strike] {
        assert_eq!(correct(&dialogue, Some(&typed), command, CLERK).err(), Some(Refusal::WaveClosed));
    }
}

#[test]
fn who_departs_from_the_rule_says_why() {
    let world = World::new();
    let (dialogue, _) = world.opened();
    let choose = |dialogue: &Dialogue, command: &Decide, who| {
        host::decide(dialogue, &table(), command, &world.key, &world.ctx(who, "2017-06-20T15:00"))
    };
    let refused =
        |dialogue: &Dialogue, command, who| choose(dialogue, &command, who).map(|_| ()).unwrap_err();
    assert_eq!(refused(&dialogue, decide("tan-thuan", ""), CLERK), Refusal::NotYourRole);
    assert_eq!(refused(&dialogue, decide("tran-phan", " "), LEADER), Refusal::ReasonNeeded);
    assert_eq!(refused(&dialogue, decide("quach-pham", "x"), LEADER), Refusal::BadChoice("host"));
    let empty: Vec<_> = table().into_iter().map(|of| Commune { forms: 0, pressing: 0, ..of }).collect();
    let ctx = world.ctx(LEADER, "2017-06-20T15:00");
    let nothing = host::decide(&dialogue, &empty, &decide("tan-thuan", ""), &world.key, &ctx);
    assert_eq!(nothing.map(|_| ()).unwrap_err(), Refusal::NoForms);
    let chosen = after(dialogue.clone(), &choose(&dialogue, &decide("tan-thuan", ""), LEADER).unwrap());
    assert_eq!(refused(&chosen, decide("tan-thuan", "x"), LEADER), Refusal::AlreadyDone);
    assert_eq!(refused(&chosen, decide("tran-phan", ""), LEADER), Refusal::ReasonNeeded);
    let changed =
        after(chosen.clone(), &choose(&chosen, &decide("tran-phan", "Đường ngập"), LEADER).unwrap());
    let (before, now) = (chosen.choice.unwrap(), changed.choice.clone().unwrap());
    assert_eq!((now.by_rule.as_str(), now.host.as_str(), now.departs()), ("tan-thuan", "tran-phan", true));
    assert_eq!(before.lines, now.lines, "the table stays as it was published");
    // Back to the rule is a change too.
    assert_eq!(refused(&changed, decide("tan-thuan", ""), LEADER), Refusal::ReasonNeeded);
}

#[test]
fn a_published_choice_reads_as_it_was_made() {
    let chosen = host::Chosen::by_rule(&table()).unwrap();
    let kept: host::Chosen = serde_json::from_str(&serde_json::to_string(&chosen).unwrap()).unwrap();
    assert_eq!(kept, chosen);
    let rule = kept.rule(str::to_uppercase);
    assert_eq!(
        (rule.winner().of.commune.as_str(), rule.raw_leader().of.commune.as_str()),
        ("TAN-THUAN", "TAN-THUAN")
    );
    assert_eq!(host::Chosen::by_rule(&table()).unwrap(), chosen, "the same table gives the same figures");
}

#[test]
fn a_notice_is_given_seven_days_before() {
    let world = World::new();
    let (dialogue, _) = world.opened();
    let announce = |dialogue: &Dialogue, day: &str, who| {
        let command = Announce { at: at(&format!("{day}T08:00")), place: "Hội trường xã".into() };
        hold::announce(dialogue, &command, &world.key, &world.ctx(who, "2017-06-21T16:00"))
    };
    let refused = |dialogue: &Dialogue, day, who| announce(dialogue, day, who).map(|_| ()).unwrap_err();
    assert_eq!(refused(&dialogue, "2017-06-29", LEADER), Refusal::WrongStep);
    let ctx = world.ctx(LEADER, "2017-06-20T15:00");
    let batch = host::decide(&dialogue, &table(), &decide("tan-thuan", ""), &world.key, &ctx).unwrap();
    let chosen = after(dialogue, &batch);
    assert_eq!(refused(&chosen, "2017-06-27", CLERK), Refusal::NoticeTooLate);
    assert_eq!(refused(&chosen, "2017-10-27", CLERK), Refusal::BadChoice("day"));
    assert_eq!(refused(&chosen, "2017-06-28", "tan-thuan-head"), Refusal::NotYourRole);
    let announced = after(chosen.clone(), &announce(&chosen, "2017-06-28", CLERK).unwrap());
    assert_eq!(announced.stage(at("2017-06-27T23:00")), Stage::Announced);
    assert_eq!(announced.stage(at("2017-06-28T07:00")), Stage::Minutes);
    // Who changes the commune takes the notice back.
    let batch = host::decide(&announced, &[], &decide("tan-duc", "Bão"), &world.key, &ctx).unwrap();
    assert_eq!(after(announced, &batch).at, None);
}

#[test]
fn anybody_registers_or_asks_until_it_begins() {
    let world = World::new();
    let (mut dialogue, _) = world.opened();
    let join = |dialogue: &Dialogue, attends, topic, name: &str, words: &str, when, voices| {
        let said = Said { name: name.into(), words: words.into(), ..Said::default() };
        hold::join(dialogue, Join { attends, topic, said }, voices, &world.ctx("citizen", when)).map(|_| ())
    };
    let noon = "2017-06-22T12:00";
    assert_eq!(join(&dialogue, true, None, "An", "", noon, 0), Err(Refusal::DialogueOver));
    dialogue.at = Some(at("2017-06-29T08:00"));
    assert_eq!(join(&dialogue, true, None, "An", "", noon, 0), Ok(()));
    assert_eq!(
        join(&dialogue, false, Some(Topic::Land), "", "Bao giờ có sổ?", "2017-06-29T07:59", 0),
        Ok(())
    );
    assert_eq!(join(&dialogue, true, None, " ", "", noon, 0), Err(Refusal::Empty("name")));
    assert_eq!(join(&dialogue, false, None, "An", "", noon, 0), Err(Refusal::Empty("words")));
    assert_eq!(join(&dialogue, true, None, "An", "Bao giờ?", noon, 0), Err(Refusal::Empty("topic")));
    assert_eq!(join(&dialogue, true, None, &"a".repeat(161), "", noon, 0), Err(Refusal::TooLong("name")));
    assert_eq!(join(&dialogue, true, None, "An", "", noon, hold::MOST_VOICES), Err(Refusal::DialogueFull));
    assert_eq!(join(&dialogue, true, None, "An", "", "2017-06-29T08:00", 0), Err(Refusal::DialogueOver));
}

fn earlier() -> Promise {
    Promise {
        id: uuid::Uuid::from_u128(1),
        dialogue: "2017-1".into(),
        number: 1,
        topic: Topic::Land,
        owner: "tran-phan".into(),
        deadline: Day::parse("2017-06-01").unwrap(),
        done_at: None,
        reports: 0,
    }
}

fn question(owner: &str, deadline: &str) -> Make {
    Make {
        topic: Some(Topic::Papers),
        question: "Vì sao phải nộp hai bản?".into(),
        owner: owner.into(),
        deadline: Day::parse(deadline),
        answer: String::new(),
        done: false,
        voice_id: None,
    }
}

#[test]
fn earlier_promises_are_opened_before_anything_is_written_down() {
    let world = World::new();
    let (mut dialogue, _) = world.opened();
    dialogue.at = Some(at("2017-06-29T08:00"));
    let earlier = [earlier()];
    let ctx = |who| world.ctx(who, "2017-06-29T08:30");
    let make = |dialogue: &Dialogue, make: &Make| promise::make(dialogue, &earlier, make, &ctx(CLERK));
    let refused = |dialogue: &Dialogue, command: Make| make(dialogue, &command).map(|_| ()).unwrap_err();
    let good = question("tan-thuan", "2017-07-20");
    let before = promise::make(&dialogue, &earlier, &good, &world.ctx(CLERK, "2017-06-28T08:30"));
    assert_eq!(before.map(|_| ()).unwrap_err(), Refusal::WrongStep);
    assert_eq!(refused(&dialogue, good.clone()), Refusal::PromisesFirst);
    let close = Close { attended: Some(80), minutes: "Phó Chủ tịch chủ trì".into() };
    let early = hold::close(&dialogue, &earlier, &close, &world.key, &ctx(CLERK));
    assert_eq!(early.map(|_| ()).unwrap_err(), Refusal::PromisesFirst);
    let batch = hold::review(&dialogue, &earlier, &ctx(CLERK)).unwrap();
    let Event::DialogueReviewed(reviewed) = &batch.entries[0].event else { panic!("not reviewed") };
    assert_eq!(reviewed.promises, [(earlier[0].id, Standing::Overdue)]);
    let dialogue = after(dialogue, &batch);
    assert_eq!(refused(&dialogue, question("atlantis", "2017-07-20")), Refusal::BadChoice("owner"));
    assert_eq!(refused(&dialogue, question("tan-thuan", "2017-06-28")), Refusal::BadChoice("deadline"));
    assert_eq!(refused(&dialogue, question("tan-thuan", "soon")), Refusal::BadChoice("deadline"));
    assert_eq!(refused(&dialogue, Make { done: true, ..good.clone() }), Refusal::Empty("answer"));
    let dialogue = after(dialogue.clone(), &make(&dialogue, &good).unwrap());
    assert_eq!(dialogue.promises, 1);
    let late = host::decide(&dialogue, &table(), &decide("tan-duc", "x"), &world.key, &ctx(LEADER));
    assert_eq!(late.map(|_| ()).unwrap_err(), Refusal::WrongStep, "it takes place already");
    let dialogue =
        after(dialogue.clone(), &hold::close(&dialogue, &earlier, &close, &world.key, &ctx(CLERK)).unwrap());
    assert_eq!(refused(&dialogue, good), Refusal::AlreadyDone);
}

#[test]
fn the_owner_keeps_a_promise_with_evidence() {
    let world = World::new();
    let report = |promise: &Promise, who, evidence: &str, done| {
        let said = promise::Said { answer: "Đã trả sổ cho 12 hộ".into(), evidence: evidence.into() };
        promise::report(promise, &Report { said, done }, &world.key, &world.ctx(who, "2017-05-20T09:00"))
    };
    let refused = |who, evidence, done| report(&earlier(), who, evidence, done).map(|_| ()).unwrap_err();
    assert_eq!(refused("tran-phan-1", "x", true), Refusal::NotYourRole);
    assert_eq!(refused("tan-duc-head", "x", true), Refusal::NotYourOffice);
    assert_eq!(refused("citizen", "x", true), Refusal::NotYourRole);
    assert_eq!(refused("tran-phan-head", " ", true), Refusal::Empty("evidence"));
    assert!(report(&earlier(), "tran-phan-head", "", false).is_ok(), "not kept yet, only told of");
    let batch = report(&earlier(), "tran-phan-head", "Công văn 45", true).unwrap();
    assert_eq!(batch.entries[0].version, 1);
    assert!(report(&earlier(), LEADER, "Công văn 45", true).is_ok());
    let kept = Promise { done_at: Some(at("2017-05-20T09:00")), reports: 1, ..earlier() };
    assert_eq!(report(&kept, LEADER, "x", true).map(|_| ()).unwrap_err(), Refusal::AlreadyDone);
    let day = |text| Day::parse(text).unwrap();
    assert_eq!(kept.standing(day("2017-09-01")), Standing::Kept);
    assert_eq!(earlier().standing(day("2017-06-01")), Standing::Open);
    assert_eq!(earlier().standing(day("2017-06-02")), Standing::Overdue);
    let late = Promise { done_at: Some(at("2017-06-02T09:00")), ..earlier() };
    assert_eq!(late.standing(day("2017-06-03")), Standing::KeptLate);
    assert_eq!(quarters_between("2016-4", "2017-2"), Some(2));
    assert_eq!(quarters_between("2017-2", "2017-2"), None);
}
