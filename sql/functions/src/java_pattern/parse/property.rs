//! Sets by name: `\p{Alpha}`, `\p{IsGreek}`, `\p{javaLowerCase}`, `\p{InCyrillic}`.
//!
//! POSIX's names are of ASCII, unless the pattern asks for Unicode. Blocks are those of the commonest
//! scripts; patterns with others are refused.

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

use super::{Flags, Parsed, Refused, folded, range, ranges};
use crate::java_pattern::node::Fold;

/// A set by the name between braces.
pub(super) fn property(name: &str, flags: &Flags) -> Parsed<ClassUnicode> {
    if let Some((key, value)) = name.split_once('=') {
        return match key.to_lowercase().as_str() {
            "sc" | "script" => unicode(&format!("sc={value}")),
            "blk" | "block" => block(value),
            "gc" | "general_category" => category(value),
            _ => Err(Refused),
        };
    }
    if let Some(value) = name.strip_prefix("In") {
        return block(value);
    }
    if let Some(value) = name.strip_prefix("Is") {
        return of_unicode(value, flags);
    }
    if let Some(value) = name.strip_prefix("java") {
        return of_java(value);
    }
    let posix = match flags.unicode_class {
        true => posix_of_unicode(name),
        false => posix(name).map(Ok),
    };
    let set = match posix {
        Some(set) => set?,
        None => category(name)?,
    };
    // Letters of one case are letters of both where case is none.
    if flags.case && matches!(name, "Lower" | "Upper" | "Lu" | "Ll" | "Lt") {
        return Ok(folded(set, Fold::Unicode));
    }
    Ok(set)
}

/// A set of Unicode's own names.
pub(super) fn unicode(name: &str) -> Parsed<ClassUnicode> {
    let pattern = format!("\\p{{{name}}}");
    let parsed = regex_syntax::parse(&pattern).map_err(|_| Refused)?;
    match parsed.kind() {
        HirKind::Class(Class::Unicode(set)) => Ok(set.clone()),
        HirKind::Literal(_) => {
            let text = std::str::from_utf8(match parsed.kind() {
                HirKind::Literal(literal) => &literal.0,
                _ => return Err(Refused),
            });
            let c = text.ok().and_then(|text| text.chars().next());
            c.map(|c| range(c, c)).ok_or(Refused)
        }
        _ => Err(Refused),
    }
}

/// Categories have one or two letters.
fn category(name: &str) -> Parsed<ClassUnicode> {
    match name {
        "L1" => Ok(range('\0', '\u{ff}')),
        "all" => Ok(range('\0', char::MAX)),
        "ASCII" => Ok(range('\0', '\u{7f}')),
        "LD" => {
            let mut set = unicode("L")?;
            set.union(&unicode("Nd")?);
            Ok(set)
        }
        // Surrogates are no characters here.
        "Cs" => Ok(ClassUnicode::empty()),
        _ if matches!(name.len(), 1 | 2) => unicode(name),
        _ => Err(Refused),
    }
}

/// `Is...`: a script, a category, or a property of two values.
fn of_unicode(name: &str, flags: &Flags) -> Parsed<ClassUnicode> {
    const PROPERTIES: &[(&str, &str)] = &[
        ("ALPHABETIC", "Alphabetic"),
        ("LETTER", "L"),
        ("IDEOGRAPHIC", "Ideographic"),
        ("LOWERCASE", "Lowercase"),
        ("UPPERCASE", "Uppercase"),
        ("TITLECASE", "Lt"),
        ("WHITE_SPACE", "White_Space"),
        ("WHITESPACE", "White_Space"),
        ("CONTROL", "Cc"),
        ("PUNCTUATION", "P"),
        ("HEX_DIGIT", "Hex_Digit"),
        ("HEXDIGIT", "Hex_Digit"),
        ("JOIN_CONTROL", "Join_Control"),
        ("JOINCONTROL", "Join_Control"),
        ("NONCHARACTER_CODE_POINT", "Noncharacter_Code_Point"),
        ("NONCHARACTERCODEPOINT", "Noncharacter_Code_Point"),
        ("DIGIT", "Nd"),
        ("EMOJI", "Emoji"),
    ];
    let upper = name.to_uppercase();
    match upper.as_str() {
        "ASSIGNED" => {
            let mut set = unicode("Cn")?;
            set.negate();
            return Ok(set);
        }
        "ALNUM" | "WORD" | "GRAPH" | "PRINT" | "BLANK" => {
            let posix = upper[..1].to_owned() + &upper[1..].to_lowercase();
            return posix_of_unicode(&posix).unwrap_or(Err(Refused));
        }
        _ => {}
    }
    if let Some((_, known)) = PROPERTIES.iter().find(|(known, _)| *known == upper) {
        let set = unicode(known)?;
        let has_case = matches!(*known, "Lowercase" | "Uppercase" | "Lt");
        return Ok(match flags.case && has_case {
            true => folded(set, Fold::Unicode),
            false => set,
        });
    }
    category(name).or_else(|_| unicode(&format!("sc={name}")))
}

