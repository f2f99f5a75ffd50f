//! A real Chromium, driven through chromedriver.

use fantoccini::elements::Element;
use fantoccini::wd::{WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The size of what a person looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// 1280 × 900.
    Desktop,
    /// 390 × 844, with touch.
    Phone,
    /// 1024 × 768.
    Tablet,
}

/// Whether pages may run their script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// As most people have it.
    On,
    /// Everything must work all the same.
    Off,
}

/// The four ways in which every step is played.
pub(crate) const WAYS: [(Screen, Script); 4] = [
    (Screen::Desktop, Script::On),
    (Screen::Desktop, Script::Off),
    (Screen::Phone, Script::On),
    (Screen::Phone, Script::Off),
];

/// The two ways in which stories of officials are played: as most work, and the hardest.
pub(crate) const FAR_APART: [(Screen, Script); 2] =
    [(Screen::Desktop, Script::On), (Screen::Phone, Script::Off)];

/// Where chromedriver listens. `None` means: skip, and say so. With `HAILONG_TEST_REQUIRE` set nothing is skipped.
pub(crate) fn driver() -> Option<String> {
    let driver = std::env::var("HAILONG_TEST_CHROMEDRIVER").ok().filter(|url| !url.is_empty());
    if driver.is_none() {
        assert!(
            std::env::var_os("HAILONG_TEST_REQUIRE").is_none(),
            "HAILONG_TEST_CHROMEDRIVER is not set; run this test with: cargo xtask test"
        );
        eprintln!("skipped: HAILONG_TEST_CHROMEDRIVER is not set; cargo xtask test runs the browser test");
    }
    driver
}

/// One browser with an empty profile.
#[derive(Clone)]
pub(crate) struct Browser {
    client: Client,
    driver: String,
    base: String,
    /// The way this browser shows pages.
    pub(crate) way: (Screen, Script),
}

impl Browser {
    /// Plays `story` in a fresh browser and closes it, also when the story fails.
    pub(crate) async fn play<F>(
        driver: &str,
        base: &str,
        way: (Screen, Script),
        story: impl FnOnce(Browser) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let browser = Self::open(driver, base, way, profile.path()).await;
        let outcome = tokio::spawn(story(browser.clone())).await;
        if outcome.is_err() {
            browser.screenshot("failure").await;
            eprintln!("failed {way:?} at {:?}", browser.client.current_url().await.map(String::from));
        }
        let closed = browser.client.close().await;
        if let Err(failure) = outcome {
            std::panic::resume_unwind(failure.into_panic());
        }
        closed.expect("the browser closes");
    }

