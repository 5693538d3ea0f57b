//! What a session's settings change in the text of SQL.

/// How text is read. The defaults are Spark's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dialect {
    /// `spark.sql.parser.escapedStringLiterals`: a backslash in a string is one, as in Spark 1.6. Quotes
    /// still end strings where they would.
    pub escaped_string_literals: bool,
    /// `spark.sql.ansi.doubleQuotedIdentifiers`: `"a"` is a name, as `` `a` `` is.
    pub double_quoted_identifiers: bool,
}
