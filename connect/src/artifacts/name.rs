//! Names of artifacts: where a client may put something, and where not.

use flint_sql_spec::{Result, SqlError, condition};

/// The most bytes of a name, and of a part of it between slashes.
const NAME_BYTES: usize = 1024;
const PART_BYTES: usize = 255;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// `cache/<hash>`: rows or other bytes for plans, known by their SHA-256 in hexadecimal.
    Cached(String),
    /// A file in the session's folder, by its path in there: `files/..`, `pyfiles/..`,
    /// `archives/..`.
    File(String),
}

impl Name {
    /// Reads a name.
    ///
    /// Paths are plain: parts with a slash between, none of them empty or made of dots, of whatever
    /// alphabet, and no character that means something to a shell, a terminal or another system's
    /// paths at the start of a part.
    ///
    /// # Errors
    /// `INVALID_ARTIFACT_PATH` for what is no path in a folder for artifacts; `UNSUPPORTED_FEATURE`
    /// for classes of the JVM and for files to be copied to a file system.
    pub(super) fn parse(name: &str) -> Result<Name> {
        let invalid = || SqlError::new(condition::INVALID_ARTIFACT_PATH).with("name", name);
        if name.len() > NAME_BYTES || !name.split('/').all(is_plain) {
            return Err(invalid());
        }
        match name.split_once('/') {
            Some(("cache", hash)) if is_hash(hash) => Ok(Name::Cached(hash.to_owned())),
            Some(("files" | "pyfiles" | "archives", _)) => Ok(Name::File(name.to_owned())),
            Some(("jars" | "classes", _)) => Err(unsupported("classes of the JVM", name)),
            Some(("forward_to_fs", _)) => Err(unsupported("copies to a file system", name)),
            _ => Err(invalid()),
        }
    }
}

fn unsupported(what: &str, name: &str) -> SqlError {
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", format!("{what}, as in {name}"))
}

fn is_plain(part: &str) -> bool {
    let looks_like_dot = |c: char| matches!(c, '.' | '․' | '‥' | '…' | '。' | '．' | '｡' | '·');
    let is_odd = |c: char| c.is_control() || matches!(c, '\\' | '∕' | '⁄' | '／' | '＼');
    part.len() <= PART_BYTES
        && !part.starts_with('~')
        && !part.contains(is_odd)
        && part
            .chars()
            .any(|c| !looks_like_dot(c) && !c.is_whitespace())
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition_of(name: &str) -> String {
        match Name::parse(name) {
            Ok(name) => format!("{name:?}"),
            Err(error) => error.condition().name.to_string(),
        }
    }

    #[test]
    fn s8_names_stay_in_their_folder() {
        let long = format!("files/{}", "x".repeat(4096));
        let long_part = format!("files/{}", "x".repeat(256));
        for name in [
            "",
            "/",
            "x",
            "files",
            "files/",
            "/files/x",
            "../x",
            "files/../x",
            "files/../../x",
            "files/..",
            "files/./x",
            "files//x",
            "pyfiles/a/../../x",
            "files/a/",
            "files/\0",
            "files/a\0b",
            "files/a\nb",
            "files/..\\x",
            "files\\x",
            "C:\\x",
            "files/~",
            "~/x",
            "~root/x",
            "files/․․/x",
            "files/．．/x",
            "files/…",
            "files/ ",
            "files/a∕b",
            "Files/x",
            "FILES/x",
            "foo/x",
            "cache",
            "cache/abc",
            "cache/../x",
            "etc/passwd",
            &long,
            &long_part,
        ] {
            assert_eq!(condition_of(name), "INVALID_ARTIFACT_PATH", "{name:?}");
        }
    }

    #[test]
    fn names_that_clients_give_are_known() {
        for name in [
            "files/a.txt",
            "files/a b.txt",
            "files/..a",
            "files/日本.csv",
            "pyfiles/m.py",
            "pyfiles/package/m.py",
            "archives/env.zip#env",
        ] {
            assert_eq!(Name::parse(name), Ok(Name::File(name.to_owned())));
        }
        let hash = "0123456789abcdef".repeat(4);
        let cached = Name::parse(&format!("cache/{hash}"));
        assert_eq!(cached, Ok(Name::Cached(hash.clone())));
        let upper = hash.to_uppercase();
        assert_eq!(
            condition_of(&format!("cache/{upper}")),
            "INVALID_ARTIFACT_PATH"
        );
        for name in ["jars/a.jar", "classes/a/B.class", "forward_to_fs/tmp/x"] {
            assert_eq!(condition_of(name), "UNSUPPORTED_FEATURE", "{name}");
        }
    }
}
