//! Runs a program in the background and promises that it is gone when we are.
//!
//! The keeper is a small shell in a process group of its own that reads from a pipe only we hold. When we finish,
//! panic, are interrupted or killed, the pipe closes; the keeper then stops the program and removes its folder.
//! So nothing is left behind in any case, without handling signals here.

use anyhow::{Context, Result};
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// `$1` is the folder, `$2` the signal that asks the program to stop, the rest is the program. At the end everything
/// that the program left behind in its process group is stopped too: chromedriver leaves browsers.
const SCRIPT: &str = r#"
folder=$1; signal=$2; shift 2
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(read -r _ <&3; kill -s "$signal" $program) 2>/dev/null &
reader=$!
exec 3<&-
wait $program
kill $reader 2>/dev/null
trap '' TERM
kill -s TERM 0
rm -rf "$folder"
"#;

/// A program in the background together with the folder it owns.
pub(crate) struct Keeper {
    shell: Child,
    pipe: Option<ChildStdin>,
    log: File,
}

impl Keeper {
    /// Starts `program`; on drop it gets `signal`, and `folder` is removed.
    pub(crate) fn start(folder: &Path, signal: &str, program: &Command) -> Result<Self> {
        let log = folder.join("log");
        let log = File::options().create(true).truncate(true).read(true).write(true).open(&log);
        let log = log.with_context(|| format!("cannot write into {}", folder.display()))?;
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "keeper"])
            .arg(folder)
            .arg(signal)
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .process_group(0)
            .spawn()
            .context("cannot start sh")?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe, log })
    }

    /// Whether the program has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.shell.try_wait(), Ok(None))
    }

    /// What the program has said so far; readable even after its folder is gone.
    pub(crate) fn log(&mut self) -> String {
        let mut text = String::new();
        let read = self.log.rewind().and_then(|()| self.log.read_to_string(&mut text));
        read.map_or_else(|error| format!("(its log cannot be read: {error})"), |_| text.trim().to_owned())
    }

    /// Waits until the program ends by itself.
    pub(crate) fn wait(&mut self) -> Result<()> {
        while !self.has_ended() {
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.pipe.take());
        if let Err(error) = self.shell.wait() {
            eprintln!("A program that ran beside the tests could not be stopped: {error}");
        }
    }
}
