//! XXH64 of Yann Collet. Numbers are hashed as their bytes, the lowest first.

use super::row_hash::RowHash;

/// XXH64.
#[derive(Debug, Clone, Copy)]
pub(crate) struct XxHash64;

const P1: u64 = 0x9e37_79b1_85eb_ca87;
const P2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const P3: u64 = 0x1656_67b1_9e37_79f9;
const P4: u64 = 0x85eb_ca77_c2b2_ae63;
const P5: u64 = 0x27d4_eb2f_1656_67c5;

impl RowHash for XxHash64 {
    type State = u64;

    fn int(value: i32, seed: u64) -> u64 {
        finish(four(
            seed.wrapping_add(P5).wrapping_add(4),
            value.to_le_bytes(),
        ))
    }

    fn long(value: i64, seed: u64) -> u64 {
        finish(eight(
            seed.wrapping_add(P5).wrapping_add(8),
            value.to_le_bytes(),
        ))
    }

    fn bytes(bytes: &[u8], seed: u64) -> u64 {
        let (blocks, rest) = bytes.as_chunks::<32>();
        let start = match blocks {
            [] => seed.wrapping_add(P5),
            blocks => long_start(blocks, seed),
        };
        let (words, rest) = rest.as_chunks::<8>();
        let (halves, rest) = rest.as_chunks::<4>();
        let mut hash = start.wrapping_add(bytes.len() as u64);
        hash = words.iter().fold(hash, |hash, word| eight(hash, *word));
        hash = halves.iter().fold(hash, |hash, half| four(hash, *half));
        for byte in rest {
            hash ^= u64::from(*byte).wrapping_mul(P5);
            hash = hash.rotate_left(11).wrapping_mul(P1);
        }
        finish(hash)
    }
}

/// What blocks of 32 bytes come to, in four lanes.
fn long_start(blocks: &[[u8; 32]], seed: u64) -> u64 {
    let mut lanes = [
        seed.wrapping_add(P1).wrapping_add(P2),
        seed.wrapping_add(P2),
        seed,
        seed.wrapping_sub(P1),
    ];
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        for (lane, word) in lanes.iter_mut().zip(words) {
            *lane = round(*lane, u64::from_le_bytes(*word));
        }
    }
    let turned = [1, 7, 12, 18];
    let sum = lanes.iter().zip(turned).fold(0_u64, |sum, (lane, by)| {
        sum.wrapping_add(lane.rotate_left(by))
    });
    lanes.iter().fold(sum, |hash, lane| {
        (hash ^ round(0, *lane)).wrapping_mul(P1).wrapping_add(P4)
    })
}

fn round(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(P2))
        .rotate_left(31)
        .wrapping_mul(P1)
}

fn eight(hash: u64, bytes: [u8; 8]) -> u64 {
    (hash ^ round(0, u64::from_le_bytes(bytes)))
        .rotate_left(27)
        .wrapping_mul(P1)
        .wrapping_add(P4)
}

fn four(hash: u64, bytes: [u8; 4]) -> u64 {
    (hash ^ u64::from(u32::from_le_bytes(bytes)).wrapping_mul(P1))
        .rotate_left(23)
        .wrapping_mul(P2)
        .wrapping_add(P3)
}

fn finish(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 33).wrapping_mul(P2);
    let hash = (hash ^ hash >> 29).wrapping_mul(P3);
    hash ^ hash >> 32
}
