//! [`Completion`]: what Tab offers.
//!
//! The words before the cursor say what may come: behind FROM, JOIN and the like a table or schema;
//! behind a dot the columns of a table or alias, or the tables of a schema; elsewhere columns of the
//! statement's tables, functions, keywords and tables. Keywords come in the case that was begun.
//! Nothing is offered inside of strings and comments.

use flint_sql::{TokenClass, classify_tokens};

use super::names::{Names, quoted};
use super::{keywords, meta};

/// Words that a table comes behind.
const BEFORE_TABLES: [&str; 10] = [
    "FROM",
    "JOIN",
    "INTO",
    "TABLE",
    "UPDATE",
    "DESCRIBE",
    "DESC",
    "VIEW",
    "OVERWRITE",
    "USING",
];

/// Finds what the word at the cursor could become.
#[derive(Debug)]
pub(super) struct Completion<N> {
    names: N,
    /// Asked for once: functions do not come and go while somebody types.
    functions: Option<Vec<String>>,
}

impl<N: Names> Completion<N> {
    pub(super) fn new(names: N) -> Completion<N> {
        Completion {
            names,
            functions: None,
        }
    }

    /// Where the word at the cursor begins, and what it could become.
    pub(super) fn at(&mut self, line: &str, cursor: usize) -> (usize, Vec<String>) {
        let before = &line[..cursor];
        if meta::is_command(before.trim_start()) {
            return meta_commands(before);
        }
        let start = word_start(before);
        let typed = &before[start..];
        if is_text(before, start) {
            return (cursor, Vec::new());
        }
        let mut found = match before[..start].strip_suffix('.') {
            Some(owner) => self.members(line, owner_of(owner)),
            None if behind_table_word(before, start) => self.relations(),
            None => self.anything(line, typed),
        };
        let typed = typed.to_lowercase();
        found.retain(|name| {
            name.trim_start_matches('`')
                .to_lowercase()
                .starts_with(&typed)
        });
        found.dedup();
        (start, found)
    }

    /// Tables and schemas.
    fn relations(&self) -> Vec<String> {
        let mut found = sorted(self.names.tables(None));
        found.extend(sorted(self.names.schemas()));
        found
    }

    /// What comes behind the name of a table, an alias or a schema, and a dot.
    fn members(&self, line: &str, owner: &str) -> Vec<String> {
        let words = words_of(line);
        let table = aliased(&words, owner).unwrap_or(owner);
        let mut found: Vec<String> = self
            .names
            .columns(table)
            .iter()
            .map(|n| quoted(n))
            .collect();
        let is_schema = |name: &String| name.eq_ignore_ascii_case(owner);
        if self.names.schemas().iter().any(is_schema) {
            found.extend(sorted(self.names.tables(Some(owner))));
        }
        found
    }

    /// Columns, functions, keywords and tables.
    fn anything(&mut self, line: &str, typed: &str) -> Vec<String> {
        let tables = self.names.tables(None);
        let words = words_of(line);
        let used = tables
            .iter()
            .filter(|table| words.iter().any(|word| word.eq_ignore_ascii_case(table)));
        let columns = used.flat_map(|table| self.names.columns(table)).collect();
        let mut found = sorted(columns);
        if typed.is_empty() {
            return found;
        }
        let is_small = typed.chars().all(|c| !c.is_uppercase());
        found.extend(keywords::KEYWORDS.iter().map(|word| match is_small {
            true => word.to_lowercase(),
            false => (*word).to_owned(),
        }));
        let functions = self.functions.get_or_insert_with(|| self.names.functions());
        let names = functions.iter().filter(|name| name.chars().all(is_word));
        found.extend(names.map(|name| format!("{name}(")));
        found.extend(sorted(tables));
        found
    }
}

/// Commands of the shell's own, and nothing for their arguments.
fn meta_commands(before: &str) -> (usize, Vec<String>) {
    let start = before.len() - before.trim_start().len() + 1;
    let typed = &before[start..];
    let names = meta::names().filter(|name| name.starts_with(typed));
    (start, names.map(str::to_owned).collect())
}

