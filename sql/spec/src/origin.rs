//! Where an expression or a relation was written.
//!
//! SQL text gives byte offsets into a shared [`SqlText`]; line and position are counted from them
//! only when an error needs them. The DataFrame API gives the call site of the method. Origins say
//! nothing about meaning, so two trees that differ only in origins are equal.
//!
//! *On the wire* a text is written once, not once per node, inside [`with_shared_texts`]; outside of
//! it every origin carries its text, which is right but large.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One SQL text, shared by the origins of everything parsed from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SqlText {
    /// The text as the user gave it.
    pub text: Box<str>,
    /// The catalog object that the text is stored in: kind (`VIEW`, `FUNCTION`) and name.
    pub object: Option<(Box<str>, Box<str>)>,
}

/// A line of program code that called the API.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallSite {
    /// The method that was called, such as `select`.
    pub fragment: Box<str>,
    /// File, line and column, or what a remote client reports as its call site.
    pub location: Box<str>,
}

/// A piece of a SQL text, by byte offsets.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SqlSpan {
    #[serde(serialize_with = "write_text", deserialize_with = "read_text")]
    text: Arc<SqlText>,
    start: u32,
    end: u32,
}

/// Where something was written.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// Made by the engine, or not told.
    #[default]
    Unknown,
    /// A piece of SQL text.
    Sql(SqlSpan),
    /// A call in a program.
    Call(Arc<CallSite>),
}

impl SqlText {
    /// A text that belongs to no catalog object.
    pub fn new(text: &str) -> Arc<SqlText> {
        Arc::new(SqlText {
            text: text.into(),
            object: None,
        })
    }

    /// A text stored in a catalog object, such as a view's query.
    pub fn of_object(text: &str, kind: &str, name: &str) -> Arc<SqlText> {
        let object = Some((kind.into(), name.into()));
        Arc::new(SqlText {
            text: text.into(),
            object,
        })
    }

    /// Line (from 1) and position in it (from 0, in characters) of a byte offset, as Spark counts.
    pub fn line_and_position(&self, offset: usize) -> (u32, u32) {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.text[..at];
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line as u32, before[line_start..].chars().count() as u32)
    }
}

impl SqlSpan {
    /// The bytes `range` of `text`. Ends past the text are brought back to it.
    pub fn new(text: Arc<SqlText>, range: Range<usize>) -> SqlSpan {
        let end = range.end.min(text.text.len());
        let start = range.start.min(end);
        SqlSpan {
            text,
            start: start as u32,
            end: end as u32,
        }
    }

    /// The whole text.
    pub fn text(&self) -> &Arc<SqlText> {
        &self.text
    }

    /// Byte offsets in the text.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The piece itself.
    pub fn fragment(&self) -> &str {
        self.text.text.get(self.range()).unwrap_or_default()
    }

    /// Line (from 1) and position in it (from 0) of the first character.
    pub fn line_and_position(&self) -> (u32, u32) {
        self.text.line_and_position(self.start as usize)
    }

    /// First and last character of the piece, counted in characters from 0: what Spark's query
    /// contexts hold. The last is before the first when the piece is empty.
    pub fn character_range(&self) -> (i32, i32) {
        let before = self
            .text
            .text
            .get(..self.start as usize)
            .unwrap_or_default();
        let start = before.chars().count() as i32;
        (start, start + self.fragment().chars().count() as i32 - 1)
    }

    /// The smallest piece that holds both; `self` when the other is of another text.
    pub fn to(&self, other: &SqlSpan) -> SqlSpan {
        if !Arc::ptr_eq(&self.text, &other.text) {
            return self.clone();
        }
        let (start, end) = (self.start.min(other.start), self.end.max(other.end));
        SqlSpan {
            text: Arc::clone(&self.text),
            start,
            end,
        }
    }
}

impl Origin {
    /// The bytes `range` of a SQL text.
    pub fn sql(text: &Arc<SqlText>, range: Range<usize>) -> Origin {
        Origin::Sql(SqlSpan::new(Arc::clone(text), range))
    }

    /// A call of `method` at the caller's line.
    #[track_caller]
    pub fn call(method: &str) -> Origin {
        let location = std::panic::Location::caller().to_string().into();
        Origin::Call(Arc::new(CallSite {
            fragment: method.into(),
            location,
        }))
    }

    /// The piece of SQL text, when it is one.
    pub fn span(&self) -> Option<&SqlSpan> {
        match self {
            Origin::Sql(span) => Some(span),
            Origin::Unknown | Origin::Call(_) => None,
        }
    }

    /// The source text, when it is known: generated names of some expressions are made of it.
    pub fn fragment(&self) -> Option<&str> {
        self.span().map(SqlSpan::fragment)
    }
}

impl fmt::Debug for SqlSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Unknown => f.write_str("?"),
            Origin::Sql(span) => span.fmt(f),
            Origin::Call(site) => write!(f, "{} at {}", site.fragment, site.location),
        }
    }
}

thread_local! {
    static TEXTS: RefCell<Option<Vec<Arc<SqlText>>>> = const { RefCell::new(None) };
}

#[derive(Serialize, Deserialize)]
enum WireText {
    Whole(SqlText),
    Known(u32),
}

/// Runs `f`, inside which each SQL text is encoded once and decoded once.
///
/// What was encoded inside must be decoded inside, in the same order and as one message.
pub fn with_shared_texts<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(Option<Vec<Arc<SqlText>>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            TEXTS.with(|texts| *texts.borrow_mut() = self.0.take());
        }
    }
    let _restore = Restore(TEXTS.with(|texts| texts.replace(Some(Vec::new()))));
    f()
}

/// Looks `text` up among those already written in this scope, or enters it.
fn known_text(text: &Arc<SqlText>) -> Option<u32> {
    TEXTS.with(|texts| {
        let mut texts = texts.borrow_mut();
        let known = texts.as_mut()?;
        let at = known.iter().position(|one| Arc::ptr_eq(one, text));
        if at.is_none() {
            known.push(Arc::clone(text));
        }
        at.map(|at| at as u32)
    })
}

fn write_text<S: Serializer>(text: &Arc<SqlText>, serializer: S) -> Result<S::Ok, S::Error> {
    match known_text(text) {
        Some(at) => WireText::Known(at),
        None => WireText::Whole((**text).clone()),
    }
    .serialize(serializer)
}

fn read_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<SqlText>, D::Error> {
    match WireText::deserialize(deserializer)? {
        WireText::Whole(text) => {
            let text = Arc::new(text);
            TEXTS.with(|texts| {
                if let Some(known) = texts.borrow_mut().as_mut() {
                    known.push(Arc::clone(&text));
                }
            });
            Ok(text)
        }
        WireText::Known(at) => TEXTS
            .with(|texts| texts.borrow().as_ref()?.get(at as usize).map(Arc::clone))
            .ok_or_else(|| serde::de::Error::custom("a SQL text is referred to before it came")),
    }
}
