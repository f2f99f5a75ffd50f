//! Who has the whole record, but not the destroyed key of its box, cannot join a form of a survey to its answers.

use std::collections::BTreeSet;

use hailong_core::{
    event::Event,
    listen::{
        dialogue::wave::Way,
        survey::{
            Place,
            answer::Answers,
            template::Template,
            wave::{Contact, Open, Source, Unit, Who},
        },
    },
};
use hailong_store::{Store, Url, keys::Vault, verify::verify};

use super::{
    survey::{answers, day},
    world::{AUTHORITY, Desk, at, publish},
};

/// A form that came in is a tick and a ciphertext; once counted, nothing of either is with the answers.
#[tokio::test]
async fn roll_and_answers_of_a_survey_cannot_be_joined() {
    let folder = tempfile::tempdir().unwrap();
    let (file, keys) = (folder.path().join("record.db"), folder.path().join("keys"));
    let store =
        Store::open(&Url::Sqlite(file.clone()), AUTHORITY, Vault::in_folder(&keys).unwrap()).await.unwrap();
    publish(&store).await;
    let desk = Desk::new(&store, 1);
    let unit = |number: u32| Unit {
        place: Place { office: "tran-phan".into(), commune: "tran-phan".into(), field: String::new() },
        who: Who::Contact(Contact {
            name: format!("Người {number}"),
            contact: "1".into(),
            address: String::new(),
        }),
    };
    let open = Open {
        name: "Đợt kín".into(),
        questionnaire: Template::Sipas.key().into(),
        source: Source::Register,
        days: (day("2017-06-01"), day("2017-06-10")),
        ways: vec![Way::Paper, Way::Online],
        size: 12,
        seed: Some(1),
    };
    let ctx = |who: &str, when: &str| desk.ctx(desk.official(who), at(when));
    let wave = store
        .open_survey(&open, (0..40).map(unit).collect(), &ctx("huyen-dam-doi-leader", "2017-06-01T08:00"))
        .await
        .unwrap();
    let survey = store.survey(wave).await.unwrap().unwrap();
    let questionnaire = Template::Sipas.questionnaire();
    let marked = |serial: u32| Answers {
        words: [(questionnaire.questions.len() as u32 - 1, format!("DẤU {serial}"))].into(),
        ..answers(&questionnaire, serial)
    };
    for serial in 1..=12 {
        let when = format!("2017-06-02T08:{serial:02}");
        let given = (Some(Way::Paper), marked(serial));
        store.answer_survey(&survey, Some(serial), given, &ctx("huyen-dam-doi-1", &when)).await.unwrap();
    }
    let boxes = || std::fs::read_dir(keys.join("boxes")).unwrap().count();
    assert_eq!(boxes(), 1, "the key lies apart");
    assert_eq!(verify(&store).await.unwrap().trouble, None);
    let waiting = std::fs::read(&file).unwrap();
    assert!(!contains(&waiting, "DẤU".as_bytes()));
    store.close_survey(&survey, &ctx("huyen-dam-doi-leader", "2017-06-10T16:00")).await.unwrap();
    assert_eq!(boxes(), 0, "the key is destroyed");
    assert_eq!(verify(&store).await.unwrap().trouble, None);

    // What the journal says of forms: number, way and day, and the hash of what is gone.
    let mut order = Vec::new();
    let (length, _) = store.head().await.unwrap();
    for number in 1..=length {
        let line = store.line(number).await.unwrap().unwrap();
        match line.event().unwrap() {
            Event::SurveyAnswered(_) => assert_eq!(line.at, at("2017-06-02T00:00"), "the day only"),
            Event::SurveyClosed(closed) => order = closed.rows.iter().map(|row| row.values.clone()).collect(),
            _ => {}
        }
    }
    // The forms are all there, in another order than they came.
    let came: Vec<_> = (1..=12).map(|serial| marked(serial).values).collect();
    let set = |rows: &[Vec<Option<i64>>]| rows.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!((set(&order), order.len()), (set(&came), 12));
    assert_ne!(order, came);
    let words = store.survey_words(&survey.survey, questionnaire.questions.len() - 1, 0, 50).await.unwrap();
    let said: Vec<_> = words.iter().map(|(_, words)| words.clone()).collect();
    assert_eq!(said.len(), 12);
    assert_ne!(said, (1..=12).map(|serial| format!("DẤU {serial}")).collect::<Vec<_>>());
}

/// Whoever exchanges a form that waits is found, and the wave is not counted.
#[tokio::test]
async fn an_exchanged_form_is_found() {
    let world = super::world::World::found(None).await;
    super::script::play(&world.store).await;
    let connection = rusqlite::Connection::open(world.folder.path().join("record.db")).unwrap();
    let changed =
        connection.execute("UPDATE ballot SET sealed = x'00' WHERE box_id LIKE 'box/survey-%'", []).unwrap();
    assert_eq!(changed, 1);
    let said =
        verify(&world.store).await.unwrap().trouble.map(|trouble| trouble.to_string()).unwrap_or_default();
    assert!(said.contains("survey-3"), "{said}");
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
