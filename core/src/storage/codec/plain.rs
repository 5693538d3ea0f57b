//! Records of fixed width: numbers and small tuples of them, without a byte of overhead.
//!
//! A generic function can't ask whether its `T` is one of some hundred types without code for each
//! of them in each instance. So the codecs are entries of one table, by [`TypeId`]: they take and
//! give the vector as [`Any`], and only the look-up is generic.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::mem::{needs_drop, size_of};
use std::sync::LazyLock;

use bytemuck::Pod;

use crate::data::Total;

/// No plain record takes more bytes in memory. Saves the look-up for larger ones.
const MAX_SIZE: usize = 32;

/// A value of fixed encoded width.
trait Plain: Copy + 'static {
    /// Encoded bytes.
    const WIDTH: usize;
    /// Writes exactly `WIDTH` bytes.
    fn put(self, out: &mut [u8]);
    /// Reads exactly `WIDTH` bytes; `None` if no value is written so.
    fn get(bytes: &[u8]) -> Option<Self>;
}

macro_rules! plain_numbers {
    ($($number:ty),*) => { $(
        impl Plain for $number {
            const WIDTH: usize = size_of::<$number>();

            #[inline(always)]
            fn put(self, out: &mut [u8]) {
                out.copy_from_slice(&self.to_le_bytes());
            }

            #[inline(always)]
            fn get(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self::from_le_bytes)
            }
        }
    )* };
}

plain_numbers!(u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, f32, f64);

/// Values that are written as another plain type.
macro_rules! plain_as {
    ($($type:ty as $repr:ty: $to:expr, $from:expr;)*) => { $(
        impl Plain for $type {
            const WIDTH: usize = <$repr as Plain>::WIDTH;

            #[inline(always)]
            fn put(self, out: &mut [u8]) {
                let to: fn($type) -> $repr = $to;
                to(self).put(out);
            }

            #[inline(always)]
            fn get(bytes: &[u8]) -> Option<Self> {
                let from: fn($repr) -> Option<$type> = $from;
                <$repr>::get(bytes).and_then(from)
            }
        }
    )* };
}

plain_as! {
    usize as u64: |x| x as u64, |x| usize::try_from(x).ok();
    isize as i64: |x| x as i64, |x| isize::try_from(x).ok();
    bool as u8: u8::from, |x| (x < 2).then_some(x == 1);
    char as u32: u32::from, char::from_u32;
    Total<f32> as f32: |x| x.0, |x| Some(Total(x));
    Total<f64> as f64: |x| x.0, |x| Some(Total(x));
}

impl<A: Plain, B: Plain> Plain for (A, B) {
    const WIDTH: usize = A::WIDTH + B::WIDTH;

    #[inline(always)]
    fn put(self, out: &mut [u8]) {
        let (a, b) = out.split_at_mut(A::WIDTH);
        self.0.put(a);
        self.1.put(b);
    }

    #[inline(always)]
    fn get(bytes: &[u8]) -> Option<Self> {
        let (a, b) = bytes.split_at_checked(A::WIDTH)?;
        Some((A::get(a)?, B::get(b)?))
    }
}

impl<A: Plain, B: Plain, C: Plain> Plain for (A, B, C) {
    const WIDTH: usize = A::WIDTH + B::WIDTH + C::WIDTH;

    #[inline(always)]
    fn put(self, out: &mut [u8]) {
        ((self.0, self.1), self.2).put(out);
    }

    #[inline(always)]
    fn get(bytes: &[u8]) -> Option<Self> {
        let ((a, b), c) = Plain::get(bytes)?;
        Some((a, b, c))
    }
}

/// How the records of one plain type are written and read.
#[derive(Clone, Copy)]
pub(super) struct PlainCodec {
    width: usize,
    /// Takes a `Vec` of the type.
    encode: fn(&dyn Any, &mut Vec<u8>),
    /// Takes a `Vec` of the type, and a multiple of `width` bytes. False: there is no such value.
    decode: fn(&[u8], &mut dyn Any) -> bool,
}

impl PlainCodec {
    /// The codec of `T`, if it is plain.
    pub(super) fn of<T: 'static>() -> Option<&'static PlainCodec> {
        if needs_drop::<T>() || size_of::<T>() == 0 || size_of::<T>() > MAX_SIZE {
            return None;
        }
        CODECS.get(&TypeId::of::<T>())
    }

    /// Encoded bytes of a record.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Appends the encoding of `items`, a `Vec` of this codec's type.
    pub(super) fn encode(&self, items: &dyn Any, out: &mut Vec<u8>) {
        (self.encode)(items, out);
    }

