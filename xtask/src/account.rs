//! The account that runs PostgreSQL, which refuses to run as root.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Whether we are root.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}

/// Who runs the server.
pub(crate) enum Account {
    /// We ourselves: not root, nothing to change.
    Ourselves,
    /// Another user, because we are root.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    /// `postgres` if it exists, else `nobody`, when we are root; else ourselves.
    pub(crate) fn unprivileged() -> Result<Self> {
        if !is_root() {
            return Ok(Self::Ourselves);
        }
        let users = std::fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        for wanted in ["postgres", "nobody"] {
            if let Some((uid, gid)) = users.lines().find_map(|line| ids_of(line, wanted)) {
                return Ok(Self::Other { name: wanted.to_owned(), uid, gid });
            }
        }
        bail!(
            "PostgreSQL refuses to run as root and there is neither a user postgres nor nobody to run it as"
        )
    }

    /// Gives a folder to the account.
    pub(crate) fn give(&self, folder: &Path) -> Result<()> {
        if let Self::Other { name, uid, gid } = self {
            std::os::unix::fs::chown(folder, Some(*uid), Some(*gid))
                .with_context(|| format!("cannot give {} to {name}", folder.display()))?;
        }
        Ok(())
    }

    /// A command that runs as the account.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        match self {
            Self::Ourselves => Command::new(program),
            Self::Other { uid, gid, .. } => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}"));
                command.arg("--clear-groups").arg("--").arg(program);
                command
            }
        }
    }
}

/// The user and group number on a line of `/etc/passwd`, if the line is about `wanted`.
fn ids_of(line: &str, wanted: &str) -> Option<(u32, u32)> {
    let mut fields = line.split(':');
    if fields.next()? != wanted {
        return None;
    }
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some((uid, gid))
}

#[cfg(test)]
mod tests {
    use super::ids_of;

    #[test]
    fn a_line_of_passwd_gives_both_numbers() {
        let line = "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash";
        assert_eq!(ids_of(line, "postgres"), Some((101, 104)));
        assert_eq!(ids_of(line, "nobody"), None);
        assert_eq!(ids_of("postgres:x:", "postgres"), None);
    }
}
