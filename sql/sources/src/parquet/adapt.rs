//! [`Adapter`]: columns of a file as those of the table.
//!
//! Columns are paired by name, without case unless the session says otherwise; a column that a file
//! lacks is null; a type that Spark's reader can widen is cast. What the file holds as the table
//! wants it is handed over as it is, so that statistics of pages and row groups prune it.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, StructArray, new_null_array,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType as ArrowType, Fields, Int8Type, Int16Type, Int32Type, Schema, SchemaRef, TimeUnit,
};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column, Literal};
use datafusion::physical_expr_adapter::{PhysicalExprAdapter, PhysicalExprAdapterFactory};
use datafusion::scalar::ScalarValue;
use flint_sql_columnar::is_variant;

/// Where the column of a name is: `Err` if there is more than one.
pub(super) fn position(
    fields: &Fields,
    name: &str,
    case_sensitive: bool,
) -> Result<Option<usize>, ()> {
    if case_sensitive {
        return Ok(fields.iter().position(|field| field.name() == name));
    }
    let mut all = fields.iter().enumerate().filter(|(_, field)| {
        field.name() == name
            || (field.name().len() == name.len() && field.name().eq_ignore_ascii_case(name))
            || (!name.is_ascii() && field.name().to_lowercase() == name.to_lowercase())
    });
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some((at, _)), None) => Ok(Some(at)),
        (Some(_), Some(_)) => Err(()),
    }
}

/// Whether values that lie so in a file can be read as what the table wants: the widenings that
/// Spark's reader does.
pub(super) fn reads_as(file: &ArrowType, table: &ArrowType) -> bool {
    use ArrowType::{
        Binary, Date32, Decimal128, Duration, FixedSizeBinary, Float32, Float64, Int8, Int16,
        Int32, Int64, Interval, List, Map, Struct, Time32, Time64, Timestamp, UInt8, UInt16,
        UInt32, UInt64, Utf8, Utf8View,
    };
    let digits = |t: &ArrowType| match t {
        Int8 | UInt8 | Int16 | UInt16 | Int32 | UInt32 => Some(10),
        Int64 | UInt64 => Some(20),
        _ => None,
    };
    match (file, table) {
        (same, other) if same == other => true,
        (Int8 | UInt8 | Int16 | UInt16 | Int32, Int8 | Int16 | Int32 | Int64 | Float64) => true,
        (Int32, Interval(_)) | (Int64, Duration(_)) => true,
        (UInt32, Int64) => true,
        (integer, Decimal128(precision, scale)) if digits(integer).is_some() => {
            let whole = i32::from(*precision) - i32::from(*scale);
            whole >= digits(integer).unwrap_or_default()
        }
        (Decimal128(p, s), Decimal128(q, t)) => {
            let more = i32::from(*t) - i32::from(*s);
            more >= 0 && i32::from(*q) - i32::from(*p) >= more
        }
        (Float32, Float64) | (Date32, Timestamp(_, None)) => true,
        (Timestamp(..), Timestamp(TimeUnit::Microsecond, _)) => true,
        (Time32(_) | Time64(_), Time64(_)) => true,
        (Utf8 | Utf8View | Binary | FixedSizeBinary(_), Utf8 | Utf8View | Binary) => true,
        (List(a), List(b)) => reads_as(a.data_type(), b.data_type()),
        (Map(a, _), Map(b, _)) => match (a.data_type(), b.data_type()) {
            (Struct(a), Struct(b)) if a.len() == 2 && b.len() == 2 => {
                let mut pairs = a.iter().zip(b.iter());
                pairs.all(|(a, b)| reads_as(a.data_type(), b.data_type()))
            }
            _ => false,
        },
        // A shredded variant has its values in other fields than these two.
        (Struct(a), Struct(b)) if is_variant(b) && a.len() != 2 => false,
        (Struct(a), Struct(b)) => b
            .iter()
            .all(|wanted| match position(a, wanted.name(), false) {
                Ok(Some(at)) => reads_as(a[at].data_type(), wanted.data_type()),
                Ok(None) => true,
                Err(()) => position(a, wanted.name(), true) != Ok(None),
            }),
        _ => false,
    }
}

/// Makes [`Adapter`]s for files.
#[derive(Debug, Clone, Copy)]
pub(super) struct AdapterFactory {
    pub(super) case_sensitive: bool,
}

impl PhysicalExprAdapterFactory for AdapterFactory {
    fn create(&self, table: SchemaRef, file: SchemaRef) -> Result<Arc<dyn PhysicalExprAdapter>> {
        Ok(Arc::new(Adapter {
            table,
            file,
            case_sensitive: self.case_sensitive,
        }))
    }
}

/// Rewrites expressions over the table's columns for one file.
#[derive(Debug)]
struct Adapter {
    table: SchemaRef,
    file: SchemaRef,
    case_sensitive: bool,
}

impl PhysicalExprAdapter for Adapter {
    fn rewrite(&self, expr: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        expr.transform_down(|expr| match expr.downcast_ref::<Column>() {
            None => Ok(Transformed::no(expr)),
            // What stands for a column has columns of the file in it: not to be looked at again.
            Some(column) => {
                let adapted = self.column(column)?;
                Ok(Transformed::new(
                    adapted,
                    true,
                    datafusion::common::tree_node::TreeNodeRecursion::Jump,
                ))
            }
        })
        .data()
    }
}

