//! Surveys on the district's real data: files, the draw, who may do what, and what the forms say together.

#[path = "support/district.rs"]
mod district;

use district::{district, secrets};
use hailong_core::{
    batch::{Batch, Side},
    context::{Actor, Context, Entropy},
    directory::Directory,
    event::Event,
    listen::{
        dialogue::wave::Way,
        survey::{
            Fault, Place, Saved, Survey,
            answer::Answers,
            count, file,
            index::{Counted, Counts, Domain, Fact, Index},
            question::{Questionnaire, Text},
            roll::{self, Form, Miss, Slip},
            save,
            template::Template,
            wave::{Contact, Frame, Open, Source, Unit, Who, open},
        },
    },
    measure::figure::Figure,
    refusal::Refusal,
    secret::{SecretKey, Secrets},
    time::{Day, Instant},
};
use proptest::prelude::*;

const LEADER: &str = "huyen-dam-doi-leader";
const CLERK: &str = "huyen-dam-doi-1";

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
            "system" => Actor::System,
            id => Actor::Official(self.directory.official(id).unwrap().clone()),
        };
        let at = Instant::parse_local(when).unwrap();
        Context::new(actor, at, &self.directory, Entropy::new([3; 32]), &self.secrets)
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn person(office: &str, commune: &str, number: u32) -> Unit {
    let place = Place { office: office.into(), commune: commune.into(), field: "Hộ tịch".into() };
    let contact =
        Contact { name: format!("Người {number}"), contact: format!("{number}"), address: String::new() };
    Unit { place, who: Who::Contact(contact) }
}

/// 300 people of Trần Phán and 100 of Tân Đức.
fn frame() -> Frame {
    let all = (0..400)
        .map(|n| if n < 300 { person("tran-phan", "tran-phan", n) } else { person("tan-duc", "tan-duc", n) });
    Frame::new(all.collect())
}

fn command() -> Open {
    Open {
        name: "Đợt thử".into(),
        questionnaire: "ngan".into(),
        source: Source::Register,
        days: (day("2017-06-15"), day("2017-06-30")),
        ways: vec![Way::Online, Way::Paper],
        size: 100,
        seed: Some(7),
    }
}

fn questionnaire() -> Questionnaire {
    let text = "key,type,vi,least,most\n,factor,Đón tiếp,,\nwarm,score,Niềm nở,,\nclear,score,Dễ hiểu,,\n,factor,Kết quả,,\nright,score,Đúng,,\n\
                trips,number,Mấy lần?,1,9\nagain,yes_no,Trở lại?,,\nwords,words,Ý kiến,,\n";
    file::questionnaire(Text::new("Phiếu ngắn", ""), text).unwrap()
}

fn opened(world: &World) -> (Survey, Batch) {
    let saved = Saved { key: "ngan".into(), version: 1, questionnaire: questionnaire() };
    let batch =
        open(1, &command(), (&saved, true), &frame(), &world.ctx(LEADER, "2017-06-15T08:00")).unwrap();
    let Event::SurveyOpened(opened) = &batch.entries[1].event else { panic!("not opened") };
    let survey = Survey {
        wave: 1,
        questionnaire: ("ngan".into(), 1),
        days: command().days,
        ways: opened.ways.clone(),
        strata: opened.strata.clone(),
        closed_on: None,
        version: 1,
    };
    (survey, batch)
}

fn form(survey: &Survey, serial: u32) -> Form {
    Form { serial, stratum: survey.stratum_of(serial).unwrap() as u32, answered: false, version: 0 }
}

fn answers(values: [i64; 3]) -> Answers {
    let [a, b, c] = values.map(Some);
    Answers { values: vec![a, b, c, Some(2), Some(1), None], ..Answers::default() }
}

