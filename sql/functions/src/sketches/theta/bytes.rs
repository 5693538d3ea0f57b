//! The bytes of theta sketches, as Java's `CompactSketch.toByteArrayCompressed` writes them.
//!
//! Eight bytes come first: how many groups of eight the head has, a version, the family, two bytes that
//! the version explains, flags, and a hash of the seed. Version 4 is for sketches with keys in order:
//! bits of an entry and bytes of the count, theta if it is not the largest, the count, and the distance
//! of each hash from the one before in that many bits, the highest bit first. Version 3 writes a key
//! alone, or none; versions 1 and 2 are older forms of it.

use super::{Compact, MAX_THETA};
use crate::sketches::reader::Reader;
use crate::sketches::{Broken, check_family};

const PLAIN: u8 = 3;
const COMPRESSED: u8 = 4;
const FAMILY: u8 = 3;
/// A hash of the seed 9001.
const SEED: u16 = 0x93cc;
const EMPTY: u8 = 4;
/// Read-only, compact and in order.
const USUAL: u8 = 2 | 8 | 16;
const SINGLE: u8 = 32;

/// The sketch as bytes; keys come in order.
pub(crate) fn write(sketch: &Compact<()>) -> Vec<u8> {
    let mut hashes: Vec<u64> = sketch.entries.iter().map(|(hash, ())| *hash).collect();
    hashes.sort_unstable();
    if sketch.empty || (hashes.is_empty() && sketch.theta == MAX_THETA) {
        return [1, PLAIN, FAMILY, 0, 0, USUAL | EMPTY, 0, 0].to_vec();
    }
    let [seed, seed_too] = SEED.to_le_bytes();
    let head = |longs, version, [first, second]: [u8; 2], flags| {
        [longs, version, FAMILY, first, second, flags, seed, seed_too].to_vec()
    };
    match (hashes.as_slice(), sketch.estimates()) {
        ([], _) => {
            // No keys; the share of keys that are looked at, 1.0; theta.
            let mut bytes = head(3, PLAIN, [0, 0], USUAL);
            bytes.extend_from_slice(&[0; 4]);
            bytes.extend_from_slice(&1.0_f32.to_le_bytes());
            bytes.extend_from_slice(&sketch.theta.to_le_bytes());
            bytes
        }
        ([one], false) => {
            let mut bytes = head(1, PLAIN, [0, 0], USUAL | SINGLE);
            bytes.extend_from_slice(&one.to_le_bytes());
            bytes
        }
        (hashes, estimates) => {
            let (width, count) = (width(hashes), count_bytes(hashes.len()));
            let mut bytes = head(
                1 + u8::from(estimates),
                COMPRESSED,
                [width, count.len() as u8],
                USUAL,
            );
            if estimates {
                bytes.extend_from_slice(&sketch.theta.to_le_bytes());
            }
            bytes.extend_from_slice(&count);
            pack(hashes, width, &mut bytes);
            bytes
        }
    }
}

/// Bits for the largest distance of two hashes.
fn width(hashes: &[u64]) -> u8 {
    let all = distances(hashes).fold(0, |all, distance| all | distance);
    (u64::BITS - all.leading_zeros()) as u8
}

fn distances(hashes: &[u64]) -> impl Iterator<Item = u64> + '_ {
    let mut last = 0;
    hashes
        .iter()
        .map(move |hash| hash - std::mem::replace(&mut last, *hash))
}

/// A count in as few bytes as it needs.
fn count_bytes(count: usize) -> Vec<u8> {
    let mut bytes = (count as u32).to_le_bytes().to_vec();
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    bytes
}

fn pack(hashes: &[u64], width: u8, bytes: &mut Vec<u8>) {
    let (mut waiting, mut bits) = (0_u128, 0);
    for distance in distances(hashes) {
        waiting = waiting << width | u128::from(distance);
        bits += u32::from(width);
        while bits >= 8 {
            bits -= 8;
            bytes.push((waiting >> bits) as u8);
        }
        waiting &= (1 << bits) - 1;
    }
    if bits > 0 {
        bytes.push((waiting << (8 - bits)) as u8);
    }
}

/// The sketch in these bytes; what stands behind its end does not matter.
pub(crate) fn read(bytes: &[u8]) -> Result<Compact<()>, Broken> {
    if bytes.len() < 8 {
        return Err(Broken::Bytes);
    }
    check_family(bytes, "COMPACT")?;
    let mut reader = Reader::new(bytes);
    let sketch = match bytes[1] {
        1..=PLAIN => read_plain(&mut reader),
        COMPRESSED => read_compressed(&mut reader),
        _ => None,
    };
    sketch.ok_or(Broken::Bytes)
}

fn checked(theta: u64, hashes: Vec<u64>) -> Option<Compact<()>> {
    let fits =
        (1..=MAX_THETA).contains(&theta) && hashes.iter().all(|hash| *hash != 0 && *hash < theta);
    fits.then(|| {
        let entries = hashes.into_iter().map(|hash| (hash, ())).collect();
        Compact::new(theta, false, entries)
    })
}

fn read_plain(reader: &mut Reader<'_>) -> Option<Compact<()>> {
    let [longs, version, _, _, _, flags] = reader.array()?;
    let seed = reader.u16()?;
    let new = version == PLAIN;
    let alone = longs == 1;
    if (new && flags & EMPTY != 0) || (!new && alone) {
        return Some(Compact::new(MAX_THETA, true, Vec::new()));
    }
    if version > 1 && seed != SEED {
        return None;
    }
    let (mut count, mut theta) = (1, MAX_THETA);
    if !alone {
        count = reader.count()?;
        reader.bytes(4)?;
        if longs > 2 {
            theta = reader.u64()?;
        }
    }
    if !new && count == 0 && theta == MAX_THETA {
        return Some(Compact::new(MAX_THETA, true, Vec::new()));
    }
    let (hashes, _) = reader.bytes(count.checked_mul(8)?)?.as_chunks::<8>();
    checked(
        theta,
        hashes.iter().copied().map(u64::from_le_bytes).collect(),
    )
}

fn read_compressed(reader: &mut Reader<'_>) -> Option<Compact<()>> {
    let [longs, _, _, width, counted, _] = reader.array()?;
    if reader.u16()? != SEED || counted > 4 || !(1..64).contains(&width) {
        return None;
    }
    let theta = if longs > 1 { reader.u64()? } else { MAX_THETA };
    let mut count = [0; 4];
    let known = reader.bytes(usize::from(counted))?;
    count[..known.len()].copy_from_slice(known);
    let count = u32::from_le_bytes(count) as usize;
    let packed = reader.bytes((count * usize::from(width)).div_ceil(8))?;
    checked(theta, unpack(packed, width, count)?)
}

fn unpack(packed: &[u8], width: u8, count: usize) -> Option<Vec<u64>> {
    let (mut waiting, mut bits, mut last) = (0_u128, 0, 0_u64);
    let mut bytes = packed.iter();
    let mut hashes = Vec::with_capacity(count);
    for _ in 0..count {
        while bits < u32::from(width) {
            waiting = waiting << 8 | u128::from(*bytes.next()?);
            bits += 8;
        }
        bits -= u32::from(width);
        last = last.checked_add((waiting >> bits) as u64)?;
        waiting &= (1 << bits) - 1;
        hashes.push(last);
    }
    Some(hashes)
}
