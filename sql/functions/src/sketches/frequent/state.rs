//! [`TopItems`]: a sketch of frequent items with its NULLs, as Spark keeps it; `approx_top_k_estimate`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType as ArrowType, Int32Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Literal, Result, SqlError};

use super::{FrequentItems, Item, Kind, check_enough, check_k, kind};
use crate::each::kernel;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// Frequent items, and how often NULL is there.
#[derive(Debug, Clone)]
pub(crate) struct TopItems {
    pub(crate) sketch: FrequentItems,
    pub(crate) nulls: i64,
}

impl TopItems {
    /// None yet, of a sketch that tracks so many.
    pub(crate) fn new(tracked: i32) -> TopItems {
        TopItems {
            sketch: FrequentItems::new(tracked),
            nulls: 0,
        }
    }

    pub(crate) fn merge(&mut self, other: &TopItems) {
        self.sketch.merge(&other.sketch);
        self.nulls += other.nulls;
    }

    pub(crate) fn write(&self, kind: Kind) -> Vec<u8> {
        let mut bytes = self.sketch.write(kind);
        bytes.extend_from_slice(&self.nulls.to_be_bytes());
        bytes
    }

    /// # Errors
    /// `INTERNAL_ERROR` for bytes that are no such sketch: Spark fails on them, too.
    pub(crate) fn parse(bytes: &[u8], kind: Kind) -> Result<TopItems, Raised> {
        let found = bytes.split_last_chunk::<8>().and_then(|(sketch, nulls)| {
            Some(TopItems {
                sketch: FrequentItems::read(sketch, kind)?,
                nulls: i64::from_be_bytes(*nulls),
            })
        });
        found.ok_or_else(|| SqlError::internal("bytes that are no sketch of frequent items").into())
    }

    /// The `k` most frequent, NULL before what is less frequent.
    fn most_frequent(&self, k: usize) -> Vec<(Option<&Item>, i64)> {
        let items = self.sketch.most_frequent().into_iter();
        let mut all: Vec<_> = items.map(|(item, count)| (Some(item), count)).collect();
        if self.nulls > 0 {
            let behind = all.partition_point(|(_, count)| *count >= self.nulls);
            all.insert(behind, (None, self.nulls));
        }
        all.truncate(k);
        all
    }
}

/// The `k` most frequent items of each, as arrays of items and counts of a layout.
pub(crate) fn ranking(
    states: &[Option<TopItems>],
    k: i32,
    kind: Kind,
    layout: &ArrowType,
) -> Result<ArrayRef, Raised> {
    let ArrowType::List(entry) = layout else {
        return Err(SqlError::internal(format!("frequent items as {layout}")).into());
    };
    let ArrowType::Struct(fields) = entry.data_type() else {
        return Err(SqlError::internal(format!("a frequent item as {entry}")).into());
    };
    let (mut items, mut counts, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    for state in states {
        let found = state.as_ref().map(|state| state.most_frequent(k as usize));
        let found = found.unwrap_or_default();
        lengths.push(found.len());
        for (item, count) in found {
            items.push(item);
            counts.push(count);
        }
    }
    let items = kind.column(&items, fields[0].data_type())?;
    let counts: ArrayRef = Arc::new(Int64Array::from(counts));
    let entries = StructArray::try_new(fields.clone(), vec![items, counts], None)?;
    let nulls: NullBuffer = states.iter().map(Option::is_some).collect();
    Ok(Arc::new(ListArray::try_new(
        Arc::clone(entry),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(entries),
        Some(nulls),
    )?))
}

/// The kind of items that the DDL in a state says, `item INT NOT NULL`, and the type's name.
pub(crate) fn kind_of_ddl(ddl: &str) -> Option<(Kind, String)> {
    let words = ddl.strip_prefix("item ")?.to_uppercase();
    let name = words.strip_suffix(" NOT NULL")?.to_owned();
    let kind = match name.as_str() {
        "BOOLEAN" => Kind::Boolean,
        "TINYINT" => Kind::Byte,
        "SMALLINT" => Kind::Short,
        "INT" | "DATE" => Kind::Integer,
        "BIGINT" | "TIMESTAMP" | "TIMESTAMP_NTZ" => Kind::Long,
        "FLOAT" => Kind::Float,
        "DOUBLE" => Kind::Double,
        "STRING" => Kind::Text,
        decimal => {
            let digits = decimal.strip_prefix("DECIMAL(")?.strip_suffix(')')?;
            let (precision, scale) = digits.split_once(',')?;
            Kind::Decimal {
                precision: precision.parse().ok()?,
                scale: scale.parse().ok()?,
            }
        }
    };
    Some((kind, name))
}

/// Functions of rows over frequent items.
pub(in crate::sketches) const FUNCTIONS: &[Scalar] =
    &[Scalar::new("approx_top_k_estimate", estimate)];

fn estimate(site: &Site) -> Result<Kernel> {
    let k = match site.constant(1) {
        Some(Literal::Integer(k)) => Some(*k),
        _ => None,
    };
    let k = check_k(k).map_err(|raised| raised.0)?;
    let kind = match site.arguments.first() {
        Some(DataType::Struct(fields)) if fields.len() == 4 => kind(&fields[2].data_type),
        other => Err(SqlError::internal(format!("a state of {other:?}")).into()),
    };
    let kind = kind.map_err(|raised| raised.0)?;
    let layout = site.result_layout()?;
    kernel(move |args| {
        let column = args.array(0)?;
        let states = column.as_struct();
        let sketches = states.column(0).as_binary::<i32>();
        let tracked = states.column(1).as_primitive::<Int32Type>();
        let parsed = |row: usize| -> Result<Option<TopItems>, Raised> {
            if states.is_null(row) {
                return Ok(None);
            }
            check_enough(tracked.value(row), k)?;
            TopItems::parse(sketches.value(row), kind).map(Some)
        };
        let parsed: Result<Vec<_>, _> = (0..args.rows()).map(parsed).collect();
        ranking(&parsed?, k, kind, &layout)
    })
}
