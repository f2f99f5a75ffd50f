//! Three waves through every door of the store: one of cases that is counted, one of a register that closes by itself, one that runs.

use hailong_core::{
    context::Actor,
    listen::{
        dialogue::wave::Way,
        survey::{
            Place,
            answer::Answers,
            file,
            question::{Questionnaire, Text},
            roll::Miss,
            template::Template,
            wave::{Contact, Open, Source, Unit, Who},
        },
    },
    refusal::Refusal,
    time::{Day, Instant},
};
use hailong_store::{StoreError, listen::survey::SurveyFile};

use super::world::{Desk, at};

const LEADER: &str = "huyen-dam-doi-leader";
const CLERK: &str = "huyen-dam-doi-1";
/// Who reads forms for a place that is not theirs.
const OTHER: &str = "tan-duc-1";

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> Refusal {
    match outcome {
        Err(StoreError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// Answers of a form: scores and a few words, other ones for each number.
pub fn answers(questionnaire: &Questionnaire, number: u32) -> Answers {
    let value = |at: usize, question: &hailong_core::listen::survey::question::Question| {
        let wish = i64::from(1 + (number + at as u32) % 5);
        question.kind.takes(wish).then_some(wish).or(question.kind.takes(1).then_some(1))
    };
    let values =
        questionnaire.questions.iter().enumerate().map(|(at, question)| value(at, question)).collect();
    let words = questionnaire.questions.iter().position(|question| question.key == "words");
    let said = words
        .filter(|_| number.is_multiple_of(3))
        .map(|at| (at as u32, format!("Phiếu kín {number}, gọi 0912345678")));
    Answers { values, words: said.into_iter().collect() }
}

fn wave(name: &str, questionnaire: &str, source: Source, days: (&str, &str)) -> Open {
    Open {
        name: name.into(),
        questionnaire: questionnaire.into(),
        source,
        days: (day(days.0), day(days.1)),
        ways: vec![Way::Paper, Way::Phone, Way::Online],
        size: 40,
        seed: Some(2_017),
    }
}

/// Plays them.
pub async fn play(desk: &Desk<'_>) {
    questionnaires(desk).await;
    of_cases(desk).await;
    of_a_register(desk).await;
    let source = Source::Cases { first_day: day("2017-01-01"), last_day: day("2017-10-01") };
    let open = wave("Đợt đang làm", "ngan", source, ("2017-11-20", "2017-12-20"));
    let wave = desk.store.open_survey(&open, vec![], &leader(desk, "2017-11-20T08:00")).await.unwrap();
    let file = desk.store.survey(wave).await.unwrap().unwrap();
    answer(desk, &file, 1, Way::Online, at("2017-11-21T09:30")).await.unwrap();
}

fn leader<'a>(desk: &'a Desk<'_>, when: &str) -> hailong_core::context::Context<'a> {
    desk.ctx(desk.official(LEADER), at(when))
}

async fn questionnaires(desk: &Desk<'_>) {
    let store = desk.store;
    let read = |text: &str| file::questionnaire(Text::new("Phiếu ngắn", "Short form"), text).unwrap();
    let first = read("key,type,vi,least,most\nkind,score,Công chức niềm nở,,\nwords,words,Ý kiến khác,,\n");
    let second = read(
        "key,type,vi,least,most\nkind,score,Công chức niềm nở,,\ndays,number,Chờ mấy ngày?,0,90\nwords,words,Ý kiến khác,,\n",
    );
    assert_eq!(
        store.save_questionnaire("ngan", first.clone(), &leader(desk, "2017-10-02T08:00")).await.unwrap(),
        1
    );
    assert_eq!(
        refused(store.save_questionnaire("ngan", first, &leader(desk, "2017-10-02T08:01")).await),
        Refusal::AlreadyExists
    );
    assert_eq!(store.save_questionnaire("ngan", second, &leader(desk, "2017-10-02T08:02")).await.unwrap(), 2);
}

async fn answer(
    desk: &Desk<'_>,
    file: &SurveyFile,
    serial: u32,
    way: Way,
    when: Instant,
) -> Result<(), StoreError> {
    let (key, version) = &file.survey.questionnaire;
    let asked = desk.store.questionnaire(key, Some(*version)).await.unwrap().unwrap().saved.questionnaire;
    let place = &file.survey.strata[file.survey.stratum_of(serial).unwrap_or_default()].place;
    let actor = match way {
        Way::Online => Actor::Citizen,
        _ if place.office == "huyen-dam-doi" => desk.official(OTHER),
        _ => desk.official(CLERK),
    };
    desk.store
        .answer_survey(file, Some(serial), (Some(way), answers(&asked, serial)), &desk.ctx(actor, when))
        .await
}

/// Everybody whose case ended in half a year; most answer.
async fn of_cases(desk: &Desk<'_>) {
    let store = desk.store;
    let source = Source::Cases { first_day: day("2017-01-01"), last_day: day("2017-10-01") };
    let open = wave("SIPAS thử", Template::Sipas.key(), source, ("2017-10-03", "2017-10-20"));
    let clerk = desk.ctx(desk.official(CLERK), at("2017-10-03T08:00"));
    assert_eq!(refused(store.open_survey(&open, vec![], &clerk).await), Refusal::NotYourRole);
    let number = store.open_survey(&open, vec![], &leader(desk, "2017-10-03T08:00")).await.unwrap();
    let file = store.survey(number).await.unwrap().unwrap();
    let drawn = file.survey.drawn();
    assert!(drawn >= 25, "{drawn} people are enough for figures");
    for serial in 1..=drawn - 3 {
        let way = [Way::Paper, Way::Online, Way::Phone][serial as usize % 3];
        answer(desk, &file, serial, way, at("2017-10-04T09:00").plus_seconds(i64::from(serial) * 600))
            .await
            .unwrap();
    }
    let again = answer(desk, &file, 1, Way::Online, at("2017-10-05T09:00")).await;
    assert_eq!(refused(again), Refusal::FormEntered);
    let unknown = answer(desk, &file, drawn + 1, Way::Online, at("2017-10-05T09:00")).await;
    assert_eq!(refused(unknown), Refusal::SurveyCodeUnknown);
    let clerk = desk.ctx(desk.official(OTHER), at("2017-10-06T09:00"));
    store.miss_survey_form(&file, Some(drawn), Miss::Refused, &clerk).await.unwrap();
    store.miss_survey_form(&file, Some(drawn - 1), Miss::Unreached, &clerk).await.unwrap();
    // Whoever was not found may still answer.
    answer(desk, &file, drawn - 1, Way::Online, at("2017-10-07T09:00")).await.unwrap();
    let early = desk.ctx(desk.official(CLERK), at("2017-10-20T16:00"));
    assert_eq!(refused(store.close_survey(&file, &early).await), Refusal::NotYourRole);
    let clerk = desk.ctx(desk.official(CLERK), at("2017-10-21T08:00"));
    store.close_survey(&file, &clerk).await.unwrap();
    let file = store.survey(number).await.unwrap().unwrap();
    assert_eq!(refused(store.close_survey(&file, &clerk).await), Refusal::SurveyOver);
    let late = answer(desk, &file, drawn, Way::Paper, at("2017-10-22T09:00")).await;
    assert_eq!(refused(late), Refusal::SurveyOver);
}

/// Twelve people of a list; all answer, and the program closes the wave.
async fn of_a_register(desk: &Desk<'_>) {
    let store = desk.store;
    let person = |number: u32| {
        let commune = if number.is_multiple_of(2) { "tran-phan" } else { "tan-duc" };
        let contact = Contact {
            name: format!("Danh Sách Kín {number}"),
            contact: "0987000111".into(),
            address: String::new(),
        };
        let place = Place { office: commune.into(), commune: commune.into(), field: String::new() };
        Unit { place, who: Who::Contact(contact) }
    };
    let open = wave("Theo danh sách", "ngan", Source::Register, ("2017-11-01", "2017-11-05"));
    let register = (0..12).map(person).collect();
    let number = store.open_survey(&open, register, &leader(desk, "2017-11-01T08:00")).await.unwrap();
    let file = store.survey(number).await.unwrap().unwrap();
    for serial in 1..=12 {
        answer(desk, &file, serial, Way::Paper, at("2017-11-02T09:00")).await.unwrap();
    }
    let system = |when| desk.ctx(Actor::System, at(when));
    assert_eq!(store.close_due_surveys(&system("2017-11-12T23:00")).await.unwrap(), 0);
    assert_eq!(store.close_due_surveys(&system("2017-11-13T01:00")).await.unwrap(), 1);
}
