//! Tuple sketches: theta sketches with a number beside each key.
//!
//! The numbers of a key are summed, or the smallest or largest stays, or all are one: a [`Mode`], which
//! is written with each number. The bytes are a head as theta sketches have it, then the count and theta
//! where they are needed, then a hash and a number for each key, as they lie in the table.

use std::fmt;

use arrow::datatypes::{Float64Type, Int64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, Result, SqlError, condition};

use super::reader::Reader;
use super::theta::{self, Compact, Entry, Intersection, MAX_THETA, Summary, Union, difference};
use super::{Broken, check_family, lg_entries};
use crate::each::{binaries, kernel, numbers};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// What becomes of the numbers of a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Their sum.
    #[default]
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// Always one.
    One,
}

impl Mode {
    /// The mode of a number in bytes.
    fn of(number: u8) -> Option<Mode> {
        [Mode::Sum, Mode::Min, Mode::Max, Mode::One]
            .get(usize::from(number))
            .copied()
    }

    /// The mode of a name in any case.
    ///
    /// # Errors
    /// `TUPLE_INVALID_SKETCH_MODE`.
    pub(crate) fn parse(function: &str, name: &str) -> Result<Mode, Raised> {
        Ok(match name.to_lowercase().as_str() {
            "sum" => Mode::Sum,
            "min" => Mode::Min,
            "max" => Mode::Max,
            "alwaysone" => Mode::One,
            _ => {
                return Err(SqlError::new(condition::TUPLE_INVALID_SKETCH_MODE)
                    .with("function", format!("`{function}`"))
                    .with("mode", name)
                    .with("validModes", "sum, min, max, alwaysone")
                    .into());
            }
        })
    }
}

/// A number beside a key: a double or an integer.
pub(crate) trait Number:
    Copy + Default + PartialOrd + fmt::Debug + Send + Sync + 'static
{
    /// Bytes of a number.
    const BYTES: usize;
    const ONE: Self;
    const SMALLEST: Self;
    const LARGEST: Self;

    fn plus(self, other: Self) -> Self;
    fn write(self, bytes: &mut Vec<u8>);
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

impl Number for f64 {
    const BYTES: usize = 8;
    const ONE: f64 = 1.0;
    const SMALLEST: f64 = f64::NEG_INFINITY;
    const LARGEST: f64 = f64::INFINITY;

    fn plus(self, other: f64) -> f64 {
        self + other
    }

    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Option<f64> {
        reader.f64()
    }
}

impl Number for i32 {
    const BYTES: usize = 4;
    const ONE: i32 = 1;
    const SMALLEST: i32 = i32::MIN;
    const LARGEST: i32 = i32::MAX;

    /// Sums that are too large start again from below, as in Java.
    fn plus(self, other: i32) -> i32 {
        self.wrapping_add(other)
    }

    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Option<i32> {
        reader.i32()
    }
}

/// A number with its mode.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Moded<N> {
    pub(crate) value: N,
    mode: Mode,
}

impl<N: Number> Summary for Moded<N> {}

impl<N: Number> Moded<N> {
    /// The number of no numbers.
    pub(crate) fn none(mode: Mode) -> Moded<N> {
        let value = match mode {
            Mode::Sum => N::default(),
            Mode::Min => N::LARGEST,
            Mode::Max => N::SMALLEST,
            Mode::One => N::ONE,
        };
        Moded { value, mode }
    }

    /// The number with one more; one that is no number is neither smaller nor larger.
    pub(crate) fn and(self, value: N) -> Moded<N> {
        let takes = match self.mode {
            Mode::Sum => {
                return Moded {
                    value: self.value.plus(value),
                    ..self
                };
            }
            Mode::Min => value < self.value,
            Mode::Max => value > self.value,
            Mode::One => return Moded::none(Mode::One),
        };
        if takes { Moded { value, ..self } } else { self }
    }

    /// Makes one number of two, in a mode that is not that of the two, maybe.
    pub(crate) fn joined(mode: Mode) -> impl Fn(Moded<N>, Moded<N>) -> Moded<N> + Copy {
        move |first, second| Moded::none(mode).and(first.value).and(second.value)
    }
}

