//! Answers of Spark 4.3. Each is asked for in four ways: of all rows at once, of two partial results,
//! of groups, and of groups whose partial results are merged.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array, StringArray,
};
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef, Schema};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{AggregateUDF, EmitTo};
use flint_sql_columnar::{arrow_type, from_datafusion};
use flint_sql_spec::{DataType, Float, Literal, Result, SqlError};

use super::{aggregate, decode_aggregate, encode_aggregate};
use crate::site::Site;

/// A call over columns.
struct Asked {
    function: Arc<AggregateUDF>,
    columns: Vec<ArrayRef>,
    distinct: bool,
    ignore_nulls: bool,
}

impl Asked {
    fn new(name: &str, site: &Site, columns: &[ArrayRef]) -> Asked {
        let function = aggregate(name, site)
            .expect("constants")
            .expect("a function");
        Asked {
            function,
            columns: columns.to_vec(),
            distinct: false,
            ignore_nulls: false,
        }
    }

    fn with<T>(&self, run: impl FnOnce(&AggregateUDF, AccumulatorArgs<'_>) -> T) -> T {
        let fields: Vec<FieldRef> = self
            .columns
            .iter()
            .map(|column| Arc::new(Field::new("c", column.data_type().clone(), true)))
            .collect();
        let arguments = AccumulatorArgs {
            return_field: self.function.return_field(&fields).expect("a result"),
            schema: &Schema::empty(),
            ignore_nulls: self.ignore_nulls,
            order_bys: &[],
            is_reversed: false,
            name: "a",
            is_distinct: self.distinct,
            exprs: &[],
            expr_fields: &fields,
        };
        run(&self.function, arguments)
    }

    fn rows(&self) -> usize {
        self.columns[0].len()
    }

    fn part(&self, from: usize, to: usize) -> Vec<ArrayRef> {
        self.columns
            .iter()
            .map(|column| column.slice(from, to - from))
            .collect()
    }

    fn answer(&self) -> Result<ScalarValue> {
        let ways = [
            self.at_once(),
            self.merged(),
            self.grouped(),
            self.merged_groups(),
        ];
        let [first, ..] = &ways;
        for way in &ways[1..] {
            assert_eq!(way, first, "{}", self.function.name());
        }
        first.clone()
    }

    fn at_once(&self) -> Result<ScalarValue> {
        let mut whole = self
            .with(AggregateUDF::accumulator)
            .map_err(from_datafusion)?;
        whole.update_batch(&self.columns).map_err(from_datafusion)?;
        whole.evaluate().map_err(from_datafusion)
    }

    fn merged(&self) -> Result<ScalarValue> {
        let middle = self.rows() / 2;
        let mut whole = self
            .with(AggregateUDF::accumulator)
            .map_err(from_datafusion)?;
        for (from, to) in [(0, middle), (middle, self.rows())] {
            let mut part = self
                .with(AggregateUDF::accumulator)
                .map_err(from_datafusion)?;
            part.update_batch(&self.part(from, to))
                .map_err(from_datafusion)?;
            let state = part.state().map_err(from_datafusion)?;
            let state: Vec<ArrayRef> = state
                .iter()
                .map(|s| s.to_array().expect("a column"))
                .collect();
            self.check_layout(&state);
            whole.merge_batch(&state).map_err(from_datafusion)?;
        }
        whole.evaluate().map_err(from_datafusion)
    }

    fn check_layout(&self, state: &[ArrayRef]) {
        let inputs: Vec<FieldRef> = self
            .columns
            .iter()
            .map(|column| Arc::new(Field::new("c", column.data_type().clone(), true)))
            .collect();
        let fields = self.function.state_fields(StateFieldsArgs {
            name: "a",
            input_fields: &inputs,
            return_field: self.function.return_field(&inputs).expect("a result"),
            ordering_fields: &[],
            is_distinct: self.distinct,
        });
        let fields = fields.expect("state fields");
        let expected: Vec<_> = fields.iter().map(|field| field.data_type()).collect();
        let found: Vec<_> = state.iter().map(|column| column.data_type()).collect();
        assert_eq!(found, expected, "{}", self.function.name());
    }

    /// The rows are those of group 1; group 0 and 2 have none that pass the filter.
    fn grouped(&self) -> Result<ScalarValue> {
        let mut groups = self
            .with(AggregateUDF::create_groups_accumulator)
            .map_err(from_datafusion)?;
        let rows = self.rows();
        let filter = BooleanArray::from(vec![false; rows]);
        groups
            .update_batch(&self.columns, &vec![0; rows], Some(&filter), 2)
            .map_err(from_datafusion)?;
        groups
            .update_batch(&self.columns, &vec![1; rows], None, 3)
            .map_err(from_datafusion)?;
        let first = groups.evaluate(EmitTo::First(1)).map_err(from_datafusion)?;
        assert_eq!(first.len(), 1);
        let found = groups.evaluate(EmitTo::All).map_err(from_datafusion)?;
        assert_eq!(found.len(), 2);
        Ok(ScalarValue::try_from_array(&found, 0).expect("a value"))
    }

    fn merged_groups(&self) -> Result<ScalarValue> {
        let mut whole = self
            .with(AggregateUDF::create_groups_accumulator)
            .map_err(from_datafusion)?;
        if self.rows() == 0 {
            return self.at_once();
        }
        let middle = self.rows() / 2;
        let parts = [(0, middle), (middle, self.rows())];
        // A group is there because a row of it is.
        for (from, to) in parts.into_iter().filter(|(from, to)| from < to) {
            let part = self
                .with(AggregateUDF::create_groups_accumulator)
                .map_err(from_datafusion)?;
            let state = part
                .convert_to_state(&self.part(from, to), None)
                .map_err(from_datafusion)?;
            let mut summed = self
                .with(AggregateUDF::create_groups_accumulator)
                .map_err(from_datafusion)?;
            summed
                .merge_batch(&state, &vec![0; to - from], 1)
                .map_err(from_datafusion)?;
            let state = summed.state(EmitTo::All).map_err(from_datafusion)?;
            self.check_layout(&state);
            whole
                .merge_batch(&state, &[0], 1)
                .map_err(from_datafusion)?;
        }
        let found = whole.evaluate(EmitTo::All).map_err(from_datafusion)?;
        Ok(ScalarValue::try_from_array(&found, 0).expect("a value"))
    }
}

fn of(
    name: &str,
    arguments: &[DataType],
    result: DataType,
    columns: &[ArrayRef],
) -> Result<ScalarValue> {
    Asked::new(name, &Site::of(arguments, result), columns).answer()
}

fn longs(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn ints(values: &[Option<i32>]) -> ArrayRef {
    Arc::new(Int32Array::from(values.to_vec()))
}

fn doubles(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn decimals(values: &[Option<i128>], precision: u8, scale: i8) -> ArrayRef {
    let array = Decimal128Array::from(values.to_vec());
    Arc::new(
        array
            .with_precision_and_scale(precision, scale)
            .expect("a decimal"),
    )
}

fn decimal(precision: u8, scale: i8) -> DataType {
    DataType::Decimal { precision, scale }
}

fn conditions(found: Result<ScalarValue>) -> String {
    found.expect_err("an error").condition().name.to_string()
}

#[test]
fn sums_of_integers_are_long_and_overflow() {
    let sum = |ansi, values: &[Option<i64>]| {
        let mut site = Site::of(&[DataType::Long], DataType::Long);
        site.ansi = ansi;
        Asked::new("sum", &site, &[longs(values)]).answer()
    };
    assert_eq!(
        sum(true, &[Some(1), None, Some(2)]),
        Ok(ScalarValue::Int64(Some(3)))
    );
    assert_eq!(sum(true, &[None]), Ok(ScalarValue::Int64(None)));
    assert_eq!(sum(true, &[]), Ok(ScalarValue::Int64(None)));
    assert_eq!(
        conditions(sum(true, &[Some(i64::MAX), Some(1)])),
        "ARITHMETIC_OVERFLOW"
    );
    assert_eq!(
        sum(false, &[Some(i64::MAX), Some(1)]),
        Ok(ScalarValue::Int64(Some(i64::MIN)))
    );
    let found = of(
        "sum",
        &[DataType::Integer],
        DataType::Long,
        &[ints(&[Some(i32::MAX), Some(1)])],
    );
    assert_eq!(found, Ok(ScalarValue::Int64(Some(2_147_483_648))));
}

/// Partial sums that fit make a sum that fits, as in Spark: so the rows are split behind the overflow.
#[test]
fn try_sum_stays_null_once_it_was_too_large() {
    let sum = |values: &[Option<i64>]| {
        let site = Site::of(&[DataType::Long], DataType::Long);
        Asked::new("try_sum", &site, &[longs(values)]).answer()
    };
    assert_eq!(
        sum(&[Some(i64::MAX), Some(1), Some(-1), Some(-4)]),
        Ok(ScalarValue::Int64(None))
    );
    assert_eq!(sum(&[Some(4), Some(1)]), Ok(ScalarValue::Int64(Some(5))));
}

#[test]
fn sums_of_decimals_are_ten_digits_wider() {
    let most = 10_i128.pow(38) - 1;
    let sum = |ansi, values: &[Option<i128>]| {
        let mut site = Site::of(&[decimal(38, 0)], decimal(38, 0));
        site.ansi = ansi;
        Asked::new("sum", &site, &[decimals(values, 38, 0)]).answer()
    };
    assert_eq!(
        conditions(sum(true, &[Some(most), Some(1)])),
        "ARITHMETIC_OVERFLOW"
    );
    assert_eq!(
        sum(false, &[Some(most), Some(1)]),
        Ok(ScalarValue::Decimal128(None, 38, 0))
    );
    assert_eq!(
        sum(false, &[Some(most), Some(most)]),
        Ok(ScalarValue::Decimal128(None, 38, 0))
    );
    let found = of(
        "sum",
        &[decimal(5, 2)],
        decimal(15, 2),
        &[decimals(&[Some(101), None, Some(99)], 5, 2)],
    );
    assert_eq!(found, Ok(ScalarValue::Decimal128(Some(200), 15, 2)));
}

#[test]
fn averages() {
    let found = of(
        "avg",
        &[decimal(3, 2)],
        decimal(7, 6),
        &[decimals(&[Some(100), Some(200), Some(200)], 3, 2)],
    );
    assert_eq!(found, Ok(ScalarValue::Decimal128(Some(1_666_667), 7, 6)));
    let found = of(
        "avg",
        &[DataType::Long],
        DataType::Double,
        &[longs(&[Some(i64::MAX), Some(i64::MAX)])],
    );
    assert_eq!(
        found,
        Ok(ScalarValue::Float64(Some(9.223_372_036_854_776e18)))
    );
    let none = of(
        "avg",
        &[DataType::Integer],
        DataType::Double,
        &[ints(&[None])],
    );
    assert_eq!(none, Ok(ScalarValue::Float64(None)));
    let most = 10_i128.pow(38) - 1;
    let large = of(
        "avg",
        &[decimal(38, 0)],
        decimal(38, 4),
        &[decimals(&[Some(most), Some(1)], 38, 0)],
    );
    assert_eq!(conditions(large), "ARITHMETIC_OVERFLOW");
    let wide = of(
        "avg",
        &[decimal(38, 0)],
        decimal(38, 4),
        &[decimals(&[Some(most)], 38, 0)],
    );
    assert_eq!(
        conditions(wide),
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"
    );
}

#[test]
fn counts_leave_nulls_out() {
    let (a, b) = (
        ints(&[Some(1), None, Some(3), Some(1)]),
        ints(&[None, Some(2), Some(3), Some(4)]),
    );
    let pair = [DataType::Integer, DataType::Integer];
    assert_eq!(
        of("count", &pair, DataType::Long, &[a.clone(), b]),
        Ok(ScalarValue::Int64(Some(2)))
    );
    let mut distinct = Asked::new("count", &Site::of(&pair[..1], DataType::Long), &[a]);
    distinct.distinct = true;
    assert_eq!(distinct.answer(), Ok(ScalarValue::Int64(Some(2))));
}

#[test]
fn distinct_takes_zeros_and_nans_for_one() {
    let column = doubles(&[Some(0.0), Some(-0.0), Some(f64::NAN), Some(-f64::NAN), None]);
    let mut count = Asked::new(
        "count",
        &Site::of(&[DataType::Double], DataType::Long),
        &[column],
    );
    count.distinct = true;
    assert_eq!(count.answer(), Ok(ScalarValue::Int64(Some(2))));
    let column = ints(&[Some(3), Some(3), Some(4)]);
    let mut sum = Asked::new(
        "sum",
        &Site::of(&[DataType::Integer], DataType::Long),
        &[column],
    );
    sum.distinct = true;
    assert_eq!(sum.answer(), Ok(ScalarValue::Int64(Some(7))));
}

#[test]
fn nan_is_the_largest() {
    let column = [doubles(&[Some(1.0), Some(f64::NAN), Some(-3.0), None])];
    let double = [DataType::Double];
    let max = of("max", &double, DataType::Double, &column).expect("a maximum");
    assert!(matches!(max, ScalarValue::Float64(Some(value)) if value.is_nan()));
    assert_eq!(
        of("min", &double, DataType::Double, &column),
        Ok(ScalarValue::Float64(Some(-3.0)))
    );
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("b"), None, Some("a")]));
    let min = of("min", &[DataType::STRING], DataType::STRING, &[texts]);
    assert_eq!(min, Ok(ScalarValue::from("a")));
    let truths: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]));
    let max = of("max", &[DataType::Boolean], DataType::Boolean, &[truths]);
    assert_eq!(max, Ok(ScalarValue::Boolean(Some(true))));
}

