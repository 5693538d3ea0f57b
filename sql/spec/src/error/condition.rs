//! The registry of error conditions in use.
//!
//! Names and SQLSTATEs are Spark's, as programs match on them; the words are ours. A condition with a
//! subclass has both in its name, with a dot between. `<name>` in a template is a message parameter
//! of [`SqlError::with`](super::SqlError::with).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A kind of error.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Condition {
    /// Its name, such as `UNRESOLVED_COLUMN.WITH_SUGGESTION`.
    pub name: Cow<'static, str>,
    /// Its SQLSTATE.
    pub sql_state: Cow<'static, str>,
    /// Its message, with `<parameter>`s.
    pub template: Cow<'static, str>,
}

impl Condition {
    /// A condition that is not in the registry: of a plug-in, or received from elsewhere.
    pub const fn new(name: &'static str, sql_state: &'static str, template: &'static str) -> Self {
        Condition {
            name: Cow::Borrowed(name),
            sql_state: Cow::Borrowed(sql_state),
            template: Cow::Borrowed(template),
        }
    }

    /// The name without its subclass.
    pub fn class(&self) -> &str {
        self.name
            .split_once('.')
            .map_or(&self.name, |(class, _)| class)
    }
}

macro_rules! conditions {
    ($($constant:ident = $name:literal, $state:literal, $template:literal;)+) => {
        $(
            #[doc = concat!("`", $name, "`, SQLSTATE ", $state, ": `", $template, "`")]
            pub const $constant: Condition = Condition::new($name, $state, $template);
        )+

        /// Every registered condition.
        pub const ALL: &[Condition] = &[$($constant),+];
    };
}

include!("registry.rs");
