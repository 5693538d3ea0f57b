//! KLL sketches: about which value is at a rank, and at which rank a value is.
//!
//! The crate `datasketches` computes; its bytes are Java's. Sketches of BIGINT, FLOAT and DOUBLE differ
//! in their items only, and nothing in the bytes tells them apart. NaN is no item.

use std::fmt::{self, Write};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, ListBuilder, PrimitiveBuilder};
use arrow::datatypes::{DataType as ArrowType, Field, Float32Type, Float64Type, Int64Type};
use datasketches::common::SearchCriteria;
use datasketches::kll::{KllFloat, KllSketch, KllValue};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, Result, SqlError, condition};

use crate::arguments::Arguments;
use crate::display::{write_double, write_float};
use crate::each::{Cell, binaries, kernel, numbers, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// `k` where none is asked for: ranks are right within 1.65 %.
pub(crate) const K: u16 = 200;

/// An item of a KLL sketch.
pub(crate) trait Item: KllValue + Ord + fmt::Debug + Send + Sync + 'static {
    /// How items lie in columns.
    type Column: ArrowPrimitiveType;
    /// The sketch's name in texts for people.
    const NAME: &'static str;

    /// The item that a value is.
    fn of(value: <Self::Column as ArrowPrimitiveType>::Native) -> Option<Self>;
    fn value(&self) -> <Self::Column as ArrowPrimitiveType>::Native;
    fn show(&self, out: &mut String) -> fmt::Result;
}

impl Item for i64 {
    type Column = Int64Type;
    const NAME: &'static str = "KllLongsSketch";

    fn of(value: i64) -> Option<i64> {
        Some(value)
    }

    fn value(&self) -> i64 {
        *self
    }

    fn show(&self, out: &mut String) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl Item for KllFloat<f32> {
    type Column = Float32Type;
    const NAME: &'static str = "KllFloatsSketch";

    fn of(value: f32) -> Option<Self> {
        KllFloat::<f32>::new(value).ok()
    }

    fn value(&self) -> f32 {
        **self
    }

    fn show(&self, out: &mut String) -> fmt::Result {
        write_float(**self, out)
    }
}

impl Item for KllFloat<f64> {
    type Column = Float64Type;
    const NAME: &'static str = "KllDoublesSketch";

    fn of(value: f64) -> Option<Self> {
        KllFloat::<f64>::new(value).ok()
    }

    fn value(&self) -> f64 {
        **self
    }