#[test]
fn what_cannot_be_asked_is_named_by_its_line() {
    let read = |lines: &str| {
        file::questionnaire(
            Text::new("x", ""),
            &format!("key,type,vi,options_vi,options_en,least,most\n{lines}"),
        )
    };
    for (lines, wrong) in [
        ("", (0, Fault::NoQuestions)),
        ("a,score,A,,,,\nB,score,B,,,,\n", (3, Fault::BadKey)),
        ("a,score,A,,,,\na,score,B,,,,\n", (3, Fault::SameKey)),
        ("a,stars,A,,,,\n", (2, Fault::BadType)),
        ("a,score,,,,,\n", (2, Fault::NoText)),
        ("a,one,A,B,,,\n", (2, Fault::BadOptions)),
        ("a,one,A,B|C,X,,\n", (2, Fault::BadOptions)),
        ("a,many,A,B|C,,,3\n", (2, Fault::BadLimits)),
        ("a,number,A,,,5,5\n", (2, Fault::BadLimits)),
        ("a,number,A,,,một,5\n", (2, Fault::BadLimits)),
        (",factor,F,,,,\na,yes_no,A,,,,\n", (0, Fault::BadFactor)),
        ("a,score,A,,,,,,\n", (2, Fault::Unreadable)),
    ] {
        assert_eq!(read(lines), Err(wrong), "{lines}");
    }
    let long = format!("a,score,{},,,,\n", "x".repeat(301));
    assert_eq!(read(&long), Err((2, Fault::TextTooLong)));
    let many: String = (0..81).map(|at| format!("q{at},score,Q,,,,\n")).collect();
    assert_eq!(read(&many), Err((0, Fault::TooManyQuestions)));
}

#[test]
fn a_register_is_taken_as_a_whole_or_not() {
    let district = district();
    let read = |lines: &str| {
        let text = format!("name,contact,address,commune,field,office\n{lines}");
        file::register(&text, Some((&district, day("2017-06-30"))))
    };
    let taken =
        read("Lê Văn A,0912,,xã TRẦN PHÁN,Đất đai,huyen-dam-doi\nLê Văn B,,Ấp 2,tan-duc,,\n").unwrap();
    let places: Vec<_> = taken.iter().map(|unit| unit.place.office.as_str()).collect();
    assert!(places.contains(&"huyen-dam-doi") && places.contains(&"tan-duc"));
    for (lines, wrong) in [
        ("", (0, Fault::EmptyRegister)),
        ("Lê Văn A,,,tan-duc,,\n", (2, Fault::NoContact)),
        ("Lê Văn A,1,,nowhere,,\n", (2, Fault::BadCommune)),
        ("Lê Văn A,1,,tan-duc,,nowhere\n", (2, Fault::BadOffice)),
        ("Lê Văn A,1,,tan-duc,,\nLê  Văn A,1,,tan-duc,,\n", (3, Fault::SamePerson)),
    ] {
        assert_eq!(read(lines), Err(wrong), "{lines}");
    }
}

#[test]
fn a_draw_is_the_frames_and_the_seeds() {
    let units: Vec<Unit> =
        (0..400).map(|n| person("tran-phan", ["tran-phan", "tan-duc"][n as usize % 2], n)).collect();
    let turned: Vec<Unit> = units.iter().rev().cloned().collect();
    let frame = Frame::new(units.clone());
    let (first, again) = (frame.draw(50, 7), Frame::new(turned));
    assert_eq!(first, again.draw(50, 7), "whatever order the file has");
    assert_ne!(first.digest, frame.draw(50, 8).digest);
    let mut other = units;
    other[0] = person("tran-phan", "tran-phan", 1_000);
    assert_ne!(first.frame_digest, Frame::new(other).draw(50, 7).frame_digest);
    assert_eq!((first.drawn.len(), first.strata.len()), (50, 2));
}

