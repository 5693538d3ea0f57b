//! Inputs: the same for every run.

/// The splitmix64 generator's number `i`.
pub(crate) fn number(i: u64) -> u64 {
    let z = i.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Numbers below 2^32, whose sum can't overflow.
pub(crate) fn numbers(count: u64) -> Vec<u64> {
    (0..count).map(|i| number(i) >> 32).collect()
}

/// Pairs with so many different keys, spread evenly.
pub(crate) fn pairs(count: u64, keys: u64) -> Vec<(u64, u64)> {
    (0..count).map(|i| (number(i) % keys, i)).collect()
}

/// Words of 5 to 20 letters of which few are frequent, as in a text.
pub(crate) fn words(count: u64, different: u64) -> Vec<String> {
    (0..count)
        .map(|i| {
            let uniform = (number(i) >> 11) as f64 / (1_u64 << 53) as f64;
            // Uniform in the exponent: the probability of a rank falls as 1 / rank.
            let rank = (different as f64).powf(uniform) as u64;
            let letters = format!("{:016x}{:04x}", number(rank), rank & 0xffff);
            letters[..5 + (rank % 16) as usize].to_owned()
        })
        .collect()
}
