//! What every command is told: where the database is, whose it is, where the keys are.

use std::path::PathBuf;

use anyhow::Context as _;
use hailong_store::{Store, Url, keys::Vault};

/// Number of the authority when none is given: Đầm Dơi district in the statistics office's list.
pub(crate) const AUTHORITY: i64 = 970;

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

impl Database {
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
        match self.demo_seed().await? {
            Some(seed) => self.open_with(Vault::of_demo(seed)).await,
            None => self.open_with(Vault::in_folder(&self.keys)?).await,
        }
    }

    /// Opens the record with these keys.
    pub(crate) async fn open_with(&self, vault: Vault) -> anyhow::Result<Store> {
        Store::open(&self.database, self.authority, vault)
            .await
            .with_context(|| format!("the database {} cannot be used", self.name()))
    }

    /// The seed, when the record is a demo's.
    pub(crate) async fn demo_seed(&self) -> anyhow::Result<Option<u64>> {
        let store = self.open_with(Vault::of_demo(0)).await?;
        let seed = store.setting("demo-seed").await?;
        seed.map(|seed| seed.parse().context("the demo's seed is not a number")).transpose()
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
