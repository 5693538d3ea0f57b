//! Messages of strangers: recorded ones with bytes changed, cut and doubled, and with fields left out,
//! repeated, renumbered and set to odd numbers. Whatever comes out of decoding is translated or
//! refused with a condition; nothing panics.
//!
//! Changes are the same in every run.

use std::panic::RefUnwindSafe;

use flint_connect_plans::{catalog_call, command, data_type, expression, literal, plan, relation};
use flint_connect_protocol::{decode, spark::connect as proto};
use flint_sql_spec::Result;
use prost::encoding::{decode_varint, encode_varint};
use prost::{Message, Name};

use crate::corpus::{EXPRESSIONS, PLANS, messages};

/// A generator of numbers that look random: xorshift.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// One to four changes of bytes, which mostly leave something that is no message.
fn garbled(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = numbers.below(bytes.len());
        match numbers.below(5) {
            0 => bytes[at] = numbers.below(256) as u8,
            1 => bytes[at] ^= 1 << numbers.below(8),
            2 => bytes.truncate(at),
            3 => drop(bytes.remove(at)),
            _ => {
                let end = at + numbers.below(bytes.len() - at);
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

/// A field as it is on the wire.
#[derive(Clone)]
struct Field {
    number: u64,
    wire: u64,
    /// A number's bytes, or what a length stands before.
    payload: Vec<u8>,
}

/// The fields of a message, unless the bytes are none.
fn fields(mut rest: &[u8]) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let key = decode_varint(&mut rest).ok()?;
        let (number, wire) = (key >> 3, key & 7);
        let length = match wire {
            0 => rest.iter().position(|byte| *byte < 0x80)? + 1,
            1 => 8,
            2 => usize::try_from(decode_varint(&mut rest).ok()?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (payload, after) = rest.split_at_checked(length).filter(|_| number > 0)?;
        let payload = payload.to_vec();
        fields.push(Field {
            number,
            wire,
            payload,
        });
        rest = after;
    }
    Some(fields)
}

fn encoded(fields: &[Field]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in fields {
        encode_varint(field.number << 3 | field.wire, &mut bytes);
        if field.wire == 2 {
            encode_varint(field.payload.len() as u64, &mut bytes);
        }
        bytes.extend_from_slice(&field.payload);
    }
    bytes
}

/// One change of a field, at any depth, which mostly leaves a message.
fn rearranged(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let Some(mut fields) = fields(bytes).filter(|fields| !fields.is_empty()) else {
        return bytes.to_vec();
    };
    let at = numbers.below(fields.len());
    let field = &mut fields[at];
    if field.wire == 2 && numbers.below(4) > 0 {
        field.payload = rearranged(&field.payload, numbers);
        return encoded(&fields);
    }
    match numbers.below(4) {
        0 => drop(fields.remove(at)),
        1 => fields.push(fields[at].clone()),
        2 => field.number = 1 + numbers.below(32) as u64,
        _ if field.wire == 0 => {
            let odd = [
                0,
                1,
                9,
                39,
                i32::MAX as u64,
                u64::from(u32::MAX),
                u64::MAX,
                1 << 63,
            ];
            field.payload.clear();
            encode_varint(odd[numbers.below(odd.len())], &mut field.payload);
        }
        _ => field.payload.clear(),
    }
    encoded(&fields)
}

/// Decodes bytes as one kind of message and translates what comes out. Gives whether one came out.
fn read<M: Message + Default + Name, T>(bytes: &[u8], translate: impl Fn(&M) -> Result<T>) -> bool {
    let Ok(message) = decode::<M>(bytes.to_vec().into()) else {
        return false;
    };
    if let Err(error) = translate(&message) {
        // An error can be shown, and says which it is.
        assert!(error.to_string().contains(&*error.condition().name));
    }
    true
}

/// Changes each message of a file in both ways, and reads what comes of it.
fn change(file: &str, rounds: usize, read: impl Fn(&[u8]) -> bool + RefUnwindSafe) {
    let mut numbers = Numbers(0x5eed);
    let (mut decoded, mut all) = (0, 0);
    for (name, bytes) in messages(file) {
        let mut moved = bytes.clone();
        for round in 0..rounds {
            // Every eighth time from the start again: what is left out does not come back.
            moved = rearranged(if round % 8 == 0 { &bytes } else { &moved }, &mut numbers);
            for one in [garbled(&bytes, &mut numbers), moved.clone()] {
                let fine = std::panic::catch_unwind(|| read(&one));
                let fine = fine.unwrap_or_else(|_| panic!("{name}, round {round}: {one:02x?}"));
                decoded += usize::from(fine);
                all += 1;
            }
        }
    }
    assert!(
        decoded > all / 4,
        "only {decoded} of {all} could be decoded"
    );
}

#[test]
fn s12_changed_expressions_never_panic() {
    change(EXPRESSIONS, 200, |bytes| {
        read::<proto::expression::Literal, _>(bytes, literal);
        read::<proto::DataType, _>(bytes, data_type);
        read::<proto::Expression, _>(bytes, expression)
    });
}

#[test]
fn s12_changed_plans_never_panic() {
    change(PLANS, 200, |bytes| {
        read::<proto::Relation, _>(bytes, relation);
        read::<proto::Command, _>(bytes, command);
        read::<proto::Catalog, _>(bytes, catalog_call);
        read::<proto::Plan, _>(bytes, plan)
    });
}
