//! A query is one constant in the dialect both engines share, and a write is a query with its parameters.

use crate::value::Value;

/// One SQL text, with numbered parameters `?1`, `?2`…
#[derive(Debug)]
pub(crate) struct Query {
    /// Unique name, for errors and the conformance suite.
    pub(crate) name: &'static str,
    /// The text.
    pub(crate) sql: &'static str,
}

/// A write.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// The text.
    pub(crate) query: &'static Query,
    /// Its parameters.
    pub(crate) params: Vec<Value>,
    /// Whether exactly one row must change; otherwise somebody else was faster.
    pub(crate) must_change: bool,
}

impl Statement {
    /// A write that may change any number of rows.
    pub(crate) fn new(query: &'static Query, params: Vec<Value>) -> Self {
        Self { query, params, must_change: false }
    }

    /// A write that must change exactly one row.
    pub(crate) fn one(query: &'static Query, params: Vec<Value>) -> Self {
        Self { query, params, must_change: true }
    }
}

/// Turns `?1` into `$1` outside of literals.
pub(crate) fn for_postgres(sql: &str) -> String {
    let mut quoted = false;
    let mut text = String::with_capacity(sql.len());
    for c in sql.chars() {
        quoted ^= c == '\'';
        text.push(if c == '?' && !quoted { '$' } else { c });
    }
    text
}

/// Declares query constants and the list of all of them in a module.
macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) static $name: $crate::query::Query =
            $crate::query::Query { name: concat!(module_path!(), "::", stringify!($name)), sql: $sql };)*
        /// Every query of this module, for the conformance suite.
        #[cfg(test)]
        pub(crate) static QUERIES: &[&$crate::query::Query] = &[$(&$name),*];
    };
}

pub(crate) use queries;

/// Notes, in tests, that a text was run on an engine: the conformance suite must run every query on both.
#[cfg(test)]
pub(crate) fn ran(engine: &'static str, sql: &str) {
    let mut ran = RAN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !ran.contains(&(engine, sql.to_owned())) {
        ran.insert((engine, sql.to_owned()));
    }
}

/// What was run in this process.
#[cfg(test)]
pub(crate) static RAN: std::sync::Mutex<std::collections::BTreeSet<(&'static str, String)>> =
    std::sync::Mutex::new(std::collections::BTreeSet::new());

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_are_rewritten_outside_of_literals_only() {
        assert_eq!(
            super::for_postgres("a = ?1 AND b = 'why?1' OR c > ?12"),
            "a = $1 AND b = 'why?1' OR c > $12"
        );
    }
}