const VERSION: u8 = 3;
const FAMILY: u8 = 9;
/// What a compact sketch is among the kinds of tuple sketches.
const KIND: u8 = 1;
/// A hash of the seed 9001.
const SEED: [u8; 2] = [0xcc, 0x93];
const EMPTY: u8 = 4;
/// Read-only and compact.
const USUAL: u8 = 2 | 8;

/// The sketch as bytes.
pub(crate) fn write<N: Number>(sketch: &Compact<Moded<N>>) -> Vec<u8> {
    let count = sketch.entries.len();
    let alone = count == 1 && !sketch.estimates();
    let (longs, flags) = match (sketch.empty || alone, sketch.estimates()) {
        (true, _) => (1, if sketch.empty { USUAL | EMPTY } else { USUAL }),
        (false, true) => (3, USUAL),
        (false, false) => (2, USUAL),
    };
    let mut bytes = vec![longs, VERSION, FAMILY, KIND, 0, flags];
    bytes.extend_from_slice(&SEED);
    if longs > 1 {
        bytes.extend_from_slice(&(count as u64).to_le_bytes());
    }
    if longs > 2 {
        bytes.extend_from_slice(&sketch.theta.to_le_bytes());
    }
    for (hash, number) in &sketch.entries {
        bytes.extend_from_slice(&hash.to_le_bytes());
        number.value.write(&mut bytes);
        bytes.push(number.mode as u8);
    }
    bytes
}

/// The sketch in these bytes; what stands behind its end does not matter.
fn read<N: Number>(bytes: &[u8]) -> Result<Compact<Moded<N>>, Broken> {
    check_family(bytes, "TUPLE")?;
    if bytes[1] != VERSION || bytes.get(3) != Some(&KIND) {
        return Err(Broken::Bytes);
    }
    read_entries(&mut Reader::new(bytes)).ok_or(Broken::Bytes)
}

fn read_entries<N: Number>(reader: &mut Reader<'_>) -> Option<Compact<Moded<N>>> {
    let [longs, _, _, _, _, flags, _, _] = reader.array()?;
    if flags & EMPTY != 0 {
        return Some(Compact::new(MAX_THETA, true, Vec::new()));
    }
    let (mut count, mut theta) = (1, MAX_THETA);
    if longs > 1 {
        count = reader.count()?;
        reader.bytes(4)?;
    }
    if longs > 2 {
        theta = reader.u64()?;
    }
    if reader.left() / (8 + N::BYTES + 1) < count {
        return None;
    }
    let entry = |reader: &mut Reader<'_>| -> Option<Entry<Moded<N>>> {
        let hash = reader.u64().filter(|hash| *hash != 0)?;
        let value = N::read(reader)?;
        let mode = Mode::of(reader.byte()?)?;
        Some((hash, Moded { value, mode }))
    };
    let entries = (0..count).map(|_| entry(reader)).collect::<Option<_>>()?;
    Some(Compact::new(theta, false, entries))
}

/// The tuple sketch in these bytes.
///
/// # Errors
/// `TUPLE_INVALID_INPUT_SKETCH_BUFFER`, and `.._FAMILY` for another family's bytes.
pub(crate) fn parse<N: Number>(function: &str, bytes: &[u8]) -> Result<Compact<Moded<N>>, Raised> {
    read(bytes).map_err(|broken| {
        let error = match broken {
            Broken::Bytes => SqlError::new(condition::TUPLE_INVALID_INPUT_SKETCH_BUFFER),
            Broken::Family(found) => {
                SqlError::new(condition::TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY)
                    .with("expectedFamily", "TUPLE")
                    .with("actualFamily", found)
            }
        };
        error.with("function", format!("`{function}`")).into()
    })
}

/// The mode that argument `at` of a call is; a sum, if there is none.
///
/// # Errors
/// As [`Mode::parse`].
pub(crate) fn mode(function: &str, site: &Site, at: usize) -> Result<Mode, Raised> {
    match site.constant_text(at) {
        Some(name) => Mode::parse(function, name),
        None => Ok(Mode::Sum),
    }
}

/// The `lgNomEntries` that argument `at` of a call is.
///
/// # Errors
/// As [`lg_entries`].
pub(crate) fn size(function: &str, site: &Site, at: usize) -> Result<u8, Raised> {
    match site.constant(at) {
        Some(Literal::Integer(lg)) => lg_entries(function, *lg),
        None => lg_entries(function, theta::LG_ENTRIES),
        other => Err(SqlError::internal(format!("lgNomEntries {other:?}")).into()),
    }
}