#[test]
fn moments() {
    let one = |name: &str, values: &[Option<f64>]| {
        let found = Asked::new(
            name,
            &Site::of(&[DataType::Double], DataType::Double),
            &[doubles(values)],
        );
        found.at_once()
    };
    let some = |value: f64| Ok(ScalarValue::Float64(Some(value)));
    let values = [Some(1.0), Some(2.0), Some(4.0), None];
    assert_eq!(one("stddev_samp", &values), some(1.527_525_231_651_946_5));
    assert_eq!(one("stddev_pop", &values), some(1.247_219_128_924_647));
    assert_eq!(one("var_samp", &values), some(2.333_333_333_333_333));
    assert_eq!(one("var_pop", &values), some(1.555_555_555_555_555_4));
    assert_eq!(one("skewness", &values), some(0.381_801_774_160_606_8));
    assert_eq!(one("kurtosis", &values), some(-1.500_000_000_000_000_9));
    assert_eq!(
        one("stddev_samp", &[Some(1.0)]),
        Ok(ScalarValue::Float64(None))
    );
    assert_eq!(one("stddev_pop", &[Some(1.0)]), some(0.0));
    assert_eq!(
        one("skewness", &[Some(1.0), Some(1.0)]),
        Ok(ScalarValue::Float64(None))
    );
}