/// `java...`: what methods of Java's `Character` hold for.
fn of_java(name: &str) -> Parsed<ClassUnicode> {
    let several = |names: &[&str]| {
        let mut set = ClassUnicode::empty();
        for name in names {
            set.union(&unicode(name)?);
        }
        Ok(set)
    };
    match name {
        "LowerCase" => unicode("Lowercase"),
        "UpperCase" => unicode("Uppercase"),
        "Alphabetic" => unicode("Alphabetic"),
        "Ideographic" => unicode("Ideographic"),
        "TitleCase" => unicode("Lt"),
        "Digit" => unicode("Nd"),
        "Letter" => unicode("L"),
        "LetterOrDigit" => several(&["L", "Nd"]),
        "SpaceChar" => unicode("Z"),
        "ISOControl" => Ok(ranges(&[('\0', '\u{1f}'), ('\u{7f}', '\u{9f}')])),
        "Mirrored" => unicode("Bidi_Mirrored"),
        "UnicodeIdentifierStart" => several(&["L", "Nl"]),
        "JavaIdentifierStart" => several(&["L", "Nl", "Sc", "Pc"]),
        "Defined" => {
            let mut set = unicode("Cn")?;
            set.negate();
            Ok(set)
        }
        "Whitespace" => {
            let mut set = unicode("Z")?;
            let kept = ranges(&[
                ('\u{a0}', '\u{a0}'),
                ('\u{2007}', '\u{2007}'),
                ('\u{202f}', '\u{202f}'),
            ]);
            set.difference(&kept);
            set.union(&ranges(&[('\t', '\r'), ('\u{1c}', '\u{1f}')]));
            Ok(set)
        }
        _ => Err(Refused),
    }
}

/// Names of POSIX, of ASCII.
fn posix(name: &str) -> Option<ClassUnicode> {
    Some(ranges(match name {
        "Lower" => &[('a', 'z')],
        "Upper" => &[('A', 'Z')],
        "ASCII" => &[('\0', '\u{7f}')],
        "Alpha" => &[('A', 'Z'), ('a', 'z')],
        "Digit" => &[('0', '9')],
        "Alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "Punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "Graph" => &[('!', '~')],
        "Print" => &[(' ', '~')],
        "Blank" => &[('\t', '\t'), (' ', ' ')],
        "Cntrl" => &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')],
        "XDigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        "Space" => &[('\t', '\r'), (' ', ' ')],
        _ => return None,
    }))
}

/// Names of POSIX, of Unicode.
fn posix_of_unicode(name: &str) -> Option<Parsed<ClassUnicode>> {
    let without = |set: Parsed<ClassUnicode>, dropped: &[&str]| {
        let mut set = set?;
        for name in dropped {
            set.difference(&unicode(name)?);
        }
        Ok(set)
    };
    let together = |names: &[&str]| {
        let mut set = ClassUnicode::empty();
        for name in names {
            set.union(&unicode(name)?);
        }
        Ok(set)
    };
    let graph = || {
        let all = Ok(range('\0', char::MAX));
        without(all, &["White_Space", "Cc", "Cn"])
    };
    let blank = || without(unicode("White_Space"), &["Zl", "Zp", "Cc"]);
    Some(match name {
        "Lower" => unicode("Lowercase"),
        "Upper" => unicode("Uppercase"),
        "Alpha" => unicode("Alphabetic"),
        "Digit" => unicode("Nd"),
        "Alnum" => together(&["Alphabetic", "Nd"]),
        "Word" => together(&["Alphabetic", "M", "Nd", "Pc", "Join_Control"]),
        "Punct" => unicode("P"),
        "Graph" => graph(),
        "Blank" => blank().map(|mut set| {
            set.union(&range('\t', '\t'));
            set
        }),
        "Print" => graph().and_then(|mut set| {
            set.union(&blank()?);
            Ok(set)
        }),
        "Cntrl" => unicode("Cc"),
        "XDigit" => together(&["Nd", "Hex_Digit"]),
        "Space" => unicode("White_Space"),
        _ => return None,
    })
}

/// Blocks of the commonest scripts and signs.
fn block(name: &str) -> Parsed<ClassUnicode> {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-'))
        .collect();
    let (from, to) = match plain.to_lowercase().as_str() {
        "basiclatin" => ('\0', '\u{7f}'),
        "latin1supplement" => ('\u{80}', '\u{ff}'),
        "latinextendeda" => ('\u{100}', '\u{17f}'),
        "latinextendedb" => ('\u{180}', '\u{24f}'),
        "combiningdiacriticalmarks" => ('\u{300}', '\u{36f}'),
        "greek" | "greekandcoptic" => ('\u{370}', '\u{3ff}'),
        "cyrillic" => ('\u{400}', '\u{4ff}'),
        "armenian" => ('\u{530}', '\u{58f}'),
        "hebrew" => ('\u{590}', '\u{5ff}'),
        "arabic" => ('\u{600}', '\u{6ff}'),
        "devanagari" => ('\u{900}', '\u{97f}'),
        "thai" => ('\u{e00}', '\u{e7f}'),
        "georgian" => ('\u{10a0}', '\u{10ff}'),
        "hanguljamo" => ('\u{1100}', '\u{11ff}'),
        "generalpunctuation" => ('\u{2000}', '\u{206f}'),
        "currencysymbols" => ('\u{20a0}', '\u{20cf}'),
        "letterlikesymbols" => ('\u{2100}', '\u{214f}'),
        "arrows" => ('\u{2190}', '\u{21ff}'),
        "mathematicaloperators" => ('\u{2200}', '\u{22ff}'),
        "boxdrawing" => ('\u{2500}', '\u{257f}'),
        "cjksymbolsandpunctuation" => ('\u{3000}', '\u{303f}'),
        "hiragana" => ('\u{3040}', '\u{309f}'),
        "katakana" => ('\u{30a0}', '\u{30ff}'),
        "cjkunifiedideographs" => ('\u{4e00}', '\u{9fff}'),
        "hangulsyllables" => ('\u{ac00}', '\u{d7af}'),
        "halfwidthandfullwidthforms" => ('\u{ff00}', '\u{ffef}'),
        "emoticons" => ('\u{1f600}', '\u{1f64f}'),
        _ => return Err(Refused),
    };
    Ok(range(from, to))
}
