//! [`Dataset`]: rows as values of a type of the program.
//!
//! A Dataset is a DataFrame and a type. Its typed methods put closures into the plan: an operator
//! reads the rows of a batch as values, calls the closure, and writes what it gives as columns, batch
//! by batch. Everything else of the plan is optimised around it as always. Types are those that serde
//! knows: see [`encoder`](crate::encoder).
//!
//! Columns of a struct are found by name, those of a tuple and of single values by position, and
//! widened to the types of its fields. What does not fit comes out at the action, as Spark's
//! condition: a column that is not there, `CANNOT_UP_CAST_DATATYPE`, and `NOT_NULL_ASSERT_VIOLATION`
//! for a null in a field that is no `Option`.

mod code;
mod grouped;
mod joined;

pub use grouped::KeyValueGroupedDataset;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use flint_sql_columnar::encoder::{RowReader, RowType, RowWriter};
use flint_sql_execution::NativeRows;
use flint_sql_functions::NativeKernel;
use flint_sql_spec::{
    DataType, Decode, Expr, ExprKind, Literal, NativeCall, NativeCode, NativeFunction, NativeMap,
    Relation, RelationKind, Result, Star, StructType,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::column::{ApiCall, IntoColumns};
use crate::dataframe::DataFrame;
use crate::session::SparkSession;

/// A value that rows can be read as and written from. Implemented for every type that qualifies.
pub trait Record: Serialize + DeserializeOwned + Send + 'static {}

impl<T: Serialize + DeserializeOwned + Send + 'static> Record for T {}

/// Rows as values of a type.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Person {
///     name: String,
///     age: Option<i64>,
/// }
/// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
/// let people = spark
///     .sql("SELECT 'Ann' AS name, 41 AS age UNION ALL SELECT 'Bob', NULL")
///     .as_::<Person>();
/// let names = people.filter(|p| p.age.is_some()).map(|p| p.name);
/// assert_eq!(names.collect()?, ["Ann"]);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
#[must_use = "Datasets do nothing until an action runs them"]
pub struct Dataset<T> {
    frame: DataFrame,
    row: Result<Arc<RowType>>,
    values: PhantomData<fn() -> T>,
}

impl<T> Clone for Dataset<T> {
    fn clone(&self) -> Self {
        Dataset {
            frame: self.frame.clone(),
            row: self.row.clone(),
            values: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Dataset<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} as {}", self.frame, std::any::type_name::<T>())
    }
}

impl DataFrame {
    /// The rows as values of a type: see [`Dataset`].
    pub fn as_<T: Record>(&self) -> Dataset<T> {
        Dataset {
            frame: self.clone(),
            row: RowType::of::<T>().map(Arc::new),
            values: PhantomData,
        }
    }
}

impl SparkSession {
    /// The given values as rows.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let words = spark.create_dataset(vec!["a".to_owned(), "bc".to_owned()]);
    /// assert_eq!(words.map(|word| word.len() as i64).collect()?, [1, 2]);
    /// assert_eq!(words.to_df().columns()?, ["value"]);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn create_dataset<T: Record>(&self, values: impl IntoIterator<Item = T>) -> Dataset<T> {
        let call = ApiCall::of("create_dataset");
        let row = RowType::of::<T>().map(Arc::new);
        let batch = row.clone().and_then(|row| {
            let mut writer = RowWriter::new(&row)?;
            values
                .into_iter()
                .try_for_each(|value| writer.push(&value))?;
            Ok((row.fields.clone(), code::batch_of(&row, writer)?))
        });
        Dataset {
            frame: self.of_batch(call, batch),
            row,
            values: PhantomData,
        }
    }
}

impl<T: Record> Dataset<T> {
    /// The rows with their columns, those among them that the type does not have.
    pub fn to_df(&self) -> DataFrame {
        self.frame.clone()
    }

