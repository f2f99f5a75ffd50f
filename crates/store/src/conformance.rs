//! Every query on both engines with the same data: the same script must leave the same journal and read the same.

#[path = "../tests/store/dialogue.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod dialogue;
#[path = "../tests/store/evaluation.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod evaluation;
#[path = "../tests/store/files.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod files;
#[path = "../tests/store/guard.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod guard;
#[path = "../tests/store/kiosk.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod kiosk;
#[path = "../tests/store/paper.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod paper;
#[path = "../tests/store/reading.rs"]
#[expect(unreachable_pub, reason = "it lies beside what is shared")]
mod reading;
#[path = "../tests/store/script.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod script;
#[path = "../tests/store/survey.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod survey;
#[path = "../tests/store/world.rs"]
#[expect(unreachable_pub, reason = "shared with the tests in tests/store")]
mod world;

use std::collections::BTreeSet;

use crate::query::{Query, RAN};

/// Every query of every module.
pub(crate) fn all_queries() -> Vec<&'static Query> {
    let modules: &[&[&Query]] = &[
        crate::account::QUERIES,
        crate::directory::QUERIES,
        crate::forget::QUERIES,
        crate::journal::QUERIES,
        crate::listen::call::QUERIES,
        crate::listen::dialogue::QUERIES,
        crate::listen::dialogue::FORM_QUERIES,
        crate::listen::dialogue::PROMISE_QUERIES,
        crate::listen::dialogue::VOICE_QUERIES,
        crate::listen::dialogue::WAVE_QUERIES,
        crate::listen::invitation::QUERIES,
        crate::listen::kiosk::QUERIES,
        crate::listen::log::QUERIES,
        crate::listen::opinion::QUERIES,
        crate::listen::opinion::EVIDENCE_QUERIES,
        crate::listen::opinion::FOLLOW_QUERIES,
        crate::listen::opinion::LIST_QUERIES,
        crate::listen::opinion::PROJECT_QUERIES,
        crate::listen::paper::QUERIES,
        crate::listen::held::QUERIES,
        crate::measure::guard::QUERIES,
        crate::measure::process::QUERIES,
        crate::measure::scorecard::QUERIES,
        crate::measure::evaluation::QUERIES,
        crate::measure::scale::QUERIES,
        crate::measure::scale::FACT_QUERIES,
        crate::listen::rating::QUERIES,
        crate::listen::survey::QUERIES,
        crate::listen::survey::ROLL_QUERIES,
        crate::measure::figure::QUERIES,
        crate::projection::QUERIES,
        crate::serve::appointment::QUERIES,
        crate::serve::attachment::QUERIES,
        crate::serve::case::QUERIES,
        crate::serve::notice::QUERIES,
        crate::serve::notice::SEND_QUERIES,
        crate::serve::book::QUERIES,
        crate::serve::posting::QUERIES,
        crate::serve::queue::QUERIES,
        crate::serve::report::QUERIES,
        crate::serve::succession::QUERIES,
        crate::serve::ticket::QUERIES,
        crate::serve::report::total::QUERIES,
        crate::serve::case::LIST_QUERIES,
        crate::serve::case::PROJECT_QUERIES,
    ];
    modules.concat()
}

/// A module that declares queries must stand in the list above.
#[test]
fn no_module_is_forgotten() {
    fn count(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let declares = |file: &std::path::Path| {
            let text = std::fs::read_to_string(file).unwrap();
            usize::from(text.lines().any(|line| line == "crate::query::queries! {"))
        };
        entries.map(|path| if path.is_dir() { count(&path) } else { declares(&path) }).sum()
    }
    let names: BTreeSet<_> =
        all_queries().iter().map(|query| query.name.rsplit_once("::").unwrap().0).collect();
    assert_eq!(names.len(), count(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")));
}

#[tokio::test]
async fn both_engines_keep_and_read_the_same() {
    let mut readings = Vec::new();
    for world in world::worlds("conformance").await {
        let played = script::play(&world.store).await;
        let engine = world.store.engine_name();
        let report = crate::verify::verify(&world.store).await.unwrap();
        assert_eq!(report.trouble, None, "{engine}: {report}");
        readings.push(reading::read(&world.store, &played).await);
        world.store.forget_all().await.unwrap();
        assert_eq!(world.store.head().await.unwrap(), (0, vec![0; 32]));
        let report = crate::verify::verify(&world.store).await.unwrap();
        assert_eq!((report.rows, report.trouble), (1, None), "nothing is left but the head");
        let missing: Vec<_> = {
            let ran = RAN.lock().unwrap();
            let ran = |query: &&Query| ran.contains(&(engine, query.sql.to_owned()));
            all_queries().into_iter().filter(|query| !ran(query)).map(|query| query.name).collect()
        };
        assert!(missing.is_empty(), "these queries are not in the suite on {engine}: {missing:?}");
        assert!(world.folder.path().exists());
        assert_eq!(played.invitations.len(), 24);
    }
    for other in &readings[1..] {
        for (a, b) in readings[0].iter().zip(other) {
            assert_eq!(a, b, "the engines read differently");
        }
        assert_eq!(readings[0].len(), other.len());
    }
}
