//! Accounts and sessions: beside the chain. Times here are machine time, in microseconds.

use hailong_core::serve::official::Official;

use crate::{Store, StoreError, query::Statement};

crate::query::queries! {
    KEEP_ACCOUNT = "INSERT INTO account (authority_id, login, official_id, password_hash) VALUES (?1, ?2, ?3, ?4) \
                    ON CONFLICT (authority_id, login) DO UPDATE SET official_id = excluded.official_id, \
                    password_hash = excluded.password_hash";
    READ_ACCOUNT = "SELECT login, official_id, password_hash FROM account WHERE authority_id = ?1 AND login = ?2";
    READ_ACCOUNTS = "SELECT login, official_id, password_hash FROM account WHERE authority_id = ?1 ORDER BY login LIMIT 500";
    KEEP_SESSION = "INSERT INTO session (authority_id, token_hash, login, made_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    READ_SESSION = "SELECT account.official_id, account.login FROM session \
                    JOIN account ON account.authority_id = session.authority_id AND account.login = session.login \
                    WHERE session.authority_id = ?1 AND session.token_hash = ?2 AND session.ends_at > ?3";
    END_SESSION = "DELETE FROM session WHERE authority_id = ?1 AND token_hash = ?2";
    END_SESSIONS = "DELETE FROM session WHERE authority_id = ?1 AND login = ?2";
    DROP_OLD_SESSIONS = "DELETE FROM session WHERE authority_id = ?1 AND ends_at <= ?2";
}

/// A sign-in: a name and a password for an official.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Sign-in name.
    pub login: String,
    /// The official.
    pub official_id: String,
    /// argon2 hash of the password.
    pub password_hash: String,
}

impl Store {
    /// Makes an account, or gives it a new password; its sessions end.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn keep_account(&self, account: &Account) -> Result<(), StoreError> {
        let params = vec![
            self.authority().into(),
            account.login.as_str().into(),
            account.official_id.as_str().into(),
            account.password_hash.as_str().into(),
        ];
        self.committer.side(Statement::new(&KEEP_ACCOUNT, params)).await?;
        let params = vec![self.authority().into(), account.login.as_str().into()];
        self.committer.side(Statement::new(&END_SESSIONS, params)).await
    }

    /// The account with this sign-in name.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn account(&self, login: &str) -> Result<Option<Account>, StoreError> {
        self.row(&READ_ACCOUNT, &[self.authority().into(), login.into()], read).await
    }

    /// All accounts (at most 500).
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.rows(&READ_ACCOUNTS, &[self.authority().into()], read).await
    }

    /// Begins a session; sessions that have ended are dropped.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn begin_session(
        &self,
        token_hash: &[u8],
        login: &str,
        now: i64,
        ends_at: i64,
    ) -> Result<(), StoreError> {
        let params = vec![self.authority().into(), now.into()];
        self.committer.side(Statement::new(&DROP_OLD_SESSIONS, params)).await?;
        let params =
            vec![self.authority().into(), token_hash.into(), login.into(), now.into(), ends_at.into()];
        self.committer.side(Statement::new(&KEEP_SESSION, params)).await
    }

    /// Who is signed in by this token.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn session(
        &self,
        token_hash: &[u8],
        now: i64,
    ) -> Result<Option<(Official, String)>, StoreError> {
        let params = [self.authority().into(), token_hash.into(), now.into()];
        let found = self.row(&READ_SESSION, &params, |row| Ok((row.text(0)?, row.text(1)?))).await?;
        let directory = self.directory();
        Ok(found.and_then(|(official, login)| Some((directory.official(&official).ok()?.clone(), login))))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn end_session(&self, token_hash: &[u8]) -> Result<(), StoreError> {
        let params = vec![self.authority().into(), token_hash.into()];
        self.committer.side(Statement::new(&END_SESSION, params)).await
    }
}

fn read(row: &crate::Row<'_>) -> Result<Account, StoreError> {
    Ok(Account { login: row.text(0)?, official_id: row.text(1)?, password_hash: row.text(2)? })
}