#[test]
fn who_begins_and_keeps_what() {
    let world = World::new();
    let saved = Saved { key: "ngan".into(), version: 1, questionnaire: questionnaire() };
    let begin = |command: &Open, who: &str| {
        open(1, command, (&saved, true), &frame(), &world.ctx(who, "2017-06-15T08:00")).map(|_| ())
    };
    assert_eq!(begin(&command(), CLERK), Err(Refusal::NotYourRole));
    assert_eq!(begin(&Open { size: 0, ..command() }, LEADER), Err(Refusal::BadChoice("size")));
    assert_eq!(begin(&Open { ways: vec![], ..command() }, LEADER), Err(Refusal::Empty("ways")));
    assert_eq!(
        begin(&Open { days: (day("2017-06-01"), day("2017-06-10")), ..command() }, LEADER),
        Err(Refusal::BadChoice("to"))
    );
    let ctx = world.ctx(LEADER, "2017-06-15T08:00");
    assert_eq!(
        open(1, &command(), (&saved, true), &Frame::new(vec![]), &ctx).unwrap_err(),
        Refusal::FrameEmpty
    );
    let (survey, batch) = opened(&world);
    assert_eq!(
        survey.strata.iter().map(|one| (one.frame, one.drawn)).collect::<Vec<_>>(),
        [(100, 25), (300, 75)]
    );
    let keys = batch.side.iter().filter(|side| matches!(side, Side::DataKey { .. })).count();
    assert_eq!((keys, batch.entries.len()), (100, 2), "one key for each contact; the template is kept too");
    let keep = |who: &str, key: &str, known: Option<&Saved>| {
        save(key, questionnaire(), known, &world.ctx(who, "2017-06-15T08:00"))
            .map(|batch| batch.entries[0].version)
    };
    assert_eq!(keep(CLERK, "ngan", None), Ok(1));
    assert_eq!(keep("tran-phan-head", "ngan", None), Err(Refusal::NotYourRole));
    assert_eq!(keep(CLERK, "Ngắn", None), Err(Refusal::BadChoice("key")));
    assert_eq!(keep(CLERK, "ngan", Some(&saved)), Err(Refusal::AlreadyExists));
    let other = Saved { questionnaire: Template::Sipas.questionnaire(), ..saved.clone() };
    assert_eq!(keep(CLERK, "ngan", Some(&other)), Ok(2));
}

#[test]
fn a_form_counts_once_and_never_at_the_own_office() {
    let world = World::new();
    let (survey, _) = opened(&world);
    let asked = questionnaire();
    let send = |form: Option<&Form>, way: Way, who: &str, when: &str| {
        let given = answers([4, 4, 5]);
        roll::answer((&survey, &asked), form, Some(way), given, &world.key, &world.ctx(who, when))
            .map(|batch| batch.side.len())
    };
    let of = form(&survey, 30);
    assert_eq!(survey.strata[of.stratum as usize].place.office, "tran-phan");
    assert_eq!(send(Some(&of), Way::Online, "citizen", "2017-06-16T08:00"), Ok(1));
    assert_eq!(send(Some(&of), Way::Paper, CLERK, "2017-06-16T08:00"), Ok(1));
    for (outcome, why) in [
        (send(None, Way::Online, "citizen", "2017-06-16T08:00"), Refusal::SurveyCodeUnknown),
        (
            send(Some(&Form { answered: true, ..of }), Way::Online, "citizen", "2017-06-16T08:00"),
            Refusal::FormEntered,
        ),
        (send(Some(&of), Way::Paper, "tran-phan-1", "2017-06-16T08:00"), Refusal::FormOwnCommune),
        (send(Some(&of), Way::Phone, CLERK, "2017-06-16T08:00"), Refusal::BadChoice("way")),
        (send(Some(&of), Way::Paper, "citizen", "2017-06-16T08:00"), Refusal::NotYourRole),
        (send(Some(&of), Way::Online, CLERK, "2017-06-16T08:00"), Refusal::NotYourRole),
        (send(Some(&of), Way::Online, "citizen", "2017-06-14T08:00"), Refusal::SurveyOver),
        (send(Some(&of), Way::Online, "citizen", "2017-07-01T08:00"), Refusal::SurveyOver),
    ] {
        assert_eq!(outcome, Err(why));
    }
    assert_eq!(send(Some(&of), Way::Paper, CLERK, "2017-07-05T08:00"), Ok(1), "paper is typed in later");
    let ctx = world.ctx("citizen", "2017-06-16T08:00");
    let with = |given: Answers| {
        roll::answer((&survey, &asked), Some(&of), Some(Way::Online), given, &world.key, &ctx).map(|_| ())
    };
    assert_eq!(with(Answers { values: vec![None; 6], ..Answers::default() }), Err(Refusal::Empty("answers")));
    assert_eq!(with(answers([4, 4, 6])), Err(Refusal::BadChoice("answers")));
    assert_eq!(roll::miss(&survey, Some(&of), Miss::Refused, &ctx).unwrap_err(), Refusal::NotYourRole);
}

