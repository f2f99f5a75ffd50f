//! Files in a folder that only its owner may look into: `ab/abcdef…`, 256 folders by the first two digits of the name.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;

use super::{MOST_SEALED, files_error};
use crate::{StoreError, keys::fresh_bytes, keys::make_private};

/// A folder of files.
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        make_private(folder).map_err(files_error)?;
        Ok(Self { folder: folder.to_owned() })
    }

    pub(super) fn check(&self) -> Result<(), StoreError> {
        fs::read_dir(&self.folder).map(|_| ()).map_err(files_error)
    }

    pub(super) async fn put(&self, id: Uuid, sealed: Vec<u8>) -> Result<(), StoreError> {
        let file = self.file(id);
        away(move || write(&file, &sealed)).await
    }

    pub(super) async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let file = self.file(id);
        away(move || {
            let opened = match File::open(&file) {
                Ok(opened) => opened,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(files_error(error)),
            };
            let mut sealed = Vec::new();
            opened.take(MOST_SEALED as u64 + 1).read_to_end(&mut sealed).map_err(files_error)?;
            if sealed.len() > MOST_SEALED {
                Err(files_error("a file is too large to be ours"))
            } else {
                Ok(Some(sealed))
            }
        })
        .await
    }

    pub(super) async fn remove(&self, id: Uuid) -> Result<(), StoreError> {
        let file = self.file(id);
        away(move || match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(files_error(error)),
            _ => Ok(()),
        })
        .await
    }

    fn file(&self, id: Uuid) -> PathBuf {
        let name = id.simple().to_string();
        self.folder.join(&name[..2]).join(name)
    }
}

/// Disks are slow: not on the threads that answer others.
async fn away<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(files_error)?
}

/// Written whole and flushed under another name, then renamed, and the folder flushed: after a loss of power the file is
/// there as a whole or not at all.
fn write(file: &Path, sealed: &[u8]) -> Result<(), StoreError> {
    let draft = file.with_extension(format!("{}.new", crate::hex(&fresh_bytes()?[..6])));
    let write = || -> std::io::Result<()> {
        let folder = file.parent().unwrap_or(Path::new("."));
        let is_new = !folder.is_dir();
        make_private(folder)?;
        if is_new && let Some(above) = folder.parent() {
            File::open(above)?.sync_all()?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut new = options.open(&draft)?;
        new.write_all(sealed)?;
        new.sync_all()?;
        fs::rename(&draft, file)?;
        File::open(folder)?.sync_all()
    };
    write().inspect_err(|_| drop(fs::remove_file(&draft))).map_err(files_error)
}
