//! [`Text`]: the string of text records, cheap to clone and to cut.
//!
//! A line of a file is a slice of the block it was read with, a word a slice of its line; no
//! record needs an allocation of its own. Up to [`Text::INLINE`] bytes live in the value itself
//! (24 bytes, the size of a `String`), longer ones share a reference-counted buffer.
//!
//! Invariants: a `Text` is never changed. It equals, orders, hashes and encodes as the `str` it
//! holds, so that it can stand for a `String` key in any table (to serde it is a newtype of it,
//! which postcard and JSON write as a string). A short slice is always inline, so that a word never
//! keeps a block of a file in memory.
//!
//! Cost: a clone or cut is a copy of 24 bytes, and for longer strings an atomic addition. A *long*
//! slice keeps its whole buffer in memory: whoever keeps few lines of many for long calls
//! [`Text::compact`].

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::convert::Infallible;
use std::ffi::OsStr;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, RangeBounds};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use hipstr::HipStr;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::storage::size::SHARED_TEXT;

mod split;
#[cfg(test)]
mod tests;

pub use split::{Lines, Split, Words};

/// An immutable string that is cheap to clone and to cut into parts.
///
/// It dereferences to `str`. What `str` gives as borrowed iterators, [`words`](Text::words),
/// [`split_text`](Text::split_text) and [`lines_text`](Text::lines_text) give as owned ones, ready
/// for `flat_map`:
///
/// ```
/// use flint_core::Text;
///
/// let line = Text::from("to be or not to be");
/// let words: Vec<Text> = line.words().collect();
/// assert_eq!(words, ["to", "be", "or", "not", "to", "be"]);
/// ```
#[derive(Clone, Default)]
pub struct Text(HipStr<'static>);

impl Text {
    /// The longest string, in bytes, that needs no buffer.
    pub const INLINE: usize = HipStr::<'static>::inline_capacity();

    /// The empty string.
    pub const fn new() -> Self {
        Text(HipStr::new())
    }

    /// A string constant, without a copy.
    ///
    /// ```
    /// const UNKNOWN: flint_core::Text = flint_core::Text::from_static("(unknown)");
    /// assert_eq!(UNKNOWN, "(unknown)");
    /// ```
    pub const fn from_static(s: &'static str) -> Self {
        Text(HipStr::borrowed(s))
    }

    /// The string.
    #[inline]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The bytes `range` as a `Text`: inline if short, else sharing the buffer of this one.
    ///
    /// ```
    /// let t = flint_core::Text::from("key=value");
    /// assert_eq!(t.slice(4..), "value");
    /// ```
    ///
    /// # Panics
    /// Where `&str[range]` does: out of bounds, or within a character.
    #[inline]
    #[track_caller]
    pub fn slice(&self, range: impl RangeBounds<usize>) -> Text {
        Text(self.0.slice(range))
    }

    /// A part of this string, found by the methods of `str`, as a `Text` that shares the buffer. A
    /// `part` from elsewhere is copied.
    ///
    /// ```
    /// let t = flint_core::Text::from("  trimmed  ");
    /// assert_eq!(t.slice_ref(t.trim()), "trimmed");
    /// ```
    #[inline]
    pub fn slice_ref(&self, part: &str) -> Text {
        if part.len() <= Self::INLINE {
            return Text(HipStr::from(part));
        }
        Text(
            self.0
                .try_slice_ref(part)
                .unwrap_or_else(|| HipStr::from(part)),
        )
    }

    /// The words, cut at Unicode white space as [`str::split_whitespace`] does.
    #[inline]
    pub fn words(self) -> Words {
        Words::new(self)
    }

    /// The parts between separators, as [`str::split`] gives them.
    ///
    /// ```
    /// use flint_core::Text;
    ///
    /// let fields: Vec<Text> = Text::from("a,b,,c").split_text(',').collect();
    /// assert_eq!(fields, ["a", "b", "", "c"]);
    /// ```
    #[inline]
    pub fn split_text(self, separator: impl Into<Text>) -> Split {
        Split::new(self, separator.into())
    }

    /// The lines, without `\n` or `\r\n`, as [`str::lines`] gives them.
    #[inline]
    pub fn lines_text(self) -> Lines {
        Lines::new(self)
    }

    /// The string as a `String`: without a copy if this is the only user of its buffer.
    pub fn into_string(self) -> String {
        String::from(self.0)
    }

    /// The same string in a buffer no larger than itself. Lines that are kept for long after a
    /// filter took them out of a large file should be compacted: each would keep the block it was
    /// read with.
    ///
    /// ```
    /// let block = flint_core::Text::from("x".repeat(1 << 20));
    /// let line = block.slice(..80).compact(); // keeps 80 bytes, not a mebibyte
    /// assert_eq!(line.len(), 80);
    /// ```
    pub fn compact(self) -> Text {
        if self.0.is_allocated() && self.0.capacity() > self.len() {
            return Text::from(self.as_str());
        }
        self
    }

    /// Whether the string lies in the value itself.
    pub fn is_inline(&self) -> bool {
        self.0.is_inline()
    }

    /// The buffer's memory if nobody else uses it, to be filled again.
    pub(crate) fn try_into_vec(self) -> Option<Vec<u8>> {
        self.0.into_string().ok().map(String::into_bytes)
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    #[inline]
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<Path> for Text {
    fn as_ref(&self) -> &Path {
        Path::new(self.as_str())
    }
}

impl AsRef<OsStr> for Text {
    fn as_ref(&self) -> &OsStr {
        OsStr::new(self.as_str())
    }
}

impl Borrow<str> for Text {
    #[inline]
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<&str> for Text {
    #[inline]
    fn from(s: &str) -> Self {
        Text(HipStr::from(s))
    }
}

impl From<String> for Text {
    #[inline]
    fn from(s: String) -> Self {
        Text(HipStr::from(s))
    }
}

impl From<&String> for Text {
    fn from(s: &String) -> Self {
        Text::from(s.as_str())
    }
}

impl From<&Text> for Text {
    fn from(s: &Text) -> Self {
        s.clone()
    }
}

impl From<char> for Text {
    fn from(c: char) -> Self {
        Text::from(&*c.encode_utf8(&mut [0; 4]))
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(s: Cow<'_, str>) -> Self {
        match s {
            Cow::Borrowed(s) => Text::from(s),
            Cow::Owned(s) => Text::from(s),
        }
    }
}

impl From<Box<str>> for Text {
    fn from(s: Box<str>) -> Self {
        Text::from(String::from(s))
    }
}

impl From<Text> for String {
    fn from(t: Text) -> Self {
        t.into_string()
    }
}

impl From<&Text> for String {
    fn from(t: &Text) -> Self {
        t.as_str().to_owned()
    }
}

impl From<Text> for Arc<str> {
    fn from(t: Text) -> Self {
        Arc::from(t.as_str())
    }
}

impl FromStr for Text {
    type Err = Infallible;

    fn from_str(s: &str) -> Result<Self, Infallible> {
        Ok(Text::from(s))
    }
}

impl Eq for Text {}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Ord for Text {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Text {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Text {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

/// Comparison with another kind of string, both ways.
macro_rules! compares_with {
    ($($other:ty),+) => {$(
        impl PartialEq<$other> for Text {
            #[inline]
            fn eq(&self, other: &$other) -> bool {
                let other: &str = other.as_ref();
                self.as_str() == other
            }
        }

        impl PartialEq<Text> for $other {
            #[inline]
            fn eq(&self, other: &Text) -> bool {
                other == self
            }
        }

        impl PartialOrd<$other> for Text {
            #[inline]
            fn partial_cmp(&self, other: &$other) -> Option<Ordering> {
                let other: &str = other.as_ref();
                Some(self.as_str().cmp(other))
            }
        }

        impl PartialOrd<Text> for $other {
            #[inline]
            fn partial_cmp(&self, other: &Text) -> Option<Ordering> {
                other.partial_cmp(self).map(Ordering::reverse)
            }
        }
    )+};
}

compares_with!(str, &str, String, Cow<'_, str>);

impl Extend<Text> for String {
    fn extend<I: IntoIterator<Item = Text>>(&mut self, parts: I) {
        for part in parts {
            self.push_str(&part);
        }
    }
}

impl<'a> Extend<&'a Text> for String {
    fn extend<I: IntoIterator<Item = &'a Text>>(&mut self, parts: I) {
        for part in parts {
            self.push_str(part);
        }
    }
}

impl FromIterator<Text> for String {
    fn from_iter<I: IntoIterator<Item = Text>>(parts: I) -> Self {
        let mut s = String::new();
        s.extend(parts);
        s
    }
}

/// Strings that were put together in a `String` first.
macro_rules! collects_from {
    ($($part:ty),+) => {$(
        impl<'a> FromIterator<$part> for Text {
            fn from_iter<I: IntoIterator<Item = $part>>(parts: I) -> Self {
                Text::from(parts.into_iter().collect::<String>())
            }
        }
    )+};
}

collects_from!(char, &'a char, &'a str, String, Text);

impl Serialize for Text {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(SHARED_TEXT, self.as_str())
    }
}

impl<'de> Deserialize<'de> for Text {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SHARED_TEXT, TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text, D::Error> {
        // Not `deserialize_string`: that lets a format allocate a `String` first.
        deserializer.deserialize_str(self)
    }

    // `visit_borrowed_str` forwards here.
    #[inline]
    fn visit_str<E: de::Error>(self, s: &str) -> Result<Text, E> {
        Ok(Text::from(s))
    }

    fn visit_string<E: de::Error>(self, s: String) -> Result<Text, E> {
        Ok(Text::from(s))
    }
}
