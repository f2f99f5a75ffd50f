//! Keys, kept apart from the database: the master key, and one key per open ballot box and batch of paper,
//! destroyed when it is sealed or sent.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock},
};

use hailong_core::{
    listen::{held, rating::BallotBox},
    secret::{SecretKey, Secrets, derive_key},
    serve::applicant::Group,
};
use uuid::Uuid;

use crate::{Store, StoreError, hex};

/// File of the master key in its folder.
const MASTER: &str = "master.key";

/// Where keys live.
pub struct Vault {
    secrets: Secrets,
    place: Place,
    boxes: Mutex<HashMap<String, SecretKey>>,
}

enum Place {
    /// A folder, one file per key, readable by the owner only.
    Folder(PathBuf),
    /// Derived from the demo's seed: repeatable, and therefore no secret at all.
    Demo(SecretKey),
}

/// 32 fresh random bytes from the operating system.
///
/// # Errors
/// When the operating system gives none.
pub fn fresh_bytes() -> Result<[u8; 32], StoreError> {
    static SOURCE: OnceLock<File> = OnceLock::new();
    let mut source = match SOURCE.get() {
        Some(source) => source,
        None => {
            let opened = File::open("/dev/urandom").map_err(keys_error)?;
            SOURCE.get_or_init(|| opened)
        }
    };
    let mut bytes = [0; 32];
    source.read_exact(&mut bytes).map_err(keys_error)?;
    Ok(bytes)
}

fn keys_error(error: std::io::Error) -> StoreError {
    StoreError::Keys(error.to_string())
}

impl Vault {
    /// The keys in a folder; it and a fresh master key are made when missing.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        make_private(folder).map_err(keys_error)?;
        make_private(&folder.join("boxes")).map_err(keys_error)?;
        let master = read_or_make(&folder.join(MASTER))?;
        Ok(Self {
            secrets: Secrets::from_master(&master),
            place: Place::Folder(folder.to_owned()),
            boxes: Mutex::default(),
        })
    }

    /// Whether a folder holds a master key.
    pub fn is_in_folder(folder: &Path) -> bool {
        folder.join(MASTER).is_file()
    }

    /// A mark by which a record recognises its keys; it tells nothing about them.
    pub fn mark(&self) -> String {
        hex(&self.secrets.blind_index("vault", "mark"))
    }

    /// The keys of a demo, derived from its seed: the same every time, for show only.
    pub fn of_demo(seed: u64) -> Self {
        let mut bytes = [0x5a; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let master = derive_key(&SecretKey::new(bytes), "demo");
        Self { secrets: Secrets::from_master(&master), place: Place::Demo(master), boxes: Mutex::default() }
    }

    /// The installation's derived keys.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The key of a box that is open; made, and safely kept, at the first use.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn box_key(&self, ballot_box: &BallotBox) -> Result<SecretKey, StoreError> {
        self.named_key(&ballot_box.key_name())
    }

    /// The key of that name, of a box or a batch of paper; made, and safely kept, at the first use.
    pub(crate) fn named_key(&self, name: &str) -> Result<SecretKey, StoreError> {
        let mut boxes = self.boxes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(key) = boxes.get(name) {
            return Ok(key.clone());
        }
        let key = match &self.place {
            Place::Folder(folder) => read_or_make(&key_file(folder, name))?,
            Place::Demo(master) => derive_key(master, name),
        };
        boxes.insert(name.to_owned(), key.clone());
        Ok(key)
    }

    /// Destroys the key of a box that was sealed: what was encrypted under it can never be read again.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn destroy(&self, ballot_box: &BallotBox) -> Result<(), StoreError> {
        self.destroy_named(&ballot_box.key_name())
    }

    /// Destroys the key of that name.
    pub(crate) fn destroy_named(&self, name: &str) -> Result<(), StoreError> {
        self.boxes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(name);
        let Place::Folder(folder) = &self.place else { return Ok(()) };
        let file = key_file(folder, name);
        let length = match fs::metadata(&file) {
            Ok(found) => found.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(keys_error(error)),
        };
        let overwrite = || -> std::io::Result<()> {
            let mut old = OpenOptions::new().write(true).open(&file)?;
            old.write_all(&vec![0; length as usize])?;
            old.sync_all()?;
            fs::remove_file(&file)?;
            sync_parent(&file)
        };
        overwrite().map_err(keys_error)
    }
}

