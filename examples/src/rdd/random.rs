//! Numbers that look random and are the same in every run and on every machine.

/// The `n`-th number of a fixed sequence (SplitMix64): any of them without the ones before.
pub fn number(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The `n`-th number of the sequence as a fraction from 0 up to, but not including, 1.
pub fn fraction(n: u64) -> f64 {
    // 53 bits are what an f64 can hold.
    (number(n) >> 11) as f64 / (1_u64 << 53) as f64
}
