//! Spark's random numbers: `org.apache.spark.util.random.XORShiftRandom`, a xorshift generator
//! (Marsaglia, "Xorshift RNGs", 2003) whose seed goes through MurmurHash3, under the interface of
//! `java.util.Random`. Equal seeds give Spark's values, bit by bit.

/// A generator of one partition.
#[derive(Debug, Clone)]
pub(crate) struct XorShift {
    state: i64,
    gaussian: Option<f64>,
}

impl XorShift {
    pub(crate) fn new(seed: i64) -> XorShift {
        XorShift {
            state: hash_seed(seed),
            gaussian: None,
        }
    }

    fn next(&mut self, bits: u32) -> i32 {
        let mut next = self.state ^ (self.state << 21);
        next ^= ((next as u64) >> 35) as i64;
        next ^= next << 4;
        self.state = next;
        (next & ((1_i64 << bits) - 1)) as i32
    }

    /// From 0 to 1, 1 not among them.
    pub(crate) fn next_double(&mut self) -> f64 {
        let high = i64::from(self.next(26)) << 27;
        (high + i64::from(self.next(27))) as f64 * (1.0 / (1_i64 << 53) as f64)
    }

    /// All 32 bits.
    pub(crate) fn next_int(&mut self) -> i32 {
        self.next(32)
    }

    /// All 64 bits.
    pub(crate) fn next_long(&mut self) -> i64 {
        (i64::from(self.next(32)) << 32).wrapping_add(i64::from(self.next(32)))
    }

    /// Around 0 with deviation 1, by Marsaglia's polar method, as `java.util.Random`.
    pub(crate) fn next_gaussian(&mut self) -> f64 {
        if let Some(held) = self.gaussian.take() {
            return held;
        }
        loop {
            let first = 2.0 * self.next_double() - 1.0;
            let second = 2.0 * self.next_double() - 1.0;
            let square = first * first + second * second;
            if square < 1.0 && square != 0.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.gaussian = Some(second * factor);
                return first * factor;
            }
        }
    }
}

/// The seed as Scala's `MurmurHash3.bytesHash` mixes its eight bytes in a buffer of eight: the lower
/// half from the bytes, the upper half from the bytes with the lower half as seed.
fn hash_seed(seed: i64) -> i64 {
    let bytes = seed.to_be_bytes();
    let low = bytes_hash(&bytes, 0x3c07_4a61);
    let high = bytes_hash(&bytes, low);
    (i64::from(high as i32) << 32) | i64::from(low)
}

fn bytes_hash(bytes: &[u8; 8], seed: u32) -> u32 {
    let mut hash = seed;
    for chunk in bytes.chunks_exact(4) {
        let word = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        let word = word
            .wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593);
        hash = (hash ^ word)
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64);
    }
    hash ^= 8;
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_sparks_numbers() {
        // SELECT rand(0), randn(0), as Spark documents them.
        assert_eq!(XorShift::new(0).next_double(), 0.760_495_375_828_591_5);
        assert_eq!(XorShift::new(0).next_gaussian(), 1.603_499_160_927_843_3);
    }
}
