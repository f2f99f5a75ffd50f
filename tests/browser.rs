//! The first loop in a real Chromium: on a desktop and on a phone, with script and without.

#[path = "browser/citizen.rs"]
mod citizen;
#[path = "browser/counter.rs"]
mod counter;
#[path = "browser/files.rs"]
mod files;
#[path = "browser/harness.rs"]
mod harness;
#[path = "browser/keyboard.rs"]
mod keyboard;
#[path = "browser/kiosk.rs"]
mod kiosk;
#[path = "browser/leader.rs"]
mod leader;
#[path = "browser/levels.rs"]
mod levels;
#[path = "browser/listen.rs"]
mod listen;
#[path = "browser/public.rs"]
mod public;
#[path = "browser/queue.rs"]
mod queue;
#[path = "browser/steps.rs"]
mod steps;
mod support;

use std::sync::Arc;
use support::browser::{Browser, FAR_APART, Screen, Script, WAYS, driver};
use support::server::Demo;

#[tokio::test(flavor = "multi_thread")]
async fn the_loop_from_the_counter_to_a_rating_that_counts() {
    let Some(driver) = driver() else { return };
    let demo = Arc::new(Demo::start());
    for way in WAYS {
        let (told, address) = (Arc::clone(&demo), demo.address.clone());
        Browser::play(&driver, &address, way, |browser| the_loop(browser, told)).await;
    }
}

async fn the_loop(browser: Browser, demo: Arc<Demo>) {
    public::finds_procedures(&browser).await;
    public::reads_offices_promise_and_figures(&browser).await;
    public::keeps_the_language(&browser).await;

    counter::sign_in(&browser, &demo, "official").await;
    counter::asks_for_a_missing_document(&browser).await;
    let case = counter::receives(&browser).await;
    counter::hands_over(&browser, &case, &demo.sign_in("head").0).await;
    counter::sign_in(&browser, &demo, "head").await;
    counter::finishes_and_returns(&browser, &case).await;
    let invitation = counter::invites(&browser, &case).await;
    counter::sign_out(&browser).await;

    citizen::tracks(&browser, &case).await;
    let (counted, waiting) = citizen::ballots(&browser).await;
    citizen::rates_once(&browser, &invitation).await;
    citizen::sees_ballots_wait(&browser, counted + waiting + 1).await;
    citizen::leaves_an_opinion(&browser).await;

    counter::sign_in(&browser, &demo, "leader").await;
    leader::reads_the_board(&browser).await;
    leader::reads_the_report(&browser).await;
    leader::reads_what_people_say(&browser).await;
    counter::sign_out(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_called_on_a_second_screen() {
    let Some(driver) = driver() else { return };
    let demo = Arc::new(Demo::start());
    for way in WAYS {
        let (told, address) = (Arc::clone(&demo), demo.address.clone());
        Browser::play(&driver, &address, way, |browser| the_queue(browser, told)).await;
    }
}

async fn the_queue(browser: Browser, demo: Arc<Demo>) {
    let number = queue::takes_a_number(&browser).await;
    counter::sign_in(&browser, &demo, "official").await;
    queue::is_called_on_the_second_screen(&browser, &number).await;
    counter::sign_out(&browser).await;
    queue::books_and_cancels(&browser).await;
    counter::sign_in(&browser, &demo, "head").await;
    queue::arranges_the_office(&browser).await;
    counter::sign_out(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_applicant_is_received_by_keyboard_alone() {
    let Some(driver) = driver() else { return };
    let demo = Arc::new(Demo::start());
    for way in [(Screen::Desktop, Script::On), (Screen::Desktop, Script::Off)] {
        let (told, address) = (Arc::clone(&demo), demo.address.clone());
        Browser::play(&driver, &address, way, |browser| the_keyboard(browser, told)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn officials_go_every_way_of_a_case() {
    let Some(driver) = driver() else { return };
    let demo = Arc::new(Demo::start());
    for way in FAR_APART {
        let (told, address) = (Arc::clone(&demo), demo.address.clone());
        Browser::play(&driver, &address, way, |browser| the_ways(browser, told)).await;
    }
}

async fn the_keyboard(browser: Browser, demo: Arc<Demo>) {
    counter::sign_in(&browser, &demo, "official").await;
    keyboard::receives_who_is_known(&browser).await;
}

async fn the_ways(browser: Browser, demo: Arc<Demo>) {
    counter::sign_in(&browser, &demo, "official").await;
    steps::supplements(&browser).await;
    steps::apologises(&browser).await;
    steps::two_at_once(&browser, &demo).await;
    files::are_attached(&browser).await;
    browser.go("/work").await;
    levels::goes_up_and_comes_home(&browser, &demo).await;
    files::show_the_board(&browser, &demo).await;
    counter::sign_in(&browser, &demo, "head").await;
    steps::ends(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_say_is_answered_and_promises_are_followed() {
    let Some(driver) = driver() else { return };
    let way = (Screen::Phone, Script::On);
    let demo = Arc::new(Demo::of(4_000));
    let (told, address) = (Arc::clone(&demo), demo.address.clone());
    Browser::play(&driver, &address, way, |browser| async move {
        listen::an_opinion_is_answered(&browser, &told).await;
        listen::a_commune_is_chosen(&browser, &told).await;
    })
    .await;
    let demo = Arc::new(at(demo, "2017-07-14T08:30").await);
    let (told, address) = (Arc::clone(&demo), demo.address.clone());
    Browser::play(&driver, &address, way, |browser| async move {
        listen::minutes_are_written(&browser, &told).await;
    })
    .await;
    let demo = Arc::new(at(demo, "2017-07-20T09:00").await);
    let (told, address) = (Arc::clone(&demo), demo.address.clone());
    Browser::play(&driver, &address, way, |browser| async move {
        listen::a_promise_is_kept(&browser, &told).await;
    })
    .await;
}

/// The same demo, served anew at a later moment.
async fn at(demo: Arc<Demo>, when: &str) -> Demo {
    let demo = Arc::into_inner(demo).expect("the story has ended");
    listen::later(&demo, when).await;
    demo.again()
}
