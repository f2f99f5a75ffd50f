//! The demo, served by the real program on a port of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);

/// A running demo; dropping it stops it and removes its database.
pub(crate) struct Demo {
    program: Child,
    folder: tempfile::TempDir,
    cases: u32,
    /// Where it listens, without a slash at the end.
    pub(crate) address: String,
    /// Everything it said until it listened: the sign-ins among it.
    pub(crate) said: Vec<String>,
}

impl Demo {
    /// Plays the district's quarter into a temporary database and waits until it is served.
    pub(crate) fn start() -> Self {
        Self::of(14_437)
    }

    /// The same with so many cases.
    pub(crate) fn of(cases: u32) -> Self {
        Self::serve(tempfile::tempdir().expect("a temporary folder"), cases)
    }

    /// Stops it and serves the same record again.
    pub(crate) fn again(mut self) -> Self {
        let _ = self.program.kill();
        let _ = self.program.wait();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a temporary folder"));
        Self::serve(folder, self.cases)
    }

    fn serve(folder: tempfile::TempDir, cases: u32) -> Self {
        let database = format!("sqlite:{}", folder.path().join("demo.db").display());
        let mut program = Command::new(env!("CARGO_BIN_EXE_hailong"))
            .args([
                "demo",
                "--cases",
                &cases.to_string(),
                "--seed",
                "1",
                "--listen",
                "127.0.0.1:0",
                "--database",
                &database,
            ])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (sender, lines) = mpsc::channel();
        let output = program.stdout.take().expect("its output is piped");
        // The thread reads on after we stopped listening, so that the program never waits for a reader.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let (mut said, mut address) = (Vec::new(), None);
        let begun = Instant::now();
        loop {
            // After the address the sign-ins follow at once; a short silence means that all was said.
            let patience = if address.is_some() { Duration::from_millis(500) } else { PATIENCE };
            match lines.recv_timeout(patience) {
                Ok(line) => {
                    address = address.or_else(|| address_in(&line));
                    said.push(line);
                }
                Err(RecvTimeoutError::Timeout) if address.is_some() => break,
                Err(_) => panic!("the demo did not say where it listens ({:?}): {said:#?}", begun.elapsed()),
            }
        }
        Self { program, folder, cases, address: address.expect("the loop ends with one"), said }
    }
}

impl Demo {
    /// The file of its record.
    pub(crate) fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("demo.db")
    }

    /// Makes a sign-in for one more official of the district, named like the official.
    pub(crate) fn admit(&self, official: &str, password: &str) {
        let database = format!("sqlite:{}", self.folder.path().join("demo.db").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"))
            .args(["account", "--database", &database, official, official])
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut input = command.stdin.take().expect("its input is piped");
        input.write_all(password.as_bytes()).expect("it reads the password");
        drop(input);
        assert!(command.wait().expect("it ends").success(), "{official} gets no sign-in");
    }

    /// The sign-in name and password that the demo announced for a role.
    pub(crate) fn sign_in(&self, role: &str) -> (String, String) {
        let line = self.said.iter().find(|line| line.split_whitespace().next() == Some(role));
        let mut words = line.into_iter().flat_map(|line| line.split_whitespace()).skip(1).map(str::to_owned);
        match (words.next(), words.next()) {
            (Some(login), Some(password)) => (login, password),
            _ => panic!("the demo announced no sign-in for {role}: {:#?}", self.said),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// The `http://127.0.0.1:PORT` in a line.
fn address_in(line: &str) -> Option<String> {
    let address = &line[line.find("http://127.0.0.1:")?..];
    let port = address["http://127.0.0.1:".len()..].split(|c: char| !c.is_ascii_digit()).next()?;
    Some(format!("http://127.0.0.1:{port}"))
}