    fn show(&self, out: &mut String) -> fmt::Result {
        write_double(**self, out)
    }
}

/// An empty sketch.
pub(crate) fn sketch<I: Item>(k: u16) -> KllSketch<I> {
    KllSketch::new(k).expect("sizes are from 8 on")
}

/// The `k` that argument 1 of a call is, if there is one.
///
/// # Errors
/// `KLL_SKETCH_K_OUT_OF_RANGE` unless it is from 8 to 65535.
pub(crate) fn size(function: &str, site: &Site) -> Result<Option<u16>, Raised> {
    let k = match site.constant(1) {
        Some(Literal::Integer(k)) => *k,
        None => return Ok(None),
        other => return Err(SqlError::internal(format!("k of {function}: {other:?}")).into()),
    };
    checked_size(function, k).map(Some)
}

/// # Errors
/// As [`size`].
fn checked_size(function: &str, k: i32) -> Result<u16, Raised> {
    match u16::try_from(k) {
        Ok(k) if k >= 8 => Ok(k),
        _ => Err(SqlError::new(condition::KLL_SKETCH_K_OUT_OF_RANGE)
            .with("functionName", format!("`{function}`"))
            .with("k", k.to_string())
            .into()),
    }
}

/// The error of a function that cannot use a sketch's bytes.
pub(crate) fn invalid(function: &str) -> Raised {
    SqlError::new(condition::KLL_INVALID_INPUT_SKETCH_BUFFER)
        .with("function", format!("`{function}`"))
        .into()
}

/// The sketch in these bytes.
///
/// # Errors
/// `KLL_INVALID_INPUT_SKETCH_BUFFER`.
pub(crate) fn parse<I: Item>(function: &str, bytes: &[u8]) -> Result<KllSketch<I>, Raised> {
    KllSketch::deserialize(bytes).map_err(|_| invalid(function))
}

macro_rules! family {
    ($($item:ty: $n:literal, $merge:literal, $text:literal, $quantile:literal, $rank:literal;)*) => {
        /// Functions of rows over KLL sketches.
        pub(super) const FUNCTIONS: &[Scalar] = &[$(
            Scalar::new($n, |_| count::<$item>($n)),
            Scalar::new($merge, |_| merge::<$item>($merge)),
            Scalar::new($text, |_| to_text::<$item>($text)),
            Scalar::new($quantile, |_| quantiles::<$item>($quantile)),
            Scalar::new($rank, |_| ranks::<$item>($rank)),
        )*];
    };
}

family! {
    i64: "kll_sketch_get_n_bigint", "kll_sketch_merge_bigint", "kll_sketch_to_string_bigint",
        "kll_sketch_get_quantile_bigint", "kll_sketch_get_rank_bigint";
    KllFloat<f32>: "kll_sketch_get_n_float", "kll_sketch_merge_float", "kll_sketch_to_string_float",
        "kll_sketch_get_quantile_float", "kll_sketch_get_rank_float";
    KllFloat<f64>: "kll_sketch_get_n_double", "kll_sketch_merge_double", "kll_sketch_to_string_double",
        "kll_sketch_get_quantile_double", "kll_sketch_get_rank_double";
}

fn count<I: Item>(function: &'static str) -> Result<Kernel> {
    kernel(move |args| {
        let sketches = args.binaries(0)?;
        numbers::<Int64Type>(args.rows(), |row| {
            let sketch = sketches.get(row).map(|bytes| parse::<I>(function, bytes));
            Ok(sketch.transpose()?.map(|sketch| sketch.n() as i64))
        })
    })
}

fn merge<I: Item>(function: &'static str) -> Result<Kernel> {
    kernel(move |args| {
        let (left, right) = (args.binaries(0)?, args.binaries(1)?);
        binaries(args.rows(), |row| {
            let Some((left, right)) = left.get(row).zip(right.get(row)) else {
                return Ok(None);
            };
            let mut sketch = parse::<I>(function, left)?;
            let other = parse(function, right)?;
            sketch.merge(&other).map_err(|_| invalid(function))?;
            Ok(Some(sketch.serialize()))
        })
    })
}

fn to_text<I: Item>(function: &'static str) -> Result<Kernel> {
    kernel(move |args| {
        let sketches = args.binaries(0)?;
        texts(args.rows(), |row| -> Cell<String> {
            let sketch = sketches.get(row).map(|bytes| parse::<I>(function, bytes));
            let sketch = sketch.transpose()?;
            Ok(sketch.map(|sketch| text(&sketch).expect("text grows")))
        })
    })
}

/// What Java says of a sketch.
fn text<I: Item>(sketch: &KllSketch<I>) -> Result<String, fmt::Error> {
    let bytes = sketch.serialize();
    // A head of 20 bytes has the levels and where the first begins; items end at the capacity.
    let (levels, capacity) = match bytes.get(..24) {
        Some(head) if sketch.n() > 1 => {
            let first = u32::from_le_bytes([head[20], head[21], head[22], head[23]]);
            (
                usize::from(head[18]),
                first as usize + sketch.num_retained(),
            )
        }
        _ => (1, usize::from(sketch.k())),
    };
    let item = size_of::<<I::Column as ArrowPrimitiveType>::Native>();
    let updatable = 20 + 4 * (levels + 1) + item * (2 + capacity);
    let shown = |item: Option<&I>| -> Result<String, fmt::Error> {
        let mut shown = String::new();
        match item {
            Some(item) => item.show(&mut shown)?,
            None => shown.push_str("NaN"),
        }
        Ok(shown)
    };
    let percent = |share: f64| format!("{:.3}%", share * 100.0);
    let lines = [
        ("K", sketch.k().to_string()),
        ("Dynamic min K", sketch.min_k().to_string()),
        ("M", "8".to_owned()),
        ("N", sketch.n().to_string()),
        ("Epsilon", percent(sketch.normalized_rank_error())),
        ("Epsilon PMF", percent(sketch.normalized_pmf_error())),
        ("Empty", sketch.is_empty().to_string()),
        ("Estimation Mode", sketch.is_estimation_mode().to_string()),
        ("Levels", levels.to_string()),
        ("Level 0 Sorted", (bytes[3] & 2 != 0).to_string()),
        ("Capacity Items", capacity.to_string()),
        ("Retained Items", sketch.num_retained().to_string()),
        ("Free Space", (capacity - sketch.num_retained()).to_string()),
        ("ReadOnly", "false".to_owned()),
        ("Updatable Storage Bytes", updatable.to_string()),
        ("Compact Storage Bytes", bytes.len().to_string()),
        ("Min Item", shown(sketch.min_item())?),
        ("Max Item", shown(sketch.max_item())?),
    ];
    let mut out = format!("\n### Kll{} Summary:\n", I::NAME);
    for (name, value) in lines {
        writeln!(out, "   {name:<23}: {value}")?;
    }
    out.push_str("### End sketch summary\n");
    Ok(out)
}

/// What `of` says of a sketch for the second argument: one value, or an array of them.
fn answers<T: ArrowPrimitiveType, A: ArrowPrimitiveType>(
    args: &Arguments,
    of: impl Fn(&[u8], A::Native) -> Result<T::Native, Raised>,
) -> Result<ArrayRef, Raised> {
    let sketches = args.binaries(0)?;
    let asked = args.array(1)?;
    let Some(lists) = asked.as_list_opt::<i32>() else {
        let asked = args.numbers::<A>(1)?;
        return numbers::<T>(args.rows(), |row| {
            let pair = sketches.get(row).zip(asked.get(row));
            pair.map(|(bytes, asked)| of(bytes, asked)).transpose()
        });
    };
    let field = Field::new_list_field(T::DATA_TYPE, false);
    let mut column = ListBuilder::new(PrimitiveBuilder::<T>::new()).with_field(field);
    for row in 0..args.rows() {
        let Some(bytes) = sketches.get(row).filter(|_| lists.is_valid(row)) else {
            column.append_null();
            continue;
        };
        let asked = lists.value(row);
        // An empty array is of no type.
        if *asked.data_type() != ArrowType::Null {
            for asked in asked.as_primitive::<A>() {
                column
                    .values()
                    .append_value(of(bytes, asked.unwrap_or_default())?);
            }
        }
        column.append(true);
    }
    Ok(Arc::new(column.finish()))
}

fn quantiles<I: Item>(function: &'static str) -> Result<Kernel> {
    kernel(move |args| {
        answers::<I::Column, Float64Type>(args, |bytes, rank| quantile::<I>(function, bytes, rank))
    })
}

/// The item at a rank, at most.
fn quantile<I: Item>(
    function: &str,
    bytes: &[u8],
    rank: f64,
) -> Result<<I::Column as ArrowPrimitiveType>::Native, Raised> {
    let sketch = parse::<I>(function, bytes)?;
    if sketch.is_empty() {
        return Err(invalid(function));
    }
    // A rank that is no number is that of the first item.
    let rank = if rank.is_nan() {
        f64::MIN_POSITIVE
    } else {
        rank
    };
    match sketch.quantile(rank, SearchCriteria::Inclusive) {
        Ok(found) => found
            .map(|item| item.value())
            .ok_or_else(|| invalid(function)),
        Err(_) => Err(SqlError::new(condition::KLL_SKETCH_INVALID_QUANTILE_RANGE)
            .with("functionName", format!("`{function}`"))
            .into()),
    }
}

fn ranks<I: Item>(function: &'static str) -> Result<Kernel> {
    kernel(move |args| {
        answers::<Float64Type, I::Column>(args, |bytes, value| {
            let sketch = parse::<I>(function, bytes)?;
            let rank = I::of(value).and_then(|item| sketch.rank(&item, SearchCriteria::Inclusive));
            rank.ok_or_else(|| invalid(function))
        })
    })
}
