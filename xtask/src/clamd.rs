//! A clamd of our own: Debian's daemon with a database of two lines, on the loopback and a socket, gone at the end.

use crate::account::Account;
use crate::keeper::Keeper;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// The 68 bytes that every scanner calls malicious, by their MD5 and size.
const WHOLE: &str = "44d88612fea8a8f36de82e1278abb02f:68:Hailong.Eicar\n";
/// The words `hailong attachment scanner test` anywhere in a file.
const PART: &str = "Hailong.Mark:0:*:6861696c6f6e67206174746163686d656e74207363616e6e65722074657374\n";

/// The daemon; it lies where only the PATH of root may look.
pub(crate) fn program() -> Option<PathBuf> {
    tools::on_path("clamd").or_else(|| Some(PathBuf::from("/usr/sbin/clamd")).filter(|file| file.is_file()))
}

/// A running daemon; dropping it stops it and removes its folder.
pub(crate) struct Clamd {
    keeper: Keeper,
    addresses: String,
}

impl Clamd {
    /// Starts the daemon on a free port of the loopback and on a socket.
    pub(crate) fn start() -> Result<Self> {
        let program = program().context("clamd was not found")?;
        let account = Account::unprivileged()?;
        let folder = tools::temporary_folder("hailong-clamd")?;
        let (port, socket) = (tools::free_port()?, folder.join("clamd.sock"));
        let (database, settings) = (folder.join("database"), folder.join("clamd.conf"));
        std::fs::create_dir(&database)?;
        std::fs::write(database.join("hailong.hdb"), WHOLE)?;
        std::fs::write(database.join("hailong.ndb"), PART)?;
        let text = format!(
            "Foreground yes\nDatabaseDirectory {}\nTemporaryDirectory {}\nLocalSocket {}\nTCPAddr 127.0.0.1\n\
             TCPSocket {port}\nStreamMaxLength 20M\n",
            database.display(),
            folder.display(),
            socket.display()
        );
        std::fs::write(&settings, text)?;
        for path in
            [&database, &database.join("hailong.hdb"), &database.join("hailong.ndb"), &settings, &folder]
        {
            account.give(path)?;
        }
        let mut daemon = account.command(program);
        daemon.arg(format!("--config-file={}", settings.display()));
        let mut keeper = Keeper::start(&folder, "TERM", &daemon)?;
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() || !socket.exists() {
            if keeper.has_ended() || begun.elapsed() > PATIENCE {
                bail!("clamd did not start; it said: {}", keeper.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { keeper, addresses: format!("127.0.0.1:{port},{}", socket.display()) })
    }

    /// Where it listens, as the tests want it: a port and a socket.
    pub(crate) fn addresses(&self) -> &str {
        &self.addresses
    }

    /// Waits until the daemon ends by itself.
    pub(crate) fn wait(&mut self) -> Result<()> {
        self.keeper.wait()
    }
}