#[test]
fn pairs() {
    let pair = |name: &str, rows: &[(Option<f64>, Option<f64>)]| {
        let columns = [
            doubles(&rows.iter().map(|row| row.0).collect::<Vec<_>>()),
            doubles(&rows.iter().map(|row| row.1).collect::<Vec<_>>()),
        ];
        let site = Site::of(&[DataType::Double, DataType::Double], DataType::Double);
        match Asked::new(name, &site, &columns).at_once() {
            Ok(ScalarValue::Float64(found)) => found,
            other => panic!("{name}: {other:?}"),
        }
    };
    let rows = [(1.0, 2.0), (2.0, 2.0), (2.0, 3.0), (2.0, 4.0)].map(|(y, x)| (Some(y), Some(x)));
    let expected = [
        ("corr", 0.522_232_967_867_093_4),
        ("covar_pop", 0.187_499_999_999_999_94),
        ("covar_samp", 0.249_999_999_999_999_92),
        ("regr_avgx", 2.75),
        ("regr_avgy", 1.75),
        ("regr_intercept", 1.0),
        ("regr_r2", 0.272_727_272_727_272_6),
        ("regr_slope", 0.272_727_272_727_272_7),
        ("regr_sxx", 2.75),
        ("regr_sxy", 0.749_999_999_999_999_8),
        ("regr_syy", 0.75),
    ];
    for (name, value) in expected {
        assert_eq!(pair(name, &rows), Some(value), "{name}");
    }
    let level = [(Some(2.0), Some(1.0)), (Some(2.0), Some(3.0))];
    assert_eq!(
        (pair("corr", &level), pair("regr_r2", &level)),
        (None, Some(1.0))
    );
    let steep = [(Some(1.0), Some(2.0)), (Some(3.0), Some(2.0))];
    assert_eq!(
        (pair("regr_slope", &steep), pair("regr_r2", &steep)),
        (None, None)
    );
    assert_eq!(
        pair("regr_avgx", &[(Some(2.0), None), (None, Some(3.0))]),
        None
    );
}