    /// Appends `count` records to `out`, a `Vec` of this codec's type.
    pub(super) fn decode(
        &self,
        count: usize,
        bytes: &[u8],
        out: &mut dyn Any,
    ) -> Result<(), String> {
        if count.checked_mul(self.width) != Some(bytes.len()) {
            return Err(format!(
                "{count} records of {} bytes can't be in {} bytes",
                self.width,
                bytes.len()
            ));
        }
        if (self.decode)(bytes, out) {
            Ok(())
        } else {
            Err("no value is written like this".to_owned())
        }
    }
}

fn encode_each<P: Plain>(items: &dyn Any, out: &mut Vec<u8>) {
    let items = items
        .downcast_ref::<Vec<P>>()
        .expect("the table is by the type of the records");
    let start = out.len();
    out.resize(start + items.len() * P::WIDTH, 0);
    for (bytes, item) in out[start..].chunks_exact_mut(P::WIDTH).zip(items) {
        item.put(bytes);
    }
}

fn decode_each<P: Plain>(bytes: &[u8], out: &mut dyn Any) -> bool {
    let out = out
        .downcast_mut::<Vec<P>>()
        .expect("the table is by the type of the records");
    out.reserve(bytes.len() / P::WIDTH);
    for record in bytes.chunks_exact(P::WIDTH) {
        match P::get(record) {
            Some(item) => out.push(item),
            None => return false,
        }
    }
    true
}

fn encode_copy<P: Pod>(items: &dyn Any, out: &mut Vec<u8>) {
    let items = items
        .downcast_ref::<Vec<P>>()
        .expect("the table is by the type of the records");
    out.extend_from_slice(bytemuck::cast_slice(items));
}

fn decode_copy<P: Pod>(bytes: &[u8], out: &mut dyn Any) -> bool {
    let out = out
        .downcast_mut::<Vec<P>>()
        .expect("the table is by the type of the records");
    let start = out.len();
    out.resize(start + bytes.len() / size_of::<P>(), P::zeroed());
    bytemuck::cast_slice_mut::<P, u8>(&mut out[start..]).copy_from_slice(bytes);
    true
}

static CODECS: LazyLock<HashMap<TypeId, PlainCodec>> = LazyLock::new(|| {
    let mut table = Table(HashMap::new());
    table.add_singles();
    table.add_pairs();
    table.add_nested();
    table.0
});

struct Table(HashMap<TypeId, PlainCodec>);

impl Table {
    fn add<P: Plain>(&mut self) {
        debug_assert!(
            size_of::<P>() <= MAX_SIZE,
            "the look-up leaves out larger types"
        );
        let codec = PlainCodec {
            width: P::WIDTH,
            encode: encode_each::<P>,
            decode: decode_each::<P>,
        };
        self.0.insert(TypeId::of::<P>(), codec);
    }

    /// A number whose bytes in memory are its encoding, where the machine is little-endian.
    fn add_number<P: Plain + Pod>(&mut self) {
        if cfg!(target_endian = "little") {
            let codec = PlainCodec {
                width: P::WIDTH,
                encode: encode_copy::<P>,
                decode: decode_copy::<P>,
            };
            self.0.insert(TypeId::of::<P>(), codec);
        } else {
            self.add::<P>();
        }
    }
}

/// Calls `$table.$add` for each type, or for each pair or tuple of the listed ones.
macro_rules! register {
    ($table:ident . $add:ident: $($type:ty),*) => { $( $table.$add::<$type>(); )* };
    ($table:ident pairs: ($($a:ty),*) $b:tt) => { $( register!($table pairs_with $a: $b); )* };
    ($table:ident pairs_with $a:ty: ($($b:ty),*)) => { $( $table.add::<($a, $b)>(); )* };
    ($table:ident nested: ($($a:ty),*) $b:tt) => { $( register!($table nested_with $a: $b); )* };
    ($table:ident nested_with $a:ty: ($($b:ty),*)) => { $(
        $table.add::<($a, $a, $b)>();
        $table.add::<(($a, $a), $b)>();
        $table.add::<($a, ($b, $b))>();
    )* };
    ($table:ident sums: $($key:ty),*) => { $(
        $table.add::<($key, (f64, u64))>();
        $table.add::<($key, (i64, u64))>();
    )* };
}

impl Table {
    fn add_singles(&mut self) {
        register!(self.add_number: u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, f32, f64);
        register!(self.add: usize, isize, bool, char, Total<f32>, Total<f64>);
    }

    fn add_pairs(&mut self) {
        register!(self pairs: (u8, u32, u64, usize, i32, i64, f64, bool) (u8, u32, u64, usize, i32, i64, f32, f64, bool));
    }

    /// Edges, matrix entries and ratings; joined values; sums with their counts.
    fn add_nested(&mut self) {
        register!(self nested: (u32, u64, i32, i64) (u32, u64, i32, i64, f64));
        register!(self sums: u32, u64, usize, i32, i64);
    }
}
