//! Classes of characters in XML 1.0 and XML 1.1.

use super::name_ranges::{NAME_EXTRAS, NAME_STARTS};

/// Names in XML 1.1 (section 2.3), without ASCII.
const NAME_STARTS_11: &[(u32, u32)] = &[
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x2FF),
    (0x370, 0x37D),
    (0x37F, 0x1FFF),
    (0x200C, 0x200D),
    (0x2070, 0x218F),
    (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD),
    (0x10000, 0xEFFFF),
];

/// The version of XML that a document declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V10,
    V11,
}

impl Version {
    /// Tells whether a document may have this character, be it as a reference.
    pub(super) fn has(self, c: char) -> bool {
        match self {
            Self::V10 => {
                matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
            }
            Self::V11 => !matches!(c, '\0' | '\u{FFFE}' | '\u{FFFF}'),
        }
    }

    /// Tells whether a document may have this character as it stands.
    pub(super) fn has_literally(self, c: char) -> bool {
        let restricted = match c {
            '\t' | '\n' | '\r' | '\u{85}' => false,
            _ => matches!(c, '\u{1}'..='\u{1F}' | '\u{7F}'..='\u{9F}'),
        };
        self.has(c) && (self == Self::V10 || !restricted)
    }

    pub(super) fn starts_name(self, c: char) -> bool {
        match c {
            'a'..='z' | 'A'..='Z' | '_' | ':' => true,
            _ if c.is_ascii() => false,
            _ => match self {
                Self::V10 => within(NAME_STARTS, c),
                Self::V11 => within_11(c),
            },
        }
    }

    pub(super) fn continues_name(self, c: char) -> bool {
        match c {
            'a'..='z' | 'A'..='Z' | '_' | ':' | '0'..='9' | '-' | '.' | '\u{B7}' => true,
            _ if c.is_ascii() => false,
            _ => match self {
                Self::V10 => within(NAME_STARTS, c) || within(NAME_EXTRAS, c),
                Self::V11 => {
                    within_11(c) || matches!(c, '\u{300}'..='\u{36F}' | '\u{203F}' | '\u{2040}')
                }
            },
        }
    }
}

/// White space of XML 1.0, section 2.3.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Characters of public identifiers (XML 1.0, section 2.3).
pub(super) fn is_public_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, ' ' | '\n' | '\r') || "-'()+,./:=?;!*#@$_%".contains(c)
}

/// Finds the character in flat ranges: it is behind an odd number of ends, or an end itself.
fn within(ranges: &[u16], c: char) -> bool {
    let Ok(code) = u16::try_from(u32::from(c)) else {
        return false;
    };
    let before = ranges.partition_point(|&end| end < code);
    before % 2 == 1 || ranges.get(before) == Some(&code)
}

fn within_11(c: char) -> bool {
    let code = u32::from(c);
    NAME_STARTS_11
        .iter()
        .any(|&(first, last)| (first..=last).contains(&code))
}
