use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use proptest::prelude::*;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;

use super::*;

const LONG: &str = "a string that is clearly longer than what fits into the value itself";

/// Whether `part` lies in the buffer of `whole`.
fn shares(part: &Text, whole: &Text) -> bool {
    whole.as_bytes().as_ptr_range().contains(&part.as_ptr())
}

#[test]
fn short_slices_are_copied_and_long_ones_share() {
    let text = Text::from(format!("{LONG} {LONG}"));
    let short = text.slice(2..8);
    assert_eq!(short, "string");
    assert!(short.is_inline() && !shares(&short, &text));
    let long = text.slice(..LONG.len());
    assert_eq!(long, LONG);
    assert!(shares(&long, &text));
    assert!(shares(&text.slice_ref(&text[1..40]), &text));
    assert!(
        !shares(&text.slice_ref(LONG), &text),
        "a string from elsewhere is copied"
    );
    assert!(text.clone().words().all(|w| w.is_inline()));
}

#[test]
fn compact_lets_go_of_the_buffer() {
    let block = Text::from("x".repeat(1000));
    let line = block.slice(..100);
    assert!(shares(&line, &block));
    let line = line.compact();
    assert!(!shares(&line, &block));
    assert_eq!(line, "x".repeat(100));
    let at = line.as_ptr();
    assert_eq!(
        line.compact().as_ptr(),
        at,
        "nothing to gain: not copied again"
    );
}

#[test]
fn strings_are_taken_and_given_without_copies() {
    let s = LONG.to_owned();
    let at = s.as_ptr();
    let text = Text::from(s);
    assert_eq!(text.as_ptr(), at);
    let other = text.clone();
    assert_eq!(other.as_ptr(), at);
    drop(other);
    let s = text.into_string();
    assert_eq!(s.as_ptr(), at);
    assert_eq!(Text::from_static(LONG).as_ptr(), LONG.as_ptr());
}

#[test]
fn stands_for_a_string_in_tables_and_comparisons() {
    let state = RandomState::new();
    for s in ["", "short", LONG] {
        assert_eq!(state.hash_one(Text::from(s)), state.hash_one(s));
        assert_eq!(Text::from(s), *s);
        assert_eq!(s.to_owned(), Text::from(s));
    }
    let table = HashMap::from([(Text::from("a"), 1), (Text::from(LONG), 2)]);
    assert_eq!(table.get(LONG), Some(&2));
    let (a, b) = (Text::from("a"), "b".to_owned());
    assert!(a < "b");
    assert!("b" > a);
    assert!(a < b);
    assert!(b > a);
    assert_ne!(a, b);
    assert_eq!(format!("{0:>4} {0:?}", Text::from("a\n")), "  a\n \"a\\n\"");
}

#[test]
fn collects_and_converts() {
    assert_eq!(Text::from('ß'), "ß");
    assert_eq!(["a", "b"].into_iter().collect::<Text>(), "ab");
    assert_eq!(Text::from("abc").chars().rev().collect::<Text>(), "cba");
    assert_eq!(
        [Text::from("a"), Text::from(LONG)]
            .into_iter()
            .collect::<String>(),
        format!("a{LONG}")
    );
    assert_eq!("12".parse::<Text>().unwrap(), "12");
    assert_eq!(Text::default(), "");
}

#[test]
fn its_size_is_known() {
    use crate::storage::size::deep_size;
    let text = Text::from(LONG);
    assert_eq!(deep_size(&text.slice(..10)), 24);
    assert_eq!(deep_size(&text), 24 + LONG.len());
}

#[test]
fn encodes_as_a_str() {
    for s in ["", "short", "ünïcode", LONG] {
        let bytes = postcard::to_allocvec(&Text::from(s)).unwrap();
        assert_eq!(bytes, postcard::to_allocvec(s).unwrap());
        let back: Text = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(back, s);
        assert_eq!(back.is_inline(), s.len() <= Text::INLINE);
    }
    let plain: StrDeserializer<'_, serde::de::value::Error> =
        "from a format without newtypes".into_deserializer();
    assert_eq!(
        Text::deserialize(plain).unwrap(),
        "from a format without newtypes"
    );
    assert!(
        postcard::from_bytes::<Text>(&[2, 0xC3, 0x28]).is_err(),
        "not UTF-8"
    );
}

/// Strings made of what the splitters look at: white space of all widths, look-alikes that share
/// their first bytes, line ends and separators.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(" "),
        Just("\t"),
        Just("\n"),
        Just("\r"),
        Just("\r\n"),
        Just("\x0b"),
        Just("\x0c"),
        Just("\x1c"),
        Just("\u{85}"),
        Just("\u{a0}"),
        Just("\u{1680}"),
        Just("\u{2000}"),
        Just("\u{200a}"),
        Just("\u{200b}"),
        Just("\u{2028}"),
        Just("\u{202f}"),
        Just("\u{205f}"),
        Just("\u{3000}"),
        Just("\u{3001}"),
        Just("©"),
        Just("ἀ"),
        Just("—"),
        Just("word"),
        Just(","),
        Just(",,"),
        Just("é"),
        Just("a word so long that it can not be inline"),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn splits_as_str_does(s in nasty()) {
        let text = Text::from(s.as_str());
        prop_assert!(text.clone().words().eq(s.split_whitespace()));
        prop_assert!(text.clone().lines_text().eq(s.lines()));
        prop_assert!(text.clone().split_text(',').eq(s.split(',')));
        prop_assert!(text.clone().split_text('é').eq(s.split('é')));
        prop_assert!(text.clone().split_text(",,").eq(s.split(",,")));
        prop_assert!(text.clone().split_text("").eq(s.split("")));
        let words = text.words();
        let (_, most) = words.size_hint();
        prop_assert!(words.count() <= most.unwrap());
    }
}
