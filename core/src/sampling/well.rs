//! WELL19937c, the generator below the Poisson distribution that Spark samples with (Commons Math).

const WORDS: usize = 624;
const M1: usize = 70;
const M2: usize = 179;
const M3: usize = 449;

/// Panneton, L'Ecuyer and Matsumoto's generator with a period of 2^19937 - 1.
#[derive(Clone)]
pub(super) struct Well19937c {
    words: Box<[u32; WORDS]>,
    index: usize,
}

impl Well19937c {
    /// A generator seeded as Commons Math's `setSeed(long)` does.
    pub(super) fn new(seed: i64) -> Self {
        let mut words = Box::new([0u32; WORDS]);
        words[0] = (seed as u64 >> 32) as u32;
        words[1] = seed as u32;
        for i in 2..WORDS {
            // The two words before are sign-extended in the original.
            let l = i64::from(words[i - 2] as i32);
            words[i] = 1_812_433_253i64
                .wrapping_mul(l ^ (l >> 30))
                .wrapping_add(i as i64) as u32;
        }
        Well19937c { words, index: 0 }
    }

    fn next(&mut self, bits: u32) -> u32 {
        let at = |offset: usize| (self.index + offset) % WORDS;
        let (before, before2) = (at(WORDS - 1), at(WORDS - 2));
        let (v0, vm1, vm2, vm3) = (
            self.words[self.index],
            self.words[at(M1)],
            self.words[at(M2)],
            self.words[at(M3)],
        );

        let z0 = (0x8000_0000 & self.words[before]) ^ (0x7FFF_FFFF & self.words[before2]);
        let z1 = (v0 ^ (v0 << 25)) ^ (vm1 ^ (vm1 >> 27));
        let z2 = (vm2 >> 9) ^ (vm3 ^ (vm3 >> 1));
        let z3 = z1 ^ z2;
        let mut z4 = z0 ^ (z1 ^ (z1 << 9)) ^ (z2 ^ (z2 << 21)) ^ (z3 ^ (z3 >> 21));

        self.words[self.index] = z3;
        self.words[before] = z4;
        self.words[before2] &= 0x8000_0000;
        self.index = before;

        // Matsumoto-Kurita tempering makes it maximally equidistributed.
        z4 ^= (z4 << 7) & 0xe46e_1700;
        z4 ^= (z4 << 15) & 0x9b86_8000;
        z4 >> (32 - bits)
    }

    /// From 0 up to, but not including, 1, in steps of 2^-52.
    pub(super) fn next_double(&mut self) -> f64 {
        let high = u64::from(self.next(26)) << 26;
        (high | u64::from(self.next(26))) as f64 * (1.0 / (1u64 << 52) as f64)
    }
}

impl std::fmt::Debug for Well19937c {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Well19937c")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}
