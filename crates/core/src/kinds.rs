//! Enumerations that are written in tables and forms by name.

/// Enumerations whose variants have stable names in tables, forms and language files.
macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $key:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$one])* $variant,)* }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: [Self; [$($key),*].len()] = [$(Self::$variant,)*];

            /// Stable name in tables, forms and language files.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// The one with that stable name.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.key() == key)
            }
        }
    };
}

pub(crate) use kinds;
