//! The registry of configuration keys: type, default, state and meaning of each.
//!
//! The state is a promise to users. *Acts*: setting the key changes what the engine does.
//! *Accepted without effect*: the key means nothing here (there is no JVM, no such part, or not
//! yet), and ignoring it can't make an answer wrong or a secret public. *Refused*: a program that
//! sets it relies on something that Flint does not do, so that setting it to anything but its
//! default is an error. [`markdown`] prints the registry for the documentation.

mod keys;

use crate::error::Result;

use super::size::{ByteUnit, TimeUnit, parse_bytes, parse_duration};

/// The form of a key's values.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number of at least this.
    Int {
        /// The least value.
        min: i64,
    },
    /// A number in this closed range.
    Double {
        /// The least value.
        min: f64,
        /// The largest value.
        max: f64,
    },
    /// A size; a number without a unit is in this one.
    Bytes(ByteUnit),
    /// A time; a number without a unit is in this one.
    Duration(TimeUnit),
    /// One of these, in any case.
    OneOf(&'static [&'static str]),
    /// One of the first, in any case; Spark also knows the second, which Flint does not have yet.
    SomeOf {
        /// Values that can be set.
        names: &'static [&'static str],
        /// Values that are refused.
        missing: &'static [&'static str],
    },
}

/// What Flint does with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It changes what the engine does.
    Acts,
    /// It is stored and readable, warned about once, and changes nothing.
    AcceptedWithoutEffect,
    /// Setting it to anything but its default is an error, for this reason.
    Refused(&'static str),
}

/// A registered key.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The key. One that ends in `*` stands for all that begin so.
    pub key: &'static str,
    /// The form of its values.
    pub kind: Kind,
    /// The value in force if none is set.
    pub default: Option<&'static str>,
    /// What Flint does with it.
    pub state: State,
    /// What it means.
    pub doc: &'static str,
}

impl Entry {
    /// An entry for a registry of a layer above.
    pub const fn new(
        key: &'static str,
        kind: Kind,
        default: Option<&'static str>,
        state: State,
        doc: &'static str,
    ) -> Entry {
        Entry {
            key,
            kind,
            default,
            state,
            doc,
        }
    }

    /// Whether the value may be set for `key`, which this entry was found for.
    ///
    /// # Errors
    /// [`Error::Conf`](crate::Error::Conf) with the reason why not.
    pub fn check(&self, key: &str, value: &str) -> Result<()> {
        let refused = match self.state {
            State::Refused(why) if self.default != Some(value.trim()) => Err(why.to_owned()),
            _ => self.kind.check(value),
        };
        refused.map_err(|reason| super::conf_error(key, value, reason))
    }
}

impl Kind {
    fn check(self, value: &str) -> Result<(), String> {
        match self {
            Kind::Text => Ok(()),
            Kind::Bool => super::parse_bool(value).map(drop),
            Kind::Int { min } => match super::parse_int(value)? {
                n if n < min => Err(format!("it must be at least {min}")),
                _ => Ok(()),
            },
            Kind::Double { min, max } => match super::parse_double(value)? {
                x if x < min || x > max => Err(format!("it must be between {min} and {max}")),
                _ => Ok(()),
            },
            Kind::Bytes(unit) => parse_bytes(value, unit).map(drop),
            Kind::Duration(unit) => parse_duration(value, unit).map(drop),
            Kind::OneOf(names) => check_name(value, names, &[]),
            Kind::SomeOf { names, missing } => check_name(value, names, missing),
        }
    }

    /// The form in a word or two.
    fn name(self) -> String {
        match self {
            Kind::Text => "text".to_owned(),
            Kind::Bool => "bool".to_owned(),
            Kind::Int { min } => format!("int ≥ {min}"),
            Kind::Double { min, max } if max == f64::MAX => format!("number ≥ {min}"),
            Kind::Double { min, max } => format!("number {min} to {max}"),
            Kind::Bytes(unit) => format!("size ({})", byte_unit(unit)),
            Kind::Duration(unit) => format!("time ({})", time_unit(unit)),
            Kind::OneOf(names) | Kind::SomeOf { names, .. } => names.join(", "),
        }
    }
}

fn check_name(value: &str, names: &[&str], missing: &[&str]) -> Result<(), String> {
    let among = |names: &[&str]| names.iter().any(|n| n.eq_ignore_ascii_case(value.trim()));
    if among(names) {
        Ok(())
    } else if among(missing) {
        Err(format!(
            "Flint does not have it yet; it has {}",
            names.join(", ")
        ))
    } else {
        Err(format!("it must be one of {}", names.join(", ")))
    }
}

fn byte_unit(unit: ByteUnit) -> &'static str {
    match unit {
        ByteUnit::Byte => "b",
        ByteUnit::Kibibyte => "k",
        ByteUnit::Mebibyte => "m",
        ByteUnit::Gibibyte => "g",
        ByteUnit::Tebibyte => "t",
        ByteUnit::Pebibyte => "p",
    }
}

fn time_unit(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Microsecond => "us",
        TimeUnit::Millisecond => "ms",
        TimeUnit::Second => "s",
        TimeUnit::Minute => "min",
        TimeUnit::Hour => "h",
        TimeUnit::Day => "d",
    }
}

/// The entry of a key: its own, else the one of its longest registered prefix.
///
/// ```
/// use flint_core::conf::{State, registry};
/// let entry = registry::entry("spark.driver.maxResultSize").unwrap();
/// assert_eq!((entry.default, entry.state), (Some("1g"), State::Acts));
/// assert_eq!(registry::entry("spark.hadoop.fs.s3a.endpoint").unwrap().key, "spark.hadoop.*");
/// assert!(registry::entry("my.own.key").is_none());
/// ```
pub fn entry(key: &str) -> Option<&'static Entry> {
    let entries = entries();
    match entries.binary_search_by(|e| e.key.cmp(key)) {
        Ok(found) => Some(&entries[found]),
        Err(_) => entries
            .iter()
            .filter(|e| {
                e.key
                    .strip_suffix('*')
                    .is_some_and(|prefix| key.starts_with(prefix))
            })
            .max_by_key(|e| e.key.len()),
    }
}

/// All entries, sorted by key.
pub fn entries() -> &'static [Entry] {
    keys::ENTRIES
}

/// The registry as a Markdown table.
pub fn markdown() -> String {
    let mut table =
        String::from("| Key | Default | Form | State | Meaning |\n|---|---|---|---|---|\n");
    for e in entries() {
        let default = e
            .default
            .map_or_else(|| "(none)".to_owned(), |d| format!("`{d}`"));
        let (state, why) = match e.state {
            State::Acts => ("acts", None),
            State::AcceptedWithoutEffect => ("accepted without effect", None),
            State::Refused(why) => ("refused", Some(why)),
        };
        let why = why.map(|w| format!(" Refused: {w}.")).unwrap_or_default();
        let row = format!(
            "| `{}` | {default} | {} | {state} | {}{why} |\n",
            e.key,
            e.kind.name(),
            e.doc
        );
        table.push_str(&row);
    }
    table
}
