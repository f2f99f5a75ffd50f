//! The real program on a record of its own in a folder.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The program with these arguments, whatever the environment says.
pub(crate) fn hailong(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    command.env_remove("HAILONG_DATABASE").env_remove("HAILONG_KEYS").env_remove("HAILONG_AUTHORITY");
    command.args(arguments);
    command
}

/// Whether it ended well, what it said, and what it said was wrong.
pub(crate) fn output(mut command: Command) -> (bool, String, String) {
    let output = command.output().expect("hailong starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

/// What it said; it must end well.
pub(crate) fn run(command: Command) -> String {
    let words = format!("{command:?}");
    let (fine, said, wrong) = output(command);
    assert!(fine, "{words}: {said}{wrong}");
    said
}

/// What is known of Đầm Dơi.
pub(crate) fn district() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/dam-doi")
}

/// A database in a folder, and the arguments that name it.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) arguments: Vec<String>,
}

impl Place {
    pub(crate) fn new(authority: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite:{}", folder.path().join("record.db").display());
        let keys = folder.path().join(format!("keys-{authority}")).display().to_string();
        let arguments = ["--database", &database, "--authority", authority, "--keys", &keys];
        Self { arguments: arguments.map(str::to_owned).to_vec(), folder }
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = hailong(words);
        command.args(&self.arguments);
        command
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).expect("written");
        file.display().to_string()
    }

    pub(crate) fn report(&self, words: &[&str]) -> Value {
        serde_json::from_str(&run(self.command(words))).expect("the report is JSON")
    }

    pub(crate) fn is_whole(&self) {
        assert!(run(self.command(&["verify"])).contains("The record is whole"));
    }
}
