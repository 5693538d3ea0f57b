//! Names, texts and options of messages.
//!
//! Options are a map on the wire and come in no order. They are sorted by name here, so that one plan
//! is always translated to the same spec; names keep their case.

use std::collections::HashMap;

use flint_sql_spec::{Ident, ObjectName, Options, Result};

/// All names of a list.
pub(crate) fn names(texts: &[String]) -> Vec<Ident> {
    texts.iter().map(|text| text.as_str().into()).collect()
}

/// A name that may be left out.
pub(crate) fn optional(text: Option<&String>) -> Option<Ident> {
    text.map(|text| text.as_str().into())
}

/// A text that means the default when it is empty, as when it is left out.
pub(crate) fn filled(text: Option<&String>) -> Option<Ident> {
    optional(text.filter(|text| !text.is_empty()))
}

/// Options, sorted by name.
pub(crate) fn options(map: &HashMap<String, String>) -> Options {
    let pairs = sorted(map).into_iter();
    pairs
        .map(|(key, value)| (key.into(), value.as_str().into()))
        .collect()
}

/// The pairs of a map, sorted by key.
pub(crate) fn sorted<V>(map: &HashMap<String, V>) -> Vec<(&str, &V)> {
    let mut pairs: Vec<_> = (map.iter()).map(|(key, value)| (&**key, value)).collect();
    pairs.sort_unstable_by_key(|(key, _)| *key);
    pairs
}

/// A table's name as SQL text, taken apart.
///
/// # Errors
/// Spark's conditions for text that is no name.
pub(crate) fn object_name(text: &str) -> Result<ObjectName> {
    flint_sql_parser::parse_name(text).map(ObjectName::Parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_sorted_and_keep_their_case() {
        let map = ["b", "A", "a", "C"].map(|key| (key.to_owned(), format!("{key}!")));
        let found = options(&map.into_iter().collect());
        let keys: Vec<_> = found.iter().map(|(key, _)| &**key).collect();
        assert_eq!(keys, ["A", "C", "a", "b"]);
        assert_eq!(&*found[0].1, "A!");
    }

    #[test]
    fn names_of_tables_are_sql() {
        let parts = object_name("a.`b.c`").expect("a name");
        assert_eq!(parts, ObjectName::of(["a", "b.c"]));
        let error = object_name("a..b").expect_err("an empty part");
        assert_eq!(error.condition().name, "PARSE_SYNTAX_ERROR");
    }
}