#[test]
fn percentiles_and_lists() {
    let column = [ints(&[Some(1), Some(2), Some(5), Some(10), None])];
    let mut site = Site::of(
        &[DataType::Integer, DataType::Double, DataType::Long],
        DataType::Double,
    );
    site.constants[1] = Some(Literal::Double(Float(0.3)));
    let with = [
        column[0].clone(),
        doubles(&[Some(0.3); 5]),
        longs(&[Some(1); 5]),
    ];
    assert_eq!(
        Asked::new("percentile", &site, &with).answer(),
        Ok(ScalarValue::Float64(Some(1.9)))
    );
    let median = of("median", &[DataType::Integer], DataType::Double, &column);
    assert_eq!(median, Ok(ScalarValue::Float64(Some(3.5))));
    let list = DataType::array(DataType::Integer);
    let found = of("collect_list", &[DataType::Integer], list.clone(), &column).expect("a list");
    assert_eq!(found.to_string(), "[1, 2, 5, 10]");
    let twice = [ints(&[Some(2), Some(1), Some(2), None])];
    let found = of("collect_set", &[DataType::Integer], list, &twice).expect("a list");
    assert_eq!(found.to_string(), "[1, 2]");
    let mode = of("mode", &[DataType::Integer], DataType::Integer, &twice);
    assert_eq!(mode, Ok(ScalarValue::Int32(Some(2))));
}

