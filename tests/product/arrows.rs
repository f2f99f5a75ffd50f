//! The shape of the house, held by a test: arrows between crates, the purity of the inner crates, the size of files
//! and the mirrored folders. A failure says which file breaks which rule and what to do about it.

use std::fs;
use std::path::{Path, PathBuf};

/// What each crate may name, from left to right: hailong → web → {render, store} → core → stats.
const ARROWS: &[(&str, &[&str])] = &[
    ("hailong", &["hailong-web", "hailong-render", "hailong-store", "hailong-core", "hailong-stats"]),
    ("hailong-web", &["hailong-render", "hailong-store", "hailong-core", "hailong-stats"]),
    ("hailong-render", &["hailong-core", "hailong-stats"]),
    ("hailong-store", &["hailong-core", "hailong-stats"]),
    ("hailong-core", &["hailong-stats"]),
    ("hailong-stats", &[]),
    ("xtask", &[]),
];

/// What the pure crates may not name, neither in their source nor in their manifest.
const IMPURE: &[&str] = &[
    "SystemTime",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "tokio",
    "rusqlite",
    "rand",
    "async fn",
];

const PURE: &[&str] = &["core", "stats"];
const VERBS: &[&str] = &["serve", "listen", "measure", "improve"];
const LONGEST: usize = 700;

/// Things of the outer crates without a counterpart in core, each with its reason.
const WITHOUT_COUNTERPART: &[(&str, &str)] = &[
    ("serve/home", "the door leads to things and is none"),
    ("serve/sign_in", "who is signed in is no event and nothing that core decides"),
    ("serve/track", "looking a case up decides nothing; what is shown is core's case"),
    ("serve/apply", "handing in over the network is core's case, opened by the applicant"),
    ("serve/guidance", "guidance kept at the counter is part of core's case"),
    ("listen/inbox", "the opinions that wait at a desk: each is core's opinion, the list decides nothing"),
    ("measure/figures", "a page of many figures, each of which is core's figure"),
];

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate lies two folders below the root").to_owned()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()))
}

/// Every file below a folder whose name ends in one of these endings.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().is_some_and(|end| endings.iter().any(|wanted| end == *wanted)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn below_root(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "\n\n{}\n", broken.join("\n"));
}

/// A manifest's own name and all packages it depends on, for whatever purpose.
struct Manifest {
    file: String,
    name: String,
    dependencies: Vec<String>,
}

impl Manifest {
    fn parse(file: &Path) -> Self {
        let text = read(file);
        let (mut name, mut dependencies, mut section) = (String::new(), Vec::new(), String::new());
        for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
            if let Some(title) = line.strip_prefix('[') {
                section = title.trim_end_matches(']').replace(['"', '\''], "");
                // [dependencies.hailong-core] names a package in the title itself.
                if let Some((before, package)) = section.rsplit_once('.')
                    && before.ends_with("dependencies")
                {
                    dependencies.push(package.to_owned());
                }
            } else if let Some((key, value)) = line.split_once('=') {
                let key = key.trim().trim_matches('"').split('.').next().unwrap_or_default();
                if section == "package" && key == "name" {
                    name = value.trim().trim_matches('"').to_owned();
                } else if section.ends_with("dependencies") {
                    dependencies.push(key.to_owned());
                    dependencies.extend(renamed(value));
                } else if section.contains("dependencies.") && key == "package" {
                    dependencies.push(value.trim().trim_matches('"').to_owned());
                }
            }
        }
        Self { file: below_root(file), name, dependencies }
    }
}

/// The real package in `{ package = "hailong-core", … }`.
fn renamed(value: &str) -> Option<String> {
    let (_, rest) = value.split_once("package")?;
    rest.split('"').nth(1).map(str::to_owned)
}

fn manifests() -> Vec<Manifest> {
    let mut all: Vec<PathBuf> = fs::read_dir(root().join("crates"))
        .expect("there is a folder crates")
        .flatten()
        .map(|entry| entry.path().join("Cargo.toml"))
        .filter(|file| file.is_file())
        .collect();
    all.push(root().join("xtask/Cargo.toml"));
    all.sort();
    all.iter().map(|file| Manifest::parse(file)).collect()
}

#[test]
fn crates_depend_along_the_arrows_only() {
    let manifests = manifests();
    let mut broken = Vec::new();
    for Manifest { file, name, dependencies } in &manifests {
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| from == name) else {
            broken
                .push(format!("{file}: the crate {name} has no place in the order; give it one in ARROWS."));
            continue;
        };
        let ours = dependencies.iter().filter(|to| ARROWS.iter().any(|(known, _)| known == to));
        for to in ours.filter(|to| !allowed.contains(&to.as_str())) {
            broken.push(format!(
                "{file}: {name} names {to}, against hailong → web → {{render, store}} → core → stats. \
                 Move what both need to the right, or hand it over as an argument."
            ));
        }
    }
    for (name, _) in ARROWS.iter().filter(|(name, _)| manifests.iter().all(|found| found.name != *name)) {
        broken.push(format!("ARROWS names {name}, but no manifest does; take it out."));
    }
    assert_none(&broken);
}

