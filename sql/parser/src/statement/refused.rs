//! Statements of Hive that Spark knows only to refuse.

use flint_sql_spec::{Result, SqlError, condition};

use crate::cursor::Parser;

/// Their first words, longer ones first where one begins as another does.
const STATEMENTS: [&[&str]; 25] = [
    &["CREATE", "ROLE"],
    &["DROP", "ROLE"],
    &["GRANT", "ROLE"],
    &["GRANT"],
    &["REVOKE", "ROLE"],
    &["REVOKE"],
    &["SHOW", "ROLE", "GRANT"],
    &["SHOW", "GRANT"],
    &["SHOW", "PRINCIPALS"],
    &["SHOW", "ROLES"],
    &["SHOW", "CURRENT", "ROLES"],
    &["SHOW", "COMPACTIONS"],
    &["SHOW", "TRANSACTIONS"],
    &["SHOW", "INDEXES"],
    &["SHOW", "LOCKS"],
    &["EXPORT", "TABLE"],
    &["IMPORT", "TABLE"],
    &["ALTER", "INDEX"],
    &["CREATE", "TEMPORARY", "MACRO"],
    &["DROP", "TEMPORARY", "MACRO"],
    &["LOCK", "TABLE"],
    &["LOCK", "DATABASE"],
    &["UNLOCK", "TABLE"],
    &["UNLOCK", "DATABASE"],
    &["START", "TRANSACTION"],
];

/// Statements of one word.
const WORDS: [&str; 3] = ["COMMIT", "ROLLBACK", "DFS"];

/// What they do to a table, behind `ALTER TABLE` and its name.
const OF_TABLES: [&[&str]; 13] = [
    &["NOT", "CLUSTERED"],
    &["CLUSTERED", "BY"],
    &["NOT", "SORTED"],
    &["SKEWED", "BY"],
    &["NOT", "SKEWED"],
    &["NOT", "STORED", "AS", "DIRECTORIES"],
    &["SET", "SKEWED", "LOCATION"],
    &["EXCHANGE", "PARTITION"],
    &["ARCHIVE", "PARTITION"],
    &["UNARCHIVE", "PARTITION"],
    &["TOUCH"],
    &["COMPACT"],
    &["CONCATENATE"],
];

impl Parser {
    /// The error for such a statement, whatever follows its words.
    pub(super) fn refuse_leftovers(&mut self) -> Result<()> {
        let start = self.start();
        let whole = STATEMENTS.iter().find(|words| self.at_words(words));
        let operation = match whole {
            Some(words) => Some(words.join(" ")),
            None if self.at_any(&WORDS) => Some(self.text_of(self.token()).to_uppercase()),
            None => self.of_table(),
        };
        match operation {
            None => Ok(()),
            Some(operation) => {
                while !self.at_end() {
                    self.bump();
                }
                Err(self.refusal(start, operation))
            }
        }
    }

    pub(super) fn refusal(&self, start: usize, operation: impl Into<String>) -> SqlError {
        self.error_from(start, condition::INVALID_STATEMENT_OR_CLAUSE)
            .with("operation", operation)
    }

    fn of_table(&mut self) -> Option<String> {
        if !self.at_words(&["ALTER", "TABLE"]) {
            return None;
        }
        self.attempt(|parser| {
            parser.expect_words(&["ALTER", "TABLE"])?;
            parser.dotted()?;
            let file_format: &[&str] = &["SET", "FILEFORMAT"];
            let known = OF_TABLES.iter().chain([&file_format]);
            match known.into_iter().find(|words| parser.at_words(words)) {
                Some(words) => Ok(format!("ALTER TABLE {}", words.join(" "))),
                None => Err(parser.unexpected()),
            }
        })
    }
}