/// Functions of rows over tuple sketches.
pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("tuple_sketch_estimate_double", |_| {
        figure::<f64>("tuple_sketch_estimate_double", Compact::estimate)
    }),
    Scalar::new("tuple_sketch_estimate_integer", |_| {
        figure::<i32>("tuple_sketch_estimate_integer", Compact::estimate)
    }),
    Scalar::new("tuple_sketch_theta_double", |_| {
        figure::<f64>("tuple_sketch_theta_double", Compact::share)
    }),
    Scalar::new("tuple_sketch_theta_integer", |_| {
        figure::<i32>("tuple_sketch_theta_integer", Compact::share)
    }),
    Scalar::new("tuple_sketch_summary_double", doubles),
    Scalar::new("tuple_sketch_summary_integer", integers),
    Scalar::new("tuple_union_double", |site| {
        united::<f64>("tuple_union_double", site)
    }),
    Scalar::new("tuple_union_integer", |site| {
        united::<i32>("tuple_union_integer", site)
    }),
    Scalar::new("tuple_union_theta_double", |site| {
        united_theta::<f64>("tuple_union_theta_double", site)
    }),
    Scalar::new("tuple_union_theta_integer", |site| {
        united_theta::<i32>("tuple_union_theta_integer", site)
    }),
    Scalar::new("tuple_intersection_double", |site| {
        shared::<f64>("tuple_intersection_double", site)
    }),
    Scalar::new("tuple_intersection_integer", |site| {
        shared::<i32>("tuple_intersection_integer", site)
    }),
    Scalar::new("tuple_intersection_theta_double", |site| {
        shared_theta::<f64>("tuple_intersection_theta_double", site)
    }),
    Scalar::new("tuple_intersection_theta_integer", |site| {
        shared_theta::<i32>("tuple_intersection_theta_integer", site)
    }),
    Scalar::new("tuple_difference_double", |_| {
        of_tuples::<f64>("tuple_difference_double", |a, b| difference(&a, &b))
    }),
    Scalar::new("tuple_difference_integer", |_| {
        of_tuples::<i32>("tuple_difference_integer", |a, b| difference(&a, &b))
    }),
    Scalar::new("tuple_difference_theta_double", |_| {
        with_theta::<f64>("tuple_difference_theta_double", |a, b| difference(&a, &b))
    }),
    Scalar::new("tuple_difference_theta_integer", |_| {
        with_theta::<i32>("tuple_difference_theta_integer", |a, b| difference(&a, &b))
    }),
];

/// A double that a sketch says.
fn figure<N: Number>(function: &'static str, of: fn(&Compact<Moded<N>>) -> f64) -> Result<Kernel> {
    kernel(move |args| {
        let sketches = args.binaries(0)?;
        numbers::<Float64Type>(args.rows(), |row| {
            let sketch = sketches.get(row).map(|bytes| parse(function, bytes));
            Ok(sketch.transpose()?.map(|sketch| of(&sketch)))
        })
    })
}

/// The numbers of all keys in one; 0 where there is none.
fn all<T: Copy + PartialOrd>(
    mode: Mode,
    values: impl Iterator<Item = T>,
    sum: T,
    one: fn(T, T) -> T,
    unit: T,
) -> T {
    match mode {
        Mode::Sum => values.fold(sum, one),
        Mode::One => values.fold(sum, |count, _| one(count, unit)),
        Mode::Min => values
            .reduce(|a, b| if b < a { b } else { a })
            .unwrap_or(sum),
        Mode::Max => values
            .reduce(|a, b| if b > a { b } else { a })
            .unwrap_or(sum),
    }
}

fn doubles(site: &Site) -> Result<Kernel> {
    let function = "tuple_sketch_summary_double";
    let mode = mode(function, site, 1).map_err(|raised| raised.0)?;
    kernel(move |args| {
        let sketches = args.binaries(0)?;
        numbers::<Float64Type>(args.rows(), |row| {
            let sketch = sketches.get(row).map(|bytes| parse::<f64>(function, bytes));
            Ok(sketch.transpose()?.map(|sketch| {
                let values = sketch.entries.iter().map(|(_, number)| number.value);
                all(mode, values, 0.0, |a, b| a + b, 1.0)
            }))
        })
    })
}