impl Vault {
    /// The names of the keys in the folder, in parts.
    fn kept_names(&self) -> Result<Vec<Vec<String>>, StoreError> {
        let Place::Folder(folder) = &self.place else { return Ok(Vec::new()) };
        let mut kept = Vec::new();
        for entry in fs::read_dir(folder.join("boxes")).map_err(keys_error)? {
            let name = entry.map_err(keys_error)?.file_name().to_string_lossy().into_owned();
            kept.extend(name.strip_suffix(".key").map(|name| name.split('.').map(str::to_owned).collect()));
        }
        Ok(kept)
    }

    /// The boxes whose keys lie in the folder.
    fn kept(&self) -> Result<Vec<BallotBox>, StoreError> {
        let a_box = |name: Vec<String>| match &name[..] {
            [kind, office, group, serial] if kind == "box" => Some(BallotBox {
                office_id: office.clone(),
                group: Group::from_key(group)?,
                serial: serial.parse().ok()?,
            }),
            _ => None,
        };
        Ok(self.kept_names()?.into_iter().filter_map(a_box).collect())
    }

    /// The slips that wait whose keys lie in the folder: office, group of applicants and version.
    fn kept_held(&self) -> Result<Vec<(String, Group, i64)>, StoreError> {
        let held = |name: Vec<String>| match &name[..] {
            [kind, office, group, version] if kind == "held" => {
                Some((office.clone(), Group::from_key(group)?, version.parse().ok()?))
            }
            _ => None,
        };
        Ok(self.kept_names()?.into_iter().filter_map(held).collect())
    }

    /// The batches of paper whose keys lie in the folder.
    pub(crate) fn kept_papers(&self) -> Result<Vec<Uuid>, StoreError> {
        let a_batch = |name: Vec<String>| match &name[..] {
            [kind, batch] if kind == "paper" => Uuid::parse_str(batch).ok(),
            _ => None,
        };
        Ok(self.kept_names()?.into_iter().filter_map(a_batch).collect())
    }
}

impl Store {
    /// Destroys the keys of boxes that were sealed, and of waiting slips that were encrypted anew, although their key is still there: the program was stopped
    /// between sealing and destroying, or somebody asked for the key at that very moment.
    pub(crate) async fn destroy_old_keys(&self) -> Result<(), StoreError> {
        for kept in self.vault().kept()? {
            if self.open_serial(&kept).await?.is_some_and(|serial| kept.serial < serial) {
                self.vault().destroy(&kept)?;
            }
        }
        for (office, group, version) in self.vault().kept_held()? {
            if version < self.held_at(&office, group).await?.version {
                self.vault().destroy_named(&held::key_name(&office, group, version))?;
            }
        }
        Ok(())
    }
}

/// A folder that only its owner may look into.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn key_file(folder: &Path, name: &str) -> PathBuf {
    folder.join("boxes").join(format!("{}.key", name.replace('/', ".")))
}

/// The key in a file; a fresh one, flushed to the disk before it is used, when there is none.
fn read_or_make(file: &Path) -> Result<SecretKey, StoreError> {
    match fs::read(file) {
        Ok(bytes) => {
            let bytes: [u8; 32] = bytes
                .try_into()
                .map_err(|_| StoreError::Keys(format!("{} does not hold 32 bytes", file.display())))?;
            Ok(SecretKey::new(bytes))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => make(file),
        Err(error) => Err(keys_error(error)),
    }
}

fn make(file: &Path) -> Result<SecretKey, StoreError> {
    let key = SecretKey::new(fresh_bytes()?);
    // Written whole under another name, then linked: another process that makes the same key at this moment
    // either wins, and we read its key, or loses, and reads ours.
    let mut draft = file.to_owned();
    let suffix: [u8; 32] = fresh_bytes()?;
    draft.set_extension(format!("{}.new", hex(&suffix[..4])));
    let write = || -> std::io::Result<bool> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut new = options.open(&draft)?;
        new.write_all(key.expose())?;
        new.sync_all()?;
        let won = match fs::hard_link(&draft, file) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            Err(error) => return Err(error),
        };
        fs::remove_file(&draft)?;
        sync_parent(file)?;
        Ok(won)
    };
    if write().map_err(keys_error)? { Ok(key) } else { read_or_make(file) }
}

fn sync_parent(file: &Path) -> std::io::Result<()> {
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