#[test]
fn core_and_stats_are_pure() {
    let mut broken = Vec::new();
    for krate in PURE {
        let folder = root().join("crates").join(krate);
        let manifest = Manifest::parse(&folder.join("Cargo.toml"));
        for name in manifest.dependencies.iter().filter(|name| IMPURE.contains(&name.as_str())) {
            broken.push(format!("{}: {krate} is pure and may not depend on {name}.", manifest.file));
        }
        for file in files(&folder.join("src"), &["rs"]) {
            for (number, word) in impure_words(&read(&file)) {
                broken.push(format!(
                    "{}:{number}: {krate} is pure and may not name {word}. Take the time, the random bytes or the \
                     file's content as an argument and do the rest in store, web or hailong.",
                    below_root(&file)
                ));
            }
        }
    }
    assert_none(&broken);
}

/// Line numbers and forbidden words; comments and the tests at the end of a file do not count.
fn impure_words(text: &str) -> Vec<(usize, &'static str)> {
    let product = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = Vec::new();
    for (index, line) in product.lines().enumerate() {
        let code = spelled_out(line.split("//").next().unwrap_or_default());
        found.extend(IMPURE.iter().filter(|word| has_word(&code, word)).map(|word| (index + 1, *word)));
    }
    found
}

/// `use std::{fs, env}` with each name written in full behind it.
fn spelled_out(code: &str) -> String {
    let mut full = code.to_owned();
    if let Some((_, group)) = code.split_once("std::{") {
        for name in group.split([',', '{', '}', ';', ' ']).filter(|name| !name.is_empty()) {
            full.push_str(" std::");
            full.push_str(name);
        }
    }
    full
}

fn has_word(code: &str, word: &str) -> bool {
    let part_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = code[start + word.len()..].chars().next();
        !before.is_some_and(part_of_a_name) && !after.is_some_and(part_of_a_name)
    })
}

#[test]
fn no_source_file_is_too_long() {
    let mut broken = Vec::new();
    for folder in ["crates", "xtask", "tests"] {
        for file in files(&root().join(folder), &["rs", "html", "css", "js", "sql"]) {
            let lines = read(&file).lines().count();
            if lines > LONGEST {
                broken.push(format!(
                    "{}: {lines} lines, and nobody reads more than {LONGEST}. Split it by thing.",
                    below_root(&file)
                ));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn verb_folders_mirror_core() {
    let mut broken = Vec::new();
    let mut used = Vec::new();
    for (krate, verb) in
        ["store", "render", "web"].iter().flat_map(|krate| VERBS.iter().map(move |verb| (krate, verb)))
    {
        let in_core = things(&root().join("crates/core/src").join(verb));
        for thing in things(&root().join("crates").join(krate).join("src").join(verb)) {
            let name = format!("{verb}/{thing}");
            if WITHOUT_COUNTERPART.iter().any(|(listed, _)| *listed == name) {
                used.push(name);
            } else if !in_core.contains(&thing) {
                broken.push(format!(
                    "crates/{krate}/src/{name}: a thing has the same name in every layer, and there is no \
                     crates/core/src/{name}. Name it after its thing in core, or list {name} with a reason in \
                     WITHOUT_COUNTERPART."
                ));
            }
        }
    }
    for (listed, _) in
        WITHOUT_COUNTERPART.iter().filter(|(listed, _)| !used.iter().any(|name| name == listed))
    {
        broken.push(format!("WITHOUT_COUNTERPART lists {listed}, which no crate has; take it out."));
    }
    assert_none(&broken);
}

/// The things in a verb folder: its files and folders, without their endings.
fn things(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let ours = paths.filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"));
    let mut things: Vec<String> = ours
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "mod" && name != "tests")
        .collect();
    things.sort();
    things.dedup();
    things
}

#[test]
fn the_guards_themselves_see_what_they_should() {
    assert_eq!(impure_words("use std::{fmt, fs};\nfn operand() {} // tokio\n"), [(1, "std::fs")]);
    assert_eq!(impure_words("pub async fn f() {}\nrand::random()"), [(1, "async fn"), (2, "rand")]);
    assert_eq!(impure_words("fn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }"), []);
    assert_eq!(renamed(r#"{ package = "hailong-web", path = "../web" }"#).as_deref(), Some("hailong-web"));
}