    /// The columns that the type is made of.
    ///
    /// # Errors
    /// What is wrong with the query, and `ENCODER_NOT_FOUND` for a type that SQL does not have.
    pub fn schema(&self) -> Result<StructType> {
        self.decoded()?;
        self.frame.schema()
    }

    /// The columns of the type alone, in its order.
    fn decoded(&self) -> Result<Relation> {
        let row = self.row.clone()?;
        Ok(RelationKind::Decode(Decode {
            input: self.frame.ready()?.clone(),
            fields: row.fields.clone(),
            by_position: row.by_position,
        })
        .into())
    }

    /// The rows that code makes of these.
    fn native<U: Record>(
        &self,
        mut call: ApiCall,
        name: &str,
        code: impl FnOnce(Arc<RowType>, Arc<RowType>) -> Arc<dyn NativeRows>,
    ) -> Dataset<U> {
        let to = RowType::of::<U>().map(Arc::new);
        let parts = self
            .decoded()
            .and_then(|input| Ok((input, self.row.clone()?, to.clone()?)));
        let frame = match parts {
            Ok((input, from, to)) => {
                let kind = RelationKind::NativeMap(NativeMap {
                    input,
                    name: name.into(),
                    output: to.fields.clone(),
                    code: NativeCode::new(code(from, to)),
                });
                self.frame.derive(call, kind)
            }
            Err(error) => {
                call.refuse(error);
                self.frame
                    .derive(call, self.frame.relation().kind().clone())
            }
        };
        Dataset {
            frame,
            row: to,
            values: PhantomData,
        }
    }

    /// What a closure makes of each value.
    #[track_caller]
    pub fn map<U: Record>(&self, f: impl Fn(T) -> U + Send + Sync + 'static) -> Dataset<U> {
        self.flat_mapped(ApiCall::of("map"), "map", move |value| {
            std::iter::once(f(value))
        })
    }