/// Forms that came in, as the box holds them.
fn box_of(
    world: &World,
    survey: &Survey,
    forms: impl IntoIterator<Item = (u32, [i64; 3])>,
) -> Vec<(Vec<u8>, Slip)> {
    let asked = questionnaire();
    let slip = |(serial, scores)| {
        let form = form(survey, serial);
        let ctx = world.ctx("citizen", "2017-06-16T08:00");
        let batch =
            roll::answer((survey, &asked), Some(&form), Some(Way::Online), answers(scores), &world.key, &ctx)
                .unwrap();
        let Some(Side::Ballot { sealed, .. }) = batch.side.into_iter().next() else {
            panic!("nothing in the box")
        };
        let slip = Slip::open(survey.wave, &world.key, &sealed).unwrap();
        (sealed, slip)
    };
    forms.into_iter().map(slip).collect()
}

fn hashes(slips: &[(Vec<u8>, Slip)]) -> Vec<Vec<u8>> {
    use sha2::Digest;
    slips.iter().map(|(sealed, _)| sha2::Sha256::digest(sealed).to_vec()).collect()
}

#[test]
fn a_wave_is_closed_in_its_time_and_box_and_roll_must_agree() {
    let world = World::new();
    let (survey, _) = opened(&world);
    let slips = box_of(&world, &survey, (1..=30).map(|serial| (serial, [4, 5, 2])));
    let close = |who: &str, when: &str| {
        count::close(&survey, &slips, &hashes(&slips), &world.ctx(who, when)).map(|_| ())
    };
    for (who, when, outcome) in [
        (CLERK, "2017-06-30T16:00", Err(Refusal::NotYourRole)),
        (LEADER, "2017-06-20T16:00", Ok(())),
        (CLERK, "2017-07-01T08:00", Ok(())),
        ("tran-phan-1", "2017-07-01T08:00", Err(Refusal::NotYourRole)),
        ("system", "2017-07-07T23:00", Err(Refusal::SurveyRunning)),
        ("system", "2017-07-08T01:00", Ok(())),
    ] {
        assert_eq!(close(who, when), outcome, "{who} {when}");
    }
    let ctx = world.ctx(LEADER, "2017-07-01T08:00");
    let missing = &hashes(&slips)[1..];
    assert_eq!(count::close(&survey, &slips, missing, &ctx).unwrap_err(), Refusal::Stale);
    let few = count::close(&survey, &slips[..4], &hashes(&slips[..4]), &ctx).unwrap();
    let Event::SurveyClosed(closed) = &few.entries[0].event else { panic!("not closed") };
    assert!(
        closed.cells.is_empty() && closed.rows.is_empty() && closed.answered == 4,
        "too few are not opened"
    );
}

fn shown(index: &Index) -> (f64, f64, f64, u64) {
    let Figure::Shown { share, low, high, n, .. } = index.figure else { panic!("{index:?}") };
    (share, low, high, n)
}

#[test]
fn indices_are_weighted_shares_of_four_and_five() {
    let world = World::new();
    let (survey, _) = opened(&world);
    // Tân Đức (forms 1–25): 20 came back, 10 of them satisfied with the welcome. Trần Phán (26–100): 60 came back, 54 of them.
    let scores = |serial: u32, unhappy: bool| (serial, [if unhappy { 2 } else { 4 }, 5, 3]);
    let forms = (1..=20).map(|n| scores(n, n <= 10)).chain((26..=85).map(|n| scores(n, n < 32)));
    let slips = box_of(&world, &survey, forms);
    let batch =
        count::close(&survey, &slips, &hashes(&slips), &world.ctx(LEADER, "2017-07-01T08:00")).unwrap();
    let Event::SurveyClosed(closed) = &batch.entries[0].event else { panic!("not closed") };
    let roll = [
        Counts { drawn: 25, answered: 20, refused: 2, unreached: 1 },
        Counts { drawn: 75, answered: 60, refused: 0, unreached: 5 },
    ];
    let asked = questionnaire();
    let counted = Counted {
        survey: &survey,
        questionnaire: &asked,
        cells: &closed.cells,
        rows: &closed.rows,
        roll: &roll,
        ways: &[(Way::Online, 80)],
    };
    let results = counted.results();
    assert_eq!((results.counts.reached(), results.counts.silent(), results.counts.rate()), (82, 12, 0.8));
    let (share, low, high, n) = shown(&results.criteria[0].1);
    // (100·0.5 + 300·0.9)/400, not 64/80.
    assert!((share - 0.8).abs() < 1e-9 && low < 0.8 && 0.8 < high && n == 80, "{share}");
    assert!((shown(&results.criteria[1].1).0 - 1.0).abs() < 1e-9 && shown(&results.criteria[2].1).0 == 0.0);
    assert!((shown(&results.factors[0]).0 - 0.9).abs() < 1e-9);
    assert!(
        (shown(results.whole.as_ref().unwrap()).0 - 0.45).abs() < 1e-9,
        "the mean of the factors, not of the criteria"
    );
    let office = |domain: &Domain| (domain.key.clone(), domain.figures[1]);
    let offices: Vec<_> = results.offices.iter().map(office).collect();
    let share = |figure: Option<Figure>| match figure {
        Some(Figure::Shown { share, .. }) => share,
        other => panic!("{other:?}"),
    };
    assert_eq!(offices[0].0, "tan-duc");
    assert!((share(offices[0].1) - 0.75).abs() < 1e-9 && (share(offices[1].1) - 0.95).abs() < 1e-9);
    assert!(
        matches!(&results.facts[0], (3, Fact::Mean { mean: Some((mean, ..)), n: 80 }) if (mean - 2.0).abs() < 1e-9)
    );
    assert!(matches!(&results.facts[1], (4, Fact::Shares(shares)) if shares.len() == 1));
}

