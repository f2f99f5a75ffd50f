//! What every command is told: where the database is, whose it is, where the keys are.

use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use hailong_store::{
    Store, Url,
    blob::{Blobs, Place},
    clamd::Clamd,
    keys::Vault,
    serve::attachment::Files,
};

/// Number of the authority when none is given: Đầm Dơi district in the statistics office's list.
pub(crate) const AUTHORITY: i64 = 970;

/// The setting by which a record recognises its keys.
const KEYS_CHECK: &str = "keys-check";

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Database {
    /// Where the record is: `sqlite:FILE` or `postgres://USER@HOST/NAME`.
    #[arg(long, env = "HAILONG_DATABASE", default_value = "sqlite:hailong-demo.db")]
    pub(crate) database: Url,
    /// Number of the authority whose record it is.
    #[arg(long, env = "HAILONG_AUTHORITY", default_value_t = AUTHORITY)]
    pub(crate) authority: i64,
    /// Folder of the keys, to be kept apart from the database and its backups. A demo needs none.
    #[arg(long, env = "HAILONG_KEYS", default_value = "hailong.keys")]
    pub(crate) keys: PathBuf,
}

/// Where attachments are kept.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Kept {
    /// Where attachments are kept: a folder, or s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION with the keys of
    /// the store in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    #[arg(long, env = "HAILONG_FILES", default_value = "hailong.files", value_name = "PLACE")]
    pub(crate) files: Place,
}

impl Kept {
    /// Attachments of a demo: beside its file, or where it was started.
    pub(crate) fn of_demo(database: &Url) -> Self {
        let folder = match database {
            Url::Sqlite(path) => path.with_extension("files"),
            Url::Postgres(_) => PathBuf::from("hailong-demo.files"),
        };
        Self { files: Place::Folder(folder) }
    }

    /// Opens the place.
    pub(crate) fn open(&self) -> anyhow::Result<Blobs> {
        let key = |name| std::env::var(name).ok().filter(|key| !key.is_empty());
        let keys = key("AWS_ACCESS_KEY_ID").zip(key("AWS_SECRET_ACCESS_KEY"));
        Blobs::open(&self.files, keys).context("the place of the attachments cannot be used (--files)")
    }

    /// Opens the place to serve from it, with a scanner when there is one. A place or a scanner that does not answer at
    /// this moment is said and does not keep the rest from being served.
    pub(crate) async fn files(&self, scanner: Option<Clamd>) -> anyhow::Result<Files> {
        let blobs = self.open()?;
        if let Err(error) = blobs.check().await {
            tracing::error!(%error, "the place of the attachments does not answer");
        }
        if let Some(clamd) = &scanner
            && let Err(why) = clamd.scan(b"").await
        {
            tracing::error!(%clamd, why, "the virus scanner does not answer: no attachment is taken until it does");
        }
        Ok(Files { blobs, scanner })
    }
}

impl Database {
    /// The database that is measured in, a demo's or a new one.
    pub(crate) fn of_bench(url: &Url) -> Self {
        Self { database: url.clone(), authority: AUTHORITY, keys: "hailong-bench.keys".into() }
    }

    /// Opens the record with the keys that belong to it.
    pub(crate) async fn open(&self) -> anyhow::Result<Store> {
        if let Url::Sqlite(path) = &self.database
            && !path.exists()
        {
            anyhow::bail!(
                "there is no database at {}: `hailong demo` makes one to look at, or give --database",
                path.display()
            );
        }
        // Which keys belong to it is only known by looking; looking needs none.
        let peek = self.open_with(Vault::of_demo(0)).await?;
        match demo_seed(&peek).await? {
            Some(seed) => {
                drop(peek);
                self.open_with(Vault::of_demo(seed)).await
            }
            None => self.open_real(peek).await,
        }
    }

    /// Opens a database that may not be there yet, for a record that is to begin.
    pub(crate) async fn create(&self) -> anyhow::Result<Store> {
        let peek = self.open_with(Vault::of_demo(0)).await?;
        ensure!(
            demo_seed(&peek).await?.is_none(),
            "{} holds a demo of this authority: give another --database",
            self.name()
        );
        self.open_real(peek).await
    }

    /// Opens a record that is no demo: only with the very keys that it was begun with.
    async fn open_real(&self, peek: Store) -> anyhow::Result<Store> {
        let known = peek.setting(KEYS_CHECK).await?;
        let begun = known.is_some() || peek.head().await?.0 > 0;
        drop(peek);
        ensure!(
            !begun || Vault::is_in_folder(&self.keys),
            "the folder {} does not hold the keys of this record: give the right one with --keys. No new keys are \
             made for a record that has begun, because everything in it would be unreadable",
            self.keys.display()
        );
        self.keys_are_of_this_authority()?;
        let store = self.open_with(Vault::in_folder(&self.keys)?).await?;
        let mark = store.vault().mark();
        match known {
            Some(known) => ensure!(
                known == mark,
                "the keys in {} belong to another record: give the right folder with --keys",
                self.keys.display()
            ),
            None => store.keep_setting(KEYS_CHECK, &mark).await?,
        }
        Ok(store)
    }

    /// Two authorities may live in one database, but never share a folder of keys: the keys of open ballot boxes are
    /// named after offices, and an office of the one could have the key of the other's.
    fn keys_are_of_this_authority(&self) -> anyhow::Result<()> {
        let mark = self.keys.join("authority");
        match std::fs::read_to_string(&mark) {
            Ok(owner) => ensure!(
                owner.trim() == self.authority.to_string(),
                "the keys in {} belong to authority {}: give authority {} a folder of its own with --keys",
                self.keys.display(),
                owner.trim(),
                self.authority
            ),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Vault::in_folder(&self.keys)?;
                std::fs::write(&mark, self.authority.to_string())
                    .with_context(|| format!("{} cannot be written", mark.display()))?;
            }
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", mark.display())),
        }
        Ok(())
    }

    /// Opens the record with these keys.
    pub(crate) async fn open_with(&self, vault: Vault) -> anyhow::Result<Store> {
        Store::open(&self.database, self.authority, vault)
            .await
            .with_context(|| format!("the database {} cannot be used", self.name()))
    }

    /// The database's name without a password.
    pub(crate) fn name(&self) -> String {
        match &self.database {
            Url::Sqlite(path) => format!("sqlite:{}", path.display()),
            Url::Postgres(url) => match url.split_once('@') {
                Some((_, place)) => format!("postgres://{place}"),
                None => url.clone(),
            },
        }
    }
}

/// The seed, when the record is a demo's.
async fn demo_seed(store: &Store) -> anyhow::Result<Option<u64>> {
    let seed = store.setting("demo-seed").await?;
    // Settings stand beside the chain, where anybody with the file could add one; what the chain says decides.
    match (seed, store.directory().authority.demo) {
        (Some(seed), true) => Ok(Some(seed.parse().context("the demo's seed is not a number")?)),
        (None, false) => Ok(None),
        (Some(_), false) => {
            bail!("this record is no demo, but a demo's seed was put beside it: somebody changed it")
        }
        (None, true) => {
            bail!("this demo has no seed: go on with `hailong demo`, or begin anew with --fresh")
        }
    }
}