fn sorted(names: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Where the word that ends a text begins.
fn word_start(text: &str) -> usize {
    let word = text.chars().rev().take_while(|c| is_word(*c));
    text.len() - word.map(char::len_utf8).sum::<usize>()
}

/// The last word of a text, without its backquotes.
fn owner_of(text: &str) -> &str {
    match text.strip_suffix('`') {
        Some(inside) => inside.rsplit('`').next().unwrap_or_default(),
        None => &text[word_start(text)..],
    }
}

/// Whether the cursor is in a string, a quoted name or a comment.
fn is_text(before: &str, start: usize) -> bool {
    let marked = format!("{}x", &before[..start]);
    let last = classify_tokens(&marked).last();
    last.is_none_or(|(range, class)| range.end == marked.len() && class != TokenClass::Word)
}

fn behind_table_word(before: &str, start: usize) -> bool {
    let words = words_of(&before[..start]);
    let ends_in_word = before[..start].ends_with(char::is_whitespace);
    let last = words.last().filter(|_| ends_in_word);
    last.is_some_and(|last| {
        BEFORE_TABLES
            .iter()
            .any(|word| word.eq_ignore_ascii_case(last))
    })
}

/// The words of a text, names in backquotes without them.
fn words_of(text: &str) -> Vec<&str> {
    classify_tokens(text)
        .filter_map(|(range, class)| match class {
            TokenClass::Word => Some(&text[range]),
            TokenClass::QuotedName => Some(text[range].trim_matches('`')),
            _ => None,
        })
        .collect()
}

/// The table that an alias stands for: the word before it, or before AS.
fn aliased<'a>(words: &[&'a str], alias: &str) -> Option<&'a str> {
    let mut pairs = words.windows(3).filter(|three| {
        let behind_as = three[1].eq_ignore_ascii_case("AS");
        behind_as && three[2].eq_ignore_ascii_case(alias)
    });
    if let Some(three) = pairs.next() {
        return Some(three[0]);
    }
    let mut threes = words.windows(3);
    let found = threes.find(|three| {
        let is_table = BEFORE_TABLES
            .iter()
            .any(|word| word.eq_ignore_ascii_case(three[0]));
        is_table && three[2].eq_ignore_ascii_case(alias)
    });
    found.map(|three| three[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Known;

    impl Names for Known {
        fn schemas(&self) -> Vec<String> {
            vec!["default".into(), "archive".into()]
        }

        fn tables(&self, schema: Option<&str>) -> Vec<String> {
            match schema {
                Some("archive") => vec!["old_sales".into()],
                Some(_) => Vec::new(),
                None => vec!["sales".into(), "shops".into(), "odd name".into()],
            }
        }

        fn columns(&self, table: &str) -> Vec<String> {
            match table {
                "sales" => vec!["amount".into(), "Shop Name".into()],
                "shops" => vec!["town".into()],
                _ => Vec::new(),
            }
        }

        fn functions(&self) -> Vec<String> {
            vec!["upper".into(), "sum".into(), "<=".into()]
        }
    }

    /// What Tab offers at the bar.
    fn offered(marked: &str) -> Vec<String> {
        let cursor = marked.find('|').expect("a bar");
        let line = marked.replace('|', "");
        Completion::new(Known).at(&line, cursor).1
    }

    #[test]
    fn tables_come_behind_from() {
        assert_eq!(offered("SELECT * FROM s|"), ["sales", "shops"]);
        assert_eq!(offered("select * from o|"), ["`odd name`"]);
        assert_eq!(offered("SELECT 1 FROM arch|"), ["archive"]);
        assert_eq!(offered("SELECT 1 FROM archive.|"), ["old_sales"]);
    }

    #[test]
    fn columns_come_behind_tables_and_aliases() {
        assert_eq!(offered("SELECT sales.a| FROM sales"), ["amount"]);
        assert_eq!(
            offered("SELECT s.| FROM sales s"),
            ["amount", "`Shop Name`"]
        );
        assert_eq!(offered("SELECT t.| FROM shops AS t"), ["town"]);
        assert_eq!(offered("SELECT `shops`.t|"), ["town"]);
    }

    #[test]
    fn columns_functions_and_keywords_come_elsewhere() {
        assert_eq!(offered("SELECT am| FROM sales"), ["amount"]);
        assert_eq!(offered("SELECT | FROM shops"), ["town"]);
        assert_eq!(offered("SELECT uppe|"), ["upper("]);
        assert_eq!(offered("sele|"), ["select"]);
        assert_eq!(offered("SELE|"), ["SELECT"]);
        assert!(offered("SELECT shop| FROM sales").contains(&"shops".to_owned()));
    }

    #[test]
    fn nothing_comes_in_texts() {
        for text in ["SELECT 'sele|", "-- sele|", "/* sele|", "SELECT \"a sele|"] {
            assert_eq!(offered(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_shells_own_commands_come_behind_dots() {
        assert_eq!(offered(".tim|"), ["timer"]);
        assert_eq!(offered("  !he|"), ["help"]);
        assert_eq!(Completion::new(Known).at(".tim", 4).0, 1);
    }
}
