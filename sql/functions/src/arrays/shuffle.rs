//! `shuffle`: elements in an order of chance, which hangs on the seed, the partition, and the rows of it
//! that came before.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::Int32Type;
use flint_sql_spec::{Literal, Result};

use super::lists::{Lists, Picked, element};
use crate::scalar::Kernel;
use crate::site::Site;

/// `shuffle(array, partition)` or `shuffle(array, partition, seed)`; a seed of NULL is zero.
pub(super) fn shuffle(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    let seed = match site.constants.get(2) {
        Some(Some(Literal::Long(seed))) => *seed,
        Some(Some(Literal::Integer(seed))) => i64::from(*seed),
        Some(_) => 0,
        None => RandomState::new().hash_one(0) as i64,
    };
    let twisters: Mutex<HashMap<i32, Twister>> = Mutex::default();
    Ok(Arc::new(move |args| {
        let (lists, partitions) = (Lists::of(args, 0)?, args.numbers::<Int32Type>(1)?);
        let mut twisters = twisters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut picked = Picked::default();
        for (row, span) in lists.spans.into_iter().enumerate() {
            let Some(span) = span else {
                picked.null();
                continue;
            };
            let partition = partitions.get(row).unwrap_or(0);
            let twister = twisters
                .entry(partition)
                .or_insert_with(|| Twister::new(seed.wrapping_add(i64::from(partition))));
            let order = twister.order(span.len());
            picked.extend(order.into_iter().map(|place| span.start + place));
            picked.end();
        }
        picked.lists(&field, &lists.values)
    }))
}

/// How many words the generator holds.
const WORDS: usize = 624;

/// The generator MT19937 (Matsumoto and Nishimura, "Mersenne Twister", 1998).
#[derive(Debug)]
struct Twister {
    words: Vec<u32>,
    next: usize,
}

impl Twister {
    /// Begins with the two halves of the seed, the upper one first.
    fn new(seed: i64) -> Twister {
        let key = [(seed as u64 >> 32) as u32, seed as u32];
        let mut words = vec![19_650_218_u32];
        for i in 1..WORDS {
            let last = mixed(words[i - 1]);
            words.push(last.wrapping_mul(1_812_433_253).wrapping_add(i as u32));
        }
        let mut place = 1;
        let mut forward = |words: &mut Vec<u32>| {
            place += 1;
            if place >= WORDS {
                words[0] = words[WORDS - 1];
                place = 1;
            }
            place
        };
        let mut at = 1;
        for step in 0..WORDS {
            let (which, last) = (step % 2, mixed(words[at - 1]));
            words[at] = (words[at] ^ last.wrapping_mul(1_664_525))
                .wrapping_add(key[which])
                .wrapping_add(which as u32);
            at = forward(&mut words);
        }
        for _ in 1..WORDS {
            let last = mixed(words[at - 1]);
            words[at] = (words[at] ^ last.wrapping_mul(1_566_083_941)).wrapping_sub(at as u32);
            at = forward(&mut words);
        }
        words[0] = 1 << 31;
        Twister { words, next: WORDS }
    }

    fn turn(&mut self) {
        for i in 0..WORDS {
            let joined =
                (self.words[i] & (1 << 31)) | (self.words[(i + 1) % WORDS] & (u32::MAX >> 1));
            let odd = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.words[i] = self.words[(i + 397) % WORDS] ^ (joined >> 1) ^ odd;
        }
        self.next = 0;
    }

    /// The upper 31 bits of the next word.
    fn bits(&mut self) -> u32 {
        if self.next == WORDS {
            self.turn();
        }
        let mut word = self.words[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^= word >> 18;
        word >> 1
    }

    /// A number below `end`, all of them as likely.
    fn below(&mut self, end: u32) -> u32 {
        if end.is_power_of_two() {
            return ((u64::from(end) * u64::from(self.bits())) >> 31) as u32;
        }
        loop {
            let bits = self.bits();
            let found = bits % end;
            // Numbers behind the last whole run of all would make some likelier.
            if bits - found <= i32::MAX as u32 - (end - 1) {
                return found;
            }
        }
    }

    /// The places of so many elements (Fisher and Yates, inside out).
    fn order(&mut self, length: usize) -> Vec<usize> {
        let mut places = vec![0; length];
        for place in 0..length {
            let other = self.below(place as u32 + 1) as usize;
            places[place] = places[other];
            places[other] = place;
        }
        places
    }
}

fn mixed(word: u32) -> u32 {
    word ^ (word >> 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_sparks_orders() {
        // SELECT shuffle(array(1, 2, 3, 4, 5, 6, 7, 8), 1) FROM range(2)
        let mut twister = Twister::new(1);
        assert_eq!(twister.order(8), [5, 0, 4, 6, 2, 1, 3, 7]);
        assert_eq!(twister.order(8), [7, 1, 2, 4, 6, 0, 3, 5]);
        // SELECT shuffle(array('a', 'b', NULL, 'd', 'e'), 12345678901L)
        assert_eq!(Twister::new(12_345_678_901).order(5), [4, 2, 0, 3, 1]);
        assert_eq!(Twister::new(-3).order(5), [1, 4, 3, 2, 0]);
    }
}