impl Adapter {
    fn column(&self, column: &Column) -> Result<Arc<dyn PhysicalExpr>> {
        let Ok(wanted) = self.table.field_with_name(column.name()) else {
            // A column that only the file has.
            let at = self.file.index_of(column.name())?;
            return Ok(Arc::new(Column::new(column.name(), at)));
        };
        let at = position(self.file.fields(), wanted.name(), self.case_sensitive)
            .map_err(|()| ambiguous(wanted.name()))?;
        let Some(at) = at else {
            let null = ScalarValue::try_from(wanted.data_type())?;
            return Ok(Arc::new(Literal::new(null)));
        };
        let field = self.file.field(at);
        let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), at));
        if field.data_type() == wanted.data_type() {
            return Ok(column);
        }
        if !reads_as(field.data_type(), wanted.data_type()) {
            let (name, from, to) = (wanted.name(), field.data_type(), wanted.data_type());
            return Err(DataFusionError::Execution(format!(
                "the column {name} is {from}, no {to}"
            )));
        }
        if keeps_order(field.data_type(), wanted.data_type()) {
            return Ok(Arc::new(CastExpr::new(
                column,
                wanted.data_type().clone(),
                None,
            )));
        }
        Ok(Arc::new(Conform {
            column,
            to: wanted.data_type().clone(),
            case_sensitive: self.case_sensitive,
        }))
    }
}

fn ambiguous(name: &str) -> DataFusionError {
    DataFusionError::Execution(format!("more than one column of the file is called {name}"))
}

/// Casts that DataFusion sees through when it prunes.
fn keeps_order(from: &ArrowType, to: &ArrowType) -> bool {
    let widens = from.primitive_width() <= to.primitive_width();
    from.is_integer() && widens && (to.is_integer() || matches!(to, ArrowType::Decimal128(..)))
}

/// A column of a file in the layout of the table.
#[derive(Debug, Clone, Eq)]
struct Conform {
    column: Arc<dyn PhysicalExpr>,
    to: ArrowType,
    case_sensitive: bool,
}

// Derived, it would move out of the shared expression.
impl PartialEq for Conform {
    fn eq(&self, other: &Self) -> bool {
        self.column.eq(&other.column)
            && self.to == other.to
            && self.case_sensitive == other.case_sensitive
    }
}

impl Hash for Conform {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.column, &self.to, self.case_sensitive).hash(state);
    }
}

impl fmt::Display for Conform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} AS {}", self.column, self.to)
    }
}

impl PhysicalExpr for Conform {
    fn data_type(&self, _: &Schema) -> Result<ArrowType> {
        Ok(self.to.clone())
    }

    fn nullable(&self, _: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let column = self.column.evaluate(batch)?.into_array(batch.num_rows())?;
        Ok(ColumnarValue::Array(conform(
            &column,
            &self.to,
            self.case_sensitive,
        )?))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.column]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let column = children.pop().unwrap_or_else(|| Arc::clone(&self.column));
        Ok(Arc::new(Conform {
            column,
            ..self.as_ref().clone()
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CAST({} AS {})", self.column, self.to)
    }
}

/// A column in another layout: fields of structs by name, missing ones null, values cast.
pub(super) fn conform(column: &ArrayRef, to: &ArrowType, case_sensitive: bool) -> Result<ArrayRef> {
    if column.data_type() == to {
        return Ok(Arc::clone(column));
    }
    match to {
        ArrowType::Struct(fields) if column.as_struct_opt().is_some() => {
            conform_struct(column.as_struct(), fields, case_sensitive)
        }
        ArrowType::List(element) if column.as_list_opt::<i32>().is_some() => {
            let list = column.as_list::<i32>();
            let values = conform(list.values(), element.data_type(), case_sensitive)?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Ok(Arc::new(ListArray::try_new(
                Arc::clone(element),
                offsets,
                values,
                nulls,
            )?))
        }
        ArrowType::Map(entries, ordered) if column.as_map_opt().is_some() => {
            let ArrowType::Struct(fields) = entries.data_type() else {
                return Err(DataFusionError::Internal("a map of no entries".to_owned()));
            };
            let map = column.as_map();
            let keys = conform(map.keys(), fields[0].data_type(), case_sensitive)?;
            let values = conform(map.values(), fields[1].data_type(), case_sensitive)?;
            let pairs = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            Ok(Arc::new(MapArray::try_new(
                Arc::clone(entries),
                offsets,
                pairs,
                nulls,
                *ordered,
            )?))
        }
        ArrowType::Int8 | ArrowType::Int16 if column.data_type().is_signed_integer() => {
            narrow(column, to)
        }
        _ => {
            let options = CastOptions {
                safe: false,
                ..CastOptions::default()
            };
            Ok(cast_with_options(column, to, &options)?)
        }
    }
}

/// The low bits of integers, which is what Spark reads of a column that is wider than it says.
fn narrow(column: &ArrayRef, to: &ArrowType) -> Result<ArrayRef> {
    let wide = cast_with_options(column, &ArrowType::Int32, &CastOptions::default())?;
    let wide = wide.as_primitive::<Int32Type>();
    Ok(match to {
        ArrowType::Int8 => Arc::new(wide.unary::<_, Int8Type>(|value| value as i8)),
        _ => Arc::new(wide.unary::<_, Int16Type>(|value| value as i16)),
    })
}

fn conform_struct(column: &StructArray, fields: &Fields, case_sensitive: bool) -> Result<ArrayRef> {
    let child = |field: &arrow::datatypes::FieldRef| {
        let at = position(column.fields(), field.name(), case_sensitive)
            .map_err(|()| ambiguous(field.name()))?;
        match at {
            Some(at) => conform(column.column(at), field.data_type(), case_sensitive),
            None => Ok(new_null_array(field.data_type(), column.len())),
        }
    };
    let children: Result<Vec<ArrayRef>> = fields.iter().map(child).collect();
    let nulls = column.nulls().cloned();
    Ok(Arc::new(StructArray::try_new_with_length(
        fields.clone(),
        children?,
        nulls,
        column.len(),
    )?))
}