/// However rows are cut, a sketch keeps the keys with the smallest hashes.
#[test]
fn sketches_of_parts_are_that_of_the_whole() {
    let keys: Vec<Option<i64>> = (0..200)
        .map(|key| (key % 7 > 0).then_some(key % 90))
        .collect();
    let sizes = vec![Some(4); keys.len()];
    for name in ["theta_sketch_agg", "hll_sketch_agg"] {
        let mut site = Site::of(&[DataType::Long, DataType::Integer], DataType::Binary);
        site.constants[1] = Some(Literal::Integer(4));
        let few = if name == "hll_sketch_agg" {
            8
        } else {
            keys.len()
        };
        let columns = [longs(&keys[..few]), ints(&sizes[..few])];
        let found = Asked::new(name, &site, &columns)
            .answer()
            .expect("a sketch");
        assert!(matches!(found, ScalarValue::Binary(Some(_))), "{name}");
    }
}

#[test]
fn products_leave_out_nulls() {
    let column = [doubles(&[Some(2.0), None, Some(3.5), Some(-1.0)])];
    let of_doubles =
        |column: &[ArrayRef]| of("product", &[DataType::Double], DataType::Double, column);
    assert_eq!(of_doubles(&column), Ok(ScalarValue::Float64(Some(-7.0))));
    let nothing = [doubles(&[None, None])];
    assert_eq!(of_doubles(&nothing), Ok(ScalarValue::Float64(None)));
}