fn integers(site: &Site) -> Result<Kernel> {
    let function = "tuple_sketch_summary_integer";
    let mode = mode(function, site, 1).map_err(|raised| raised.0)?;
    kernel(move |args| {
        let sketches = args.binaries(0)?;
        numbers::<Int64Type>(args.rows(), |row| {
            let sketch = sketches.get(row).map(|bytes| parse::<i32>(function, bytes));
            Ok(sketch.transpose()?.map(|sketch| {
                let values = sketch
                    .entries
                    .iter()
                    .map(|(_, number)| i64::from(number.value));
                all(mode, values, 0, i64::wrapping_add, 1)
            }))
        })
    })
}

/// A sketch of two tuple sketches.
fn of_tuples<N: Number>(
    function: &'static str,
    of: impl Fn(Compact<Moded<N>>, Compact<Moded<N>>) -> Compact<Moded<N>> + Send + Sync + 'static,
) -> Result<Kernel> {
    kernel(move |args| {
        let (first, second) = (args.binaries(0)?, args.binaries(1)?);
        binaries(args.rows(), |row| {
            let Some((first, second)) = first.get(row).zip(second.get(row)) else {
                return Ok(None);
            };
            let sketch = of(parse(function, first)?, parse(function, second)?);
            Ok(Some(write(&sketch)))
        })
    })
}

/// A sketch of a tuple sketch and a theta sketch.
fn with_theta<N: Number>(
    function: &'static str,
    of: impl Fn(Compact<Moded<N>>, Compact<()>) -> Compact<Moded<N>> + Send + Sync + 'static,
) -> Result<Kernel> {
    kernel(move |args| {
        let (first, second) = (args.binaries(0)?, args.binaries(1)?);
        binaries(args.rows(), |row| {
            let Some((first, second)) = first.get(row).zip(second.get(row)) else {
                return Ok(None);
            };
            let sketch = of(parse(function, first)?, theta::parse(function, second)?);
            Ok(Some(write(&sketch)))
        })
    })
}

/// A theta sketch as a tuple sketch whose keys have no numbers yet.
fn numbered<N: Number>(sketch: Compact<()>, mode: Mode) -> Compact<Moded<N>> {
    let entries = sketch.entries.into_iter();
    let entries = entries
        .map(|(hash, ())| (hash, Moded::none(mode)))
        .collect();
    Compact::new(sketch.theta, sketch.empty, entries)
}

fn union_of<N: Number>(
    lg: u8,
    mode: Mode,
    first: &Compact<Moded<N>>,
    second: &Compact<Moded<N>>,
) -> Compact<Moded<N>> {
    let mut union = Union::new(lg);
    union.add(first, Moded::joined(mode));
    union.add(second, Moded::joined(mode));
    union.result()
}

fn united<N: Number>(function: &'static str, site: &Site) -> Result<Kernel> {
    let lg = size(function, site, 2).map_err(|raised| raised.0)?;
    let mode = mode(function, site, 3).map_err(|raised| raised.0)?;
    of_tuples::<N>(function, move |a, b| union_of(lg, mode, &a, &b))
}

fn united_theta<N: Number>(function: &'static str, site: &Site) -> Result<Kernel> {
    let lg = size(function, site, 2).map_err(|raised| raised.0)?;
    let mode = mode(function, site, 3).map_err(|raised| raised.0)?;
    with_theta::<N>(function, move |a, b| {
        union_of(lg, mode, &a, &numbered(b, mode))
    })
}

fn intersection_of<N: Number>(
    mode: Mode,
    first: &Compact<Moded<N>>,
    second: &Compact<Moded<N>>,
) -> Compact<Moded<N>> {
    let mut both = Intersection::default();
    both.add(first, Moded::joined(mode));
    both.add(second, Moded::joined(mode));
    both.result().unwrap_or_else(|| first.clone())
}

fn shared<N: Number>(function: &'static str, site: &Site) -> Result<Kernel> {
    let mode = mode(function, site, 2).map_err(|raised| raised.0)?;
    of_tuples::<N>(function, move |a, b| intersection_of(mode, &a, &b))
}

fn shared_theta<N: Number>(function: &'static str, site: &Site) -> Result<Kernel> {
    let mode = mode(function, site, 2).map_err(|raised| raised.0)?;
    with_theta::<N>(function, move |a, b| {
        intersection_of(mode, &a, &numbered(b, mode))
    })
}
