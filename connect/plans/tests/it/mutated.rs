//! Messages of strangers: recorded ones with bytes changed, cut and doubled. Whatever comes out of
//! decoding is translated or refused with a condition; nothing panics.
//!
//! Changes are the same in every run.

use std::panic::RefUnwindSafe;

use flint_connect_plans::{catalog_call, command, data_type, expression, literal, plan, relation};
use flint_connect_protocol::{decode, spark::connect as proto};
use flint_sql_spec::Result;
use prost::Message;

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

/// One to four changes of `bytes`.
fn changed(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        match numbers.below(5) {
            0 => bytes[at] = numbers.below(256) as u8,
            1 => bytes[at] ^= 1 << numbers.below(8),
            2 => bytes.truncate(at.max(1)),
            3 => drop(bytes.remove(at)),
            _ => {
                let end = at + numbers.below(bytes.len() - at);
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// Decodes bytes as one kind of message and translates what comes out. Gives whether one came out.
fn read<M: Message + Default, T>(bytes: &[u8], translate: impl Fn(&M) -> Result<T>) -> bool {
    let Ok(message) = decode::<M>(bytes.to_vec().into()) else {
        return false;
    };
    if let Err(error) = translate(&message) {
        // An error can be shown, and says which it is.
        assert!(error.to_string().contains(&*error.condition().name));
    }
    true
}

/// Changes each message of a file, and reads what comes of it.
fn change(file: &str, rounds: usize, read: impl Fn(&[u8]) -> bool + RefUnwindSafe) {
    let mut numbers = Numbers(0x5eed);
    let (mut decoded, mut all) = (0, 0);
    for (name, bytes) in messages(file) {
        for round in 0..rounds {
            let one = changed(&bytes, &mut numbers);
            let fine = std::panic::catch_unwind(|| read(&one));
            let fine = fine.unwrap_or_else(|_| panic!("{name}, round {round}: {one:02x?}"));
            decoded += usize::from(fine);
            all += 1;
        }
    }
    assert!(
        decoded > all / 10,
        "only {decoded} of {all} could be decoded"
    );
}

#[test]
fn changed_expressions_never_panic() {
    change(EXPRESSIONS, 200, |bytes| {
        read::<proto::expression::Literal, _>(bytes, literal);
        read::<proto::DataType, _>(bytes, data_type);
        read::<proto::Expression, _>(bytes, expression)
    });
}

#[test]
fn changed_plans_never_panic() {
    change(PLANS, 200, |bytes| {
        read::<proto::Relation, _>(bytes, relation);
        read::<proto::Command, _>(bytes, command);
        read::<proto::Catalog, _>(bytes, catalog_call);
        read::<proto::Plan, _>(bytes, plan)
    });
}