    /// What a closure makes of each value, any number of values each.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let lines = spark.create_dataset(["a b".to_owned(), "c".to_owned()]);
    /// let words = lines.flat_map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    /// assert_eq!(words.collect()?, ["a", "b", "c"]);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn flat_map<U: Record, I: IntoIterator<Item = U>>(
        &self,
        f: impl Fn(T) -> I + Send + Sync + 'static,
    ) -> Dataset<U> {
        self.flat_mapped(ApiCall::of("flat_map"), "flatMap", f)
    }

    fn flat_mapped<U: Record, I: IntoIterator<Item = U>>(
        &self,
        call: ApiCall,
        name: &str,
        f: impl Fn(T) -> I + Send + Sync + 'static,
    ) -> Dataset<U> {
        self.native(call, name, |from, to| {
            Arc::new(code::Each::new(f, from, to))
        })
    }

    /// The values for which a closure says yes, with all columns that the rows have.
    #[track_caller]
    pub fn filter(&self, f: impl Fn(&T) -> bool + Send + Sync + 'static) -> Dataset<T> {
        let mut call = ApiCall::of("filter");
        let condition = self.row.clone().map(|row| predicate(row, f));
        let condition = condition.unwrap_or_else(|error| {
            call.refuse(error);
            Expr::literal(Literal::Boolean(true))
        });
        let kind = RelationKind::Filter {
            input: self.frame.relation().clone(),
            condition: condition.with_origin(call.origin().clone()),
        };
        Dataset {
            frame: self.frame.derive(call, kind),
            row: self.row.clone(),
            values: PhantomData,
        }
    }

    /// What a closure makes of the values of each partition, which it pulls one by one.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let sums = spark
    ///     .range_with(0, 10, 1, Some(2))
    ///     .as_::<i64>()
    ///     .map_partitions(|values| [values.sum::<i64>()]);
    /// assert_eq!(sums.collect()?, [10, 35]);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn map_partitions<U: Record, I>(
        &self,
        f: impl Fn(Box<dyn Iterator<Item = T>>) -> I + Send + Sync + 'static,
    ) -> Dataset<U>
    where
        I: IntoIterator<Item = U>,
        I::IntoIter: 'static,
    {
        let call = ApiCall::of("map_partitions");
        self.native(call, "mapPartitions", |from, to| {
            Arc::new(code::Partitions::new(f, from, to))
        })
    }

    /// Groups of the values for which a closure gives equal keys.
    #[track_caller]
    pub fn group_by_key<K: Record + PartialEq>(
        &self,
        key: impl Fn(&T) -> K + Send + Sync + 'static,
    ) -> KeyValueGroupedDataset<K, T> {
        let keyed = self.flat_mapped(ApiCall::of("group_by_key"), "appendKey", move |value| {
            [(key(&value), value)]
        });
        KeyValueGroupedDataset::new(keyed)
    }

    /// Columns as values of another type.
    #[track_caller]
    pub fn select<U: Record>(&self, columns: impl IntoColumns) -> Dataset<U> {
        self.frame.select(columns).as_()
    }

    /// All values put together by a closure, two by two; `None` if there is no value.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn reduce(&self, f: impl Fn(T, T) -> T + Send + Sync + 'static) -> Result<Option<T>> {
        let f = Arc::new(f);
        let here = Arc::clone(&f);
        let partial = self.map_partitions(move |values| values.reduce(|a, b| f(a, b)));
        let partial = partial.collect()?;
        Ok(partial.into_iter().reduce(|a, b| here(a, b)))
    }

    /// All values.
    ///
    /// # Errors
    /// What is wrong with the query, what fails while it runs, and rows that are no values of the
    /// type.
    pub fn collect(&self) -> Result<Vec<T>> {
        let relation = self.decoded()?;
        let row = self.row.clone()?;
        let result = self.frame.spark_session().query(&relation)?;
        let mut values = Vec::with_capacity(result.num_rows());
        for batch in &result.batches {
            let reader = RowReader::new(batch.columns(), &row)?;
            for at in 0..batch.num_rows() {
                values.push(reader.read(at)?);
            }
        }
        Ok(values)
    }

    /// The first value, if there is one.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn first(&self) -> Result<Option<T>> {
        Ok(self.take(1)?.pop())
    }

    /// The first values.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn take(&self, count: usize) -> Result<Vec<T>> {
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        self.frame.limit(count).as_::<T>().collect()
    }

    /// How many values there are.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn count(&self) -> Result<i64> {
        self.frame.count()
    }

    /// The values of both.
    #[track_caller]
    pub fn union(&self, other: &Dataset<T>) -> Dataset<T> {
        self.frame.union(&other.frame).as_()
    }
}

/// A condition over the columns of a type.
fn predicate<T: Record>(row: Arc<RowType>, f: impl Fn(&T) -> bool + Send + Sync + 'static) -> Expr {
    let inputs: Vec<DataType> = row.fields.iter().map(|f| f.data_type.clone()).collect();
    let args = match row.by_position {
        true => vec![Expr::from(ExprKind::Star(Star {
            target: None,
            plan_id: None,
            except: Vec::new(),
        }))],
        false => row
            .fields
            .iter()
            .map(|f| Expr::column([&*f.name]))
            .collect(),
    };
    let kernel: NativeKernel = Arc::new(move |columns: &[ArrayRef], rows| {
        let reader = RowReader::new(columns, &row)?;
        let kept: Result<BooleanArray> =
            (0..rows).map(|at| Ok(Some(f(&reader.read(at)?)))).collect();
        Ok(Arc::new(kept?) as ArrayRef)
    });
    let function = NativeFunction {
        name: "filter".into(),
        inputs: Some(inputs),
        output: DataType::Boolean,
        nullable: false,
        strict: Vec::new(),
        deterministic: true,
        aggregate: false,
        code: NativeCode::new(kernel),
    };
    Expr::from(ExprKind::Native(NativeCall {
        function: Arc::new(function),
        args,
    }))
}