    async fn open(driver: &str, base: &str, way: (Screen, Script), profile: &Path) -> Self {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities(way, profile)).connect(driver).await;
        let client = client.expect("the browser starts");
        Self { client, driver: driver.to_owned(), base: base.to_owned(), way }
    }

    /// A second person at a browser of their own, shown the same way; `close` it at the end.
    pub(crate) async fn somebody_else(&self, profile: &Path) -> Self {
        Self::open(&self.driver, &self.base, self.way, profile).await
    }

    /// A browser on a profile that stays, to be opened again.
    pub(crate) async fn on(driver: &str, base: &str, way: (Screen, Script), profile: &Path) -> Self {
        Self::open(driver, base, way, profile).await
    }

    /// Kills the browser: nothing it holds in memory comes to the disk any more.
    pub(crate) async fn kill(self) {
        // It cannot answer any more.
        let _ = self.client.issue_cmd(Kill).await;
        let _ = self.client.close().await;
    }

    /// Runs a line of script in the page.
    pub(crate) async fn run(&self, script: &str) {
        let ran = self.client.execute(script, vec![]).await;
        ran.unwrap_or_else(|error| panic!("{script}: {error}"));
    }

    /// Makes the window another size.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("the window can be resized");
    }

    /// Closes a browser that `somebody_else` opened.
    pub(crate) async fn close(self) {
        self.client.close().await.expect("the browser closes");
    }

    /// Presses keys where the focus is.
    pub(crate) async fn press(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.unwrap_or_else(|error| panic!("cannot press {keys:?}: {error}"));
    }

    /// Presses keys where the focus is, and waits for the page they lead to.
    pub(crate) async fn press_on(&self, keys: &str) {
        let here = self.find("html").await;
        self.press(keys).await;
        self.left(&here, keys).await;
    }

    /// Puts files from the disk into a field.
    pub(crate) async fn put_files(&self, css: &str, files: &[PathBuf]) {
        let paths: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        let put = self.find(css).await.send_keys(&paths.join("\n")).await;
        put.unwrap_or_else(|error| panic!("cannot put files into {css}: {error}"));
    }

    /// Types a day into a field for dates, as a keyboard does where months come first.
    pub(crate) async fn write_day(&self, css: &str, (year, month, day): (u16, u8, u8)) {
        let field = self.find(css).await;
        field.send_keys(&format!("{month:02}{day:02}{year}")).await.expect("a day can be typed");
        let value = field.prop("value").await.expect("it can be read");
        assert_eq!(value, Some(format!("{year}-{month:02}-{day:02}")), "{css} took another day");
    }

    /// The picture of the page, as a PNG file.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("the page can be pictured")
    }

    /// With script: whether the first such picture was loaded and has a size.
    pub(crate) async fn shows_picture(&self, css: &str) {
        if self.way.1 == Script::Off {
            self.find(css).await;
            return;
        }
        for _ in 0..50 {
            let ask = format!("return document.querySelector(\"{css}\")?.naturalWidth > 0");
            if self.client.execute(&ask, vec![]).await.expect("script runs") == json!(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the picture {css} is not shown on {}", self.path().await);
    }

    /// Opens a page of the server under test.
    pub(crate) async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap_or_else(|e| panic!("GET {path}: {e}"));
    }

    /// Opens a second window, as a second screen has it, and shows it; the handle of the first, to go back to.
    pub(crate) async fn second_window(&self) -> (WindowHandle, WindowHandle) {
        let first = self.client.window().await.expect("there is a window");
        let second = self.client.new_window(false).await.expect("a window can be opened").handle;
        self.show(&second).await;
        (first, second)
    }

    /// Shows one of the windows.
    pub(crate) async fn show(&self, window: &WindowHandle) {
        self.client.switch_to_window(window.clone()).await.expect("the window is still there");
    }

    /// The path and query of the page shown.
    pub(crate) async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("there is a page");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// The page's title.
    pub(crate) async fn title(&self) -> String {
        self.client.title().await.expect("there is a page")
    }

    /// What a person can read on the page.
    pub(crate) async fn text(&self) -> String {
        self.find("body").await.text().await.expect("the body has text")
    }

    /// The first element that the CSS selector finds; it waits a moment for the page to arrive.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = self.client.wait().at_most(Duration::from_secs(10)).for_element(Locator::Css(css)).await;
        match wait {
            Ok(element) => element,
            Err(error) => panic!("no {css} on {}: {error}", self.path().await),
        }
    }

    /// All elements that the CSS selector finds now.
    pub(crate) async fn all(&self, css: &str) -> Vec<Element> {
        self.client.find_all(Locator::Css(css)).await.expect("the page can be searched")
    }

    /// Whether there is such an element now.
    pub(crate) async fn has(&self, css: &str) -> bool {
        !self.all(css).await.is_empty()
    }

    /// Clicks the element.
    pub(crate) async fn click(&self, css: &str) {
        let element = self.find(css).await;
        element.click().await.unwrap_or_else(|error| panic!("cannot click {css}: {error}"));
    }

    /// Clicks the element and waits for the page it leads to.
    pub(crate) async fn submit(&self, css: &str) {
        let here = self.find("html").await;
        self.click(css).await;
        self.left(&here, css).await;
    }

    /// Follows the first link or presses the first button with this text, and waits for the page it leads to.
    pub(crate) async fn follow(&self, text: &str) {
        let here = self.find("html").await;
        let xpath = format!("//*[self::a or self::button][contains(normalize-space(.), \"{text}\")]");
        let found =
            self.client.wait().at_most(Duration::from_secs(10)).for_element(Locator::XPath(&xpath)).await;
        let element = match found {
            Ok(element) => element,
            Err(error) => panic!("nothing to press called {text} on {}: {error}", self.path().await),
        };
        element.click().await.unwrap_or_else(|error| panic!("cannot press {text}: {error}"));
        self.left(&here, text).await;
    }

    /// Waits until the page that `here` belongs to is gone: a tap on a phone leads on a moment later.
    async fn left(&self, here: &Element, by: &str) {
        for _ in 0..200 {
            if here.tag_name().await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{by} leads nowhere on {}:\n{}", self.path().await, self.text().await);
    }

    /// Writes into a field, in place of what it held.
    pub(crate) async fn write(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap_or_else(|error| panic!("cannot empty {css}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("cannot write into {css}: {error}"));
    }

    /// Chooses one of several: clicks the label, as a finger does, not the small circle in it.
    pub(crate) async fn choose(&self, name: &str, value: &str) {
        self.click(&format!("label:has(> [name='{name}'][value='{value}'])")).await;
    }

    /// Picks an entry of a list by its value.
    pub(crate) async fn pick(&self, css: &str, value: &str) {
        let picked = self.find(css).await.select_by_value(value).await;
        picked.unwrap_or_else(|error| panic!("{css} offers no {value}: {error}"));
    }

    /// What the first such element says.
    pub(crate) async fn text_of(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap_or_else(|error| panic!("{css} cannot be read: {error}"))
    }

    /// Sees this text on the page within a moment.
    pub(crate) async fn sees(&self, text: &str) {
        for _ in 0..50 {
            if self.text().await.contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("“{text}” is not on {}:\n{}", self.path().await, self.text().await);
    }

    /// Nothing sticks out sideways: no page may scroll to the right on a phone.
    pub(crate) async fn fits(&self) {
        let (_, _, width, _) = self.find("html").await.rectangle().await.expect("the page has a size");
        if self.way.0 == Screen::Phone {
            assert!(width <= 390.5, "{} is {width} px wide on a phone of 390", self.path().await);
        }
        if self.way.1 == Script::On {
            // A phone makes its window as wide as what sticks out: its own width is what counts.
            let screen = if self.way.0 == Screen::Phone { 390 } else { 10_000 };
            let sideways =
                "return document.documentElement.scrollWidth > Math.min(innerWidth, arguments[0]) + 1";
            let wide = self.client.execute(sideways, vec![json!(screen)]).await.expect("script runs");
            assert_eq!(wide, json!(false), "{} scrolls sideways", self.path().await);
        }
    }

    /// Keeps a picture of the page, named after the way it is shown.
    pub(crate) async fn screenshot(&self, name: &str) {
        self.keep_picture(name).await;
    }

    /// Keeps a picture of more of the page than a desktop's screen shows.
    pub(crate) async fn tall_screenshot(&self, name: &str) {
        if self.way.0 == Screen::Desktop {
            let _ = self.client.set_window_size(1280, 1500).await;
            self.keep_picture(name).await;
            let _ = self.client.set_window_size(1280, 900).await;
        }
    }

    /// A number that the page carries as an attribute.
    pub(crate) async fn number(&self, css: &str, attribute: &str) -> u64 {
        let value = self.find(css).await.attr(attribute).await.ok().flatten();
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or_else(|| panic!("{css} has no number {attribute}"))
    }

    async fn keep_picture(&self, name: &str) {
        let Ok(picture) = self.client.screenshot().await else { return };
        let folder = screenshots();
        let (screen, script) = self.way;
        let file = format!("{name}-{screen:?}-script-{script:?}.png").to_lowercase();
        let kept =
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join(&file), picture));
        if let Err(error) = kept {
            eprintln!("the picture {file} was not kept: {error}");
        }
    }
}

/// Crashes the browser's own process.
#[derive(Debug)]
struct Kill;

impl WebDriverCompatibleCommand for Kill {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (hyper::Method, Option<String>) {
        (hyper::Method::POST, Some(json!({ "cmd": "Browser.crash", "params": {} }).to_string()))
    }
}

/// `target/screenshots`, or what `HAILONG_SCREENSHOTS` says.
fn screenshots() -> PathBuf {
    std::env::var_os("HAILONG_SCREENSHOTS")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots"), PathBuf::from)
}

fn capabilities((screen, script): (Screen, Script), profile: &Path) -> Map<String, Value> {
    let size = match screen {
        Screen::Desktop => "--window-size=1280,900",
        Screen::Phone => "--window-size=500,900",
        Screen::Tablet => "--window-size=1024,768",
    };
    let mut options = json!({
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", size, format!("--user-data-dir={}", profile.display()),
        ],
    });
    if screen == Screen::Phone {
        // chromedriver makes a tap with script of its own, and waits for ever where script is off.
        let touch = script == Script::On;
        options["mobileEmulation"] = json!({
            "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "touch": touch, "mobile": true },
        });
    }
    if script == Script::Off {
        options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
    }
    let Value::Object(capabilities) = json!({ "browserName": "chrome", "goog:chromeOptions": options })
    else {
        unreachable!("it is written as an object")
    };
    capabilities
}
