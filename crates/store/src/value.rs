//! The values and rows that both engines exchange with the code above them.

use uuid::Uuid;

use crate::StoreError;

/// A parameter or column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// Whole numbers, instants (µs), days, booleans (0/1).
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

macro_rules! from_int {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::Int(i64::from(value))
            }
        }
    )*};
}
from_int!(i64, i32, u32, u16, u8, bool);

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self::Bytes(value.as_bytes().to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Bytes in letters, two for each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One row of an answer, whichever engine gave it.
pub enum Row<'a> {
    /// From SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL.
    Postgres(&'a tokio_postgres::Row),
}

macro_rules! getter {
    ($name:ident, $kind:ty, $doc:literal) => {
        #[doc = $doc]
        ///
        /// # Errors
        /// [`StoreError::Corrupt`] when the column has another type.
        pub fn $name(&self, column: usize) -> Result<$kind, StoreError> {
            match self {
                Self::Sqlite(row) => row.get(column).map_err(StoreError::from),
                Self::Postgres(row) => row.try_get(column).map_err(StoreError::from),
            }
        }
    };
}

impl Row<'_> {
    getter!(int, i64, "A whole number.");
    getter!(opt_int, Option<i64>, "A whole number or nothing.");
    getter!(text, String, "Text.");
    getter!(opt_text, Option<String>, "Text or nothing.");
    getter!(bytes, Vec<u8>, "Bytes.");
    getter!(opt_bytes, Option<Vec<u8>>, "Bytes or nothing.");

    /// An identifier.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the column is not 16 bytes.
    pub fn uuid(&self, column: usize) -> Result<Uuid, StoreError> {
        Uuid::from_slice(&self.bytes(column)?)
            .map_err(|_| StoreError::Corrupt("an identifier is not 16 bytes".into()))
    }

    /// Every column, for comparing tables.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a column has a type we never write.
    pub fn all(&self) -> Result<Vec<Value>, StoreError> {
        match self {
            Self::Sqlite(row) => {
                let columns = row.as_ref().column_count();
                (0..columns).map(|i| sqlite_value(row, i)).collect()
            }
            Self::Postgres(row) => (0..row.len()).map(|i| postgres_value(row, i)).collect(),
        }
    }
}

fn sqlite_value(row: &rusqlite::Row<'_>, column: usize) -> Result<Value, StoreError> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(i) => Value::Int(i),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        // We never write one; comparing shows it.
        ValueRef::Real(real) => Value::Text(format!("{real:?}")),
    })
}

fn postgres_value(row: &tokio_postgres::Row, column: usize) -> Result<Value, StoreError> {
    use tokio_postgres::types::Type;
    let kind = row.columns()[column].type_();
    Ok(match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(column)?.into(),
        Type::TEXT => row.try_get::<_, Option<String>>(column)?.into(),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column)?.into(),
        _ => return Err(StoreError::Corrupt(format!("a column has the unexpected type {kind}"))),
    })
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(i) => ValueRef::Integer(*i),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl tokio_postgres::types::ToSql for Value {
    fn to_sql(
        &self,
        kind: &tokio_postgres::types::Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<tokio_postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(tokio_postgres::types::IsNull::Yes),
            Self::Int(i) => i.to_sql_checked(kind, out),
            Self::Text(text) => text.to_sql_checked(kind, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(kind, out),
        }
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}