#[test]
fn an_office_with_few_answers_hides_itself_and_the_smallest_beside_it() {
    let world = World::new();
    let (survey, _) = opened(&world);
    let slips = box_of(&world, &survey, (1..=12).chain(26..=70).map(|serial| (serial, [4, 4, 4])));
    let batch =
        count::close(&survey, &slips, &hashes(&slips), &world.ctx(LEADER, "2017-07-01T08:00")).unwrap();
    let Event::SurveyClosed(closed) = &batch.entries[0].event else { panic!("not closed") };
    let roll = [
        Counts { drawn: 25, answered: 12, ..Counts::default() },
        Counts { drawn: 75, answered: 45, ..Counts::default() },
    ];
    let asked = questionnaire();
    let counted = Counted {
        survey: &survey,
        questionnaire: &asked,
        cells: &closed.cells,
        rows: &closed.rows,
        roll: &roll,
        ways: &[],
    };
    let results = counted.results();
    assert_eq!(shown(results.whole.as_ref().unwrap()).3, 57);
    assert_eq!(results.offices[0].figures[0], Some(Figure::TooFew { n: 12 }));
    assert_eq!(results.offices[1].figures[0], None);
}

proptest! {
    /// Whatever is uploaded as a questionnaire is refused, or can be asked and written down again.
    #[test]
    fn whatever_is_uploaded_is_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        cells in prop::collection::vec(prop_oneof!["[a-z_]{0,6}", "score|yes_no|one|many|number|words|factor", "\\PC{0,12}", "[0-9|,\"\n-]{0,8}"], 0..60),
    ) {
        let raw = String::from_utf8_lossy(&bytes).into_owned();
        let built = format!("key,type,vi,en,options_vi,options_en,least,most\n{}", cells.chunks(8).map(|line| line.join(",") + "\n").collect::<String>());
        for text in [raw, built] {
            if let Ok(read) = file::questionnaire(Text::new("x", ""), &text) {
                prop_assert_eq!(read.check(), Ok(()));
                prop_assert_eq!(file::questionnaire(read.title.clone(), &file::write(&read)), Ok(read));
            }
            let _ = file::register(&text, None);
        }
    }

    /// Whatever is in a register, nobody is there twice and everybody is in one stratum.
    #[test]
    fn a_register_becomes_a_frame(people in prop::collection::vec((0_u32..200, 0_u8..4, 0_u8..3), 1..120), size in 1_u32..150) {
        let lines: String = people.iter().map(|(name, commune, field)| format!("N{name},1,,c{commune},f{field},\n")).collect();
        match file::register(&format!("name,contact,address,commune,field,office\n{lines}"), None) {
            Err((line, fault)) => prop_assert!(line > 1 && fault == Fault::SamePerson),
            Ok(units) => {
                let frame = Frame::new(units);
                let draw = frame.draw(size, 1);
                prop_assert_eq!(frame.len(), people.len());
                prop_assert_eq!(draw.strata.iter().map(|one| one.frame as usize).sum::<usize>(), people.len());
                prop_assert_eq!(draw.drawn.len(), (size as usize).min(people.len()));
            }
        }
    }
}