#[test]
fn extremes_by_another_column_take_the_last_of_equals() {
    let columns: [ArrayRef; 2] = [
        Arc::new(StringArray::from(vec!["a", "b", "c", "d"])),
        ints(&[Some(1), Some(5), Some(5), Some(1)]),
    ];
    let types = [DataType::STRING, DataType::Integer];
    assert_eq!(
        of("max_by", &types, DataType::STRING, &columns),
        Ok(ScalarValue::from("c"))
    );
    assert_eq!(
        of("min_by", &types, DataType::STRING, &columns),
        Ok(ScalarValue::from("d"))
    );
}

#[test]
fn first_and_last() {
    let column = [ints(&[None, Some(1), Some(2), None])];
    let ask = |name: &str, ignore_nulls| {
        let mut asked = Asked::new(
            name,
            &Site::of(&[DataType::Integer], DataType::Integer),
            &column,
        );
        asked.ignore_nulls = ignore_nulls;
        asked.answer()
    };
    assert_eq!(ask("first", false), Ok(ScalarValue::Int32(None)));
    assert_eq!(ask("first", true), Ok(ScalarValue::Int32(Some(1))));
    assert_eq!(ask("last", true), Ok(ScalarValue::Int32(Some(2))));
    assert_eq!(ask("last", false), Ok(ScalarValue::Int32(None)));
}

#[test]
fn frames_lose_rows() {
    let columns = [doubles(&[Some(1e20), Some(1.0), None, Some(2.0)])];
    for (name, expected) in [("sum", 3.0), ("avg", 1.5), ("min", 1.0), ("max", 2.0)] {
        let asked = Asked::new(
            name,
            &Site::of(&[DataType::Double], DataType::Double),
            &columns,
        );
        let mut frame = asked
            .with(AggregateUDF::create_sliding_accumulator)
            .expect("a frame");
        assert!(frame.supports_retract_batch());
        frame.update_batch(&columns).expect("rows");
        frame.retract_batch(&asked.part(0, 1)).expect("a row less");
        assert_eq!(
            frame.evaluate().expect("a value"),
            ScalarValue::Float64(Some(expected)),
            "{name}"
        );
    }
    let columns = [longs(&[Some(5), None])];
    let asked = Asked::new(
        "sum",
        &Site::of(&[DataType::Long], DataType::Long),
        &columns,
    );
    let mut frame = asked
        .with(AggregateUDF::create_sliding_accumulator)
        .expect("a frame");
    frame.update_batch(&columns).expect("rows");
    frame.retract_batch(&asked.part(0, 1)).expect("a row less");
    assert_eq!(frame.evaluate().expect("a value"), ScalarValue::Int64(None));
}

#[test]
fn calls_travel() -> Result<(), SqlError> {
    let site = Site::of(&[DataType::Integer], DataType::Long);
    let call = aggregate("sum", &site)?.expect("a function");
    let bytes = encode_aggregate(&call).expect("one of ours");
    assert_eq!(decode_aggregate(&bytes)?.as_ref(), call.as_ref());
    assert!(decode_aggregate(&[1]).is_err());
    assert_eq!(arrow_type(&site.result)?, ArrowType::Int64);
    Ok(())
}
