//! Aggregates.

use flint_sql_spec::{DataType, Literal, Node, Result, SqlError, StructField, condition};

use super::Class;
use super::binding::{Binding, constant_integer, quoted};
use super::signature::{Arity, Family, Output, Signature, Special, alias, hidden};
use super::string::not_null_array;
use crate::resolved::{Expr, SortKey};
use crate::types::decimal::Digits;
use crate::types::{Accept, Basic, is_orderable};

const D: Accept = Accept::Is(Basic::Double);
const S: Accept = Accept::Is(Basic::String);
const B: Accept = Accept::Is(Basic::Boolean);
const I: Accept = Accept::Is(Basic::Integer);
const DOUBLE: Output = Output::Is(Basic::Double);
const LONG: Output = Output::Is(Basic::Long);
const BOOLEAN: Output = Output::Is(Basic::Boolean);
const INTERVALS: [Accept; 2] = [
    Accept::Is(Basic::YearMonthInterval),
    Accept::Is(Basic::DayTimeInterval),
];
const NUMBER_OR_INTERVAL: Accept = Accept::AnyOf(&[Accept::Numeric, INTERVALS[0], INTERVALS[1]]);
const ONE: Arity = Arity::Between(1, 1);

const fn statistic(name: &'static str) -> Signature {
    Signature::aggregate(name, &[D], DOUBLE)
}

const fn pair(name: &'static str) -> Signature {
    Signature::aggregate(name, &[D, D], DOUBLE)
}

const fn special(
    name: &'static str,
    arity: Arity,
    bind: fn(Binding<'_>) -> Result<Expr>,
) -> Special {
    Special::new(name, arity, bind).of(Class::Aggregate)
}

pub(super) const FAMILY: Family = Family {
    table: &[
        statistic("stddev_samp"),
        statistic("stddev_pop"),
        statistic("var_samp"),
        statistic("var_pop"),
        statistic("skewness"),
        statistic("kurtosis"),
        statistic("product"),
        pair("corr"),
        pair("covar_pop"),
        pair("covar_samp"),
        pair("regr_avgx"),
        pair("regr_avgy"),
        pair("regr_intercept"),
        pair("regr_r2"),
        pair("regr_slope"),
        pair("regr_sxx"),
        pair("regr_sxy"),
        pair("regr_syy"),
        Signature::aggregate("regr_count", &[Accept::Numeric, Accept::Numeric], LONG).never_null(),
        Signature::aggregate("bool_and", &[B], BOOLEAN),
        Signature::aggregate("bool_or", &[B], BOOLEAN),
        Signature::aggregate("count_if", &[B], LONG).never_null(),
        Signature::aggregate("bit_and", &[Accept::Integral], Output::Arg(0)),
        Signature::aggregate("bit_or", &[Accept::Integral], Output::Arg(0)),
        Signature::aggregate("bit_xor", &[Accept::Integral], Output::Arg(0)),
        Signature::aggregate("collect_list", &[Accept::Any], Output::By(list)).never_null(),
        Signature::aggregate("collect_set", &[Accept::Any], Output::By(list))
            .never_null()
            .check(no_maps),
        Signature::aggregate(
            "listagg",
            &[
                Accept::AnyOf(&[S, Accept::Is(Basic::Binary)]),
                Accept::AnyOf(&[S, Accept::Is(Basic::Binary), Accept::Is(Basic::Null)]),
            ],
            Output::Arg(0),
        )
        .optional(1),
        Signature::aggregate("grouping", &[Accept::Any], Output::Is(Basic::Byte)).never_null(),
        Signature::aggregate("grouping_id", &[], LONG)
            .and_rest(Accept::Any)
            .never_null(),
        Signature::aggregate(
            "histogram_numeric",
            &[NUMBER_OR_INTERVAL, I],
            Output::By(histogram),
        )
        .check(two_bins),
        Signature::aggregate(
            "bitmap_construct_agg",
            &[Accept::Is(Basic::Long)],
            Output::Is(Basic::Binary),
        )
        .never_null(),
        Signature::aggregate(
            "bitmap_and_agg",
            &[Accept::Is(Basic::Binary)],
            Output::Is(Basic::Binary),
        )
        .never_null(),
        Signature::aggregate("collect_union", &[Accept::Array], Output::By(union))
            .never_null()
            .check(no_maps_in_union),
        Signature::aggregate(
            "count_min_sketch",
            &[
                Accept::AnyOf(&[Accept::Integral, S, Accept::Is(Basic::Binary)]),
                D,
                D,
                // Clients send seeds of 64 bits.
                Accept::AnyOf(&[I, Accept::Is(Basic::Long)]),
            ],
            Output::Is(Basic::Binary),
        )
        .never_null(),
        Signature::aggregate(
            "bitmap_or_agg",
            &[Accept::Is(Basic::Binary)],
            Output::Is(Basic::Binary),
        )
        .never_null(),
    ],
    special: &[
        special(
            "approx_count_distinct",
            Arity::Between(1, 2),
            approx_count_distinct,
        ),
        special("first", Arity::Between(1, 2), first),
        special("last", Arity::Between(1, 2), first),
        special("any_value", Arity::Between(1, 2), first),
        special("mode", Arity::Between(0, 2), first),
        special("count", Arity::AtLeast(0), count),
        special("sum", ONE, sum),
        special("avg", ONE, sum),
        special("try_sum", ONE, sum),
        special("try_avg", ONE, sum),
        special("min", ONE, extreme),
        special("max", ONE, extreme),
        special("min_by", Arity::Between(2, 3), extreme_by),
        special("max_by", Arity::Between(2, 3), extreme_by),
        special("percentile", Arity::Between(2, 3), percentile),
        special("percentile_approx", Arity::Between(2, 3), percentile_approx),
        special("percentile_cont", ONE, percentile_within),
        special("percentile_disc", ONE, percentile_within),
        special("median", ONE, median),
    ],
    aliases: &[
        alias("mean", "avg"),
        alias("stddev", "stddev_samp"),
        alias("std", "stddev_samp"),
        alias("variance", "var_samp"),
        alias("every", "bool_and"),
        alias("some", "bool_or"),
        alias("any", "bool_or"),
        alias("first_value", "first"),
        alias("last_value", "last"),
        hidden("array_agg", "collect_list"),
        alias("string_agg", "listagg"),
        alias("approx_percentile", "percentile_approx"),
    ],
};

/// One of the values; with `true` behind it, or `IGNORE NULLS`, one that is not null. Names of
/// columns show neither.
fn first(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.name == "mode" && binding.modifiers.distinct {
        return Err(
            SqlError::new(condition::INVALID_WITHIN_GROUP_EXPRESSION_DISTINCT_UNSUPPORTED)
                .with("funcName", "`mode`")
                .at(binding.origin),
        );
    }
    if binding.args.is_empty() {
        let Some(key) = binding.modifiers.order.first() else {
            return Err(SqlError::new(
                condition::INVALID_WITHIN_GROUP_EXPRESSION_WITHIN_GROUP_MISSING,
            )
            .with("funcName", format!("`{}`", binding.name))
            .at(binding.origin));
        };
        let value = key.expr.clone();
        return Ok(most_common(binding, value));
    }
    if binding.args.len() > 1 {
        binding.need(1, &B)?;
        binding.need_constant(1, "ignoreNulls", "\"BOOLEAN\"")?;
        let ignores = matches!(binding.args[1].as_literal(), Some(Literal::Boolean(true)));
        let value = binding.args.remove(0);
        binding.args.clear();
        match (binding.name, ignores) {
            // Of several values that are equally common the smallest.
            ("mode", true) => {
                binding.modifiers.order = vec![SortKey {
                    expr: value.clone(),
                    descending: false,
                    nulls_first: true,
                }];
                return Ok(most_common(binding, value));
            }
            ("mode", false) => {}
            _ => binding.modifiers.ignore_nulls = Some(ignores),
        }
        binding.args.push(value);
    } else if binding.modifiers.ignore_nulls.is_some() {
        binding.alias = None;
    }
    let data_type = binding.type_of(0);
    Ok(binding.finish(data_type, true))
}

/// `mode() WITHIN GROUP (ORDER BY value)`: the value is an argument, which names do not show.
fn most_common(mut binding: Binding<'_>, value: Expr) -> Expr {
    let data_type = value.data_type().clone();
    binding.args = vec![value];
    binding.shown = Some(Vec::new());
    binding.finish(data_type, true)
}

/// The count may come with a relative standard deviation, which names of columns do not show.
fn approx_count_distinct(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() > 1 {
        binding.need_constant(1, "relativeSD", "\"DOUBLE\"")?;
        binding.need(1, &D)?;
        binding.shown = Some(vec![binding.args[0].clone()]);
    }
    Ok(binding.finish(DataType::Long, false))
}

fn list(binding: &Binding<'_>) -> DataType {
    not_null_array(binding.type_of(0))
}

/// The elements of all arrays.
fn union(binding: &Binding<'_>) -> DataType {
    match binding.type_of(0) {
        DataType::Array { element, .. } => DataType::array((*element).clone()),
        other => other,
    }
}

fn no_maps_in_union(binding: &Binding<'_>) -> Result<()> {
    distinct_values(binding, "`collect_union`")
}

fn no_maps(binding: &Binding<'_>) -> Result<()> {
    distinct_values(binding, "`collect_set`")
}

/// The error when values are maps, of which nothing says whether they are equal.
fn distinct_values(binding: &Binding<'_>, function: &str) -> Result<()> {
    fn has_map(data_type: &DataType) -> bool {
        match data_type {
            DataType::Map { .. } => true,
            DataType::Array { element, .. } => has_map(element),
            DataType::Struct(fields) => fields.iter().any(|field| has_map(&field.data_type)),
            _ => false,
        }
    }
    if !has_map(binding.args[0].data_type()) {
        return Ok(());
    }
    Err(binding
        .mismatch(condition::DATATYPE_MISMATCH_UNSUPPORTED_INPUT_TYPE)
        .with("functionName", function)
        .with("dataType", "\"MAP\" or \"COLLATED STRING\""))
}

fn histogram(binding: &Binding<'_>) -> DataType {
    let x = binding.type_of(0);
    let bin = DataType::structure([
        StructField::new("x", x, true),
        StructField::new("y", DataType::Double, true),
    ]);
    DataType::array(bin)
}

fn count(binding: Binding<'_>) -> Result<Expr> {
    if binding.args.is_empty() && !binding.rules.allow_parameterless_count {
        return Err(SqlError::new(condition::WRONG_NUM_ARGS_WITH_SUGGESTION)
            .with("functionName", "`count`")
            .with("expectedNum", " >= 1")
            .with("actualNum", "0")
            .with("legacyNum", "0")
            .with(
                "legacyConfKey",
                "\"spark.sql.legacy.allowParameterlessCount\"",
            )
            .with("legacyConfValue", "\"true\"")
            .at(binding.origin));
    }
    Ok(binding.finish(DataType::Long, false))
}

/// `sum` and `avg` and their forgiving forms.
fn sum(mut binding: Binding<'_>) -> Result<Expr> {
    let first = binding.args[0].data_type();
    if first.is_string() || matches!(first, DataType::Null | DataType::Timestamp) {
        binding.cast(0, &DataType::Double);
    }
    if !NUMBER_OR_INTERVAL.accepts(binding.args[0].data_type()) {
        return Err(binding.unexpected(0, "\"NUMERIC\" or \"ANSI INTERVAL\""));
    }
    let averages = matches!(binding.name, "avg" | "try_avg");
    let data_type = match binding.type_of(0) {
        DataType::Decimal { precision, scale } => {
            let (precision, scale) = (i32::from(precision), i32::from(scale));
            if averages {
                Digits::new(precision + 4, scale + 4).bounded()
            } else {
                Digits::new(precision + 10, scale).bounded()
            }
        }
        DataType::YearMonthInterval(range) if averages => whole_months(range),
        DataType::DayTimeInterval(range) if averages => whole_time(range),
        interval @ (DataType::YearMonthInterval(_) | DataType::DayTimeInterval(_)) => interval,
        integral if integral.is_integral() && !averages => DataType::Long,
        _ => DataType::Double,
    };
    Ok(binding.finish(data_type, true))
}

fn whole_months(_: flint_sql_spec::YearMonthRange) -> DataType {
    Basic::YearMonthInterval.data_type()
}

fn whole_time(_: flint_sql_spec::DayTimeRange) -> DataType {
    Basic::DayTimeInterval.data_type()
}

/// A histogram has two bins or more.
fn two_bins(binding: &Binding<'_>) -> Result<()> {
    match binding.args.get(1).and_then(constant_integer) {
        Some(bins) if bins < 2 => Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
            .with("exprName", "nb")
            .with("valueRange", format!("[2, {}]", i32::MAX))
            .with("currentValue", bins.to_string())),
        _ => Ok(()),
    }
}

fn extreme(binding: Binding<'_>) -> Result<Expr> {
    binding.need_orderable(0, &format!("`{}`", binding.name))?;
    let data_type = binding.type_of(0);
    Ok(binding.finish(data_type, true))
}

fn extreme_by(mut binding: Binding<'_>) -> Result<Expr> {
    if !is_orderable(binding.args[1].data_type()) {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_INVALID_ORDERING_TYPE)
            .with("functionName", format!("`{}`", binding.name))
            .with("dataType", quoted(binding.args[1].data_type())));
    }
    let data_type = binding.type_of(0);
    if binding.args.len() < 3 {
        return Ok(binding.finish(data_type, true));
    }
    binding.need(2, &I)?;
    binding.need_constant(2, "k", "\"INT\"")?;
    Ok(binding.finish(DataType::array(data_type), true))
}

/// An array of results for an array of fractions.
fn like_fractions(binding: &Binding<'_>, at: usize, one: DataType) -> DataType {
    match binding.args[at].data_type() {
        DataType::Array { .. } => DataType::Array {
            element: Node::new(one),
            contains_null: false,
        },
        _ => one,
    }
}

const FRACTIONS: Accept = Accept::AnyOf(&[D, Accept::ArrayOf(Basic::Double)]);

fn percentile(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 2 {
        binding.args.push(Expr::literal(1_i64.into()));
    }
    binding.need(0, &NUMBER_OR_INTERVAL)?;
    binding.need(1, &FRACTIONS)?;
    binding.need(2, &Accept::Integral)?;
    binding.need_constant(1, "percentage", "\"DOUBLE\"")?;
    let one = centre(&binding.type_of(0));
    let data_type = like_fractions(&binding, 1, one);
    Ok(binding.finish(data_type, true))
}

/// The type of a value between others: double for numbers, intervals stay.
fn centre(data_type: &DataType) -> DataType {
    match data_type {
        DataType::YearMonthInterval(_) => Basic::YearMonthInterval.data_type(),
        DataType::DayTimeInterval(_) => Basic::DayTimeInterval.data_type(),
        _ => DataType::Double,
    }
}

fn percentile_approx(mut binding: Binding<'_>) -> Result<Expr> {
    const VALUES: Accept = Accept::AnyOf(&[
        Accept::Numeric,
        Accept::Is(Basic::Date),
        Accept::Is(Basic::Timestamp),
        Accept::Is(Basic::TimestampNtz),
        INTERVALS[0],
        INTERVALS[1],
    ]);
    if binding.args.len() == 2 {
        binding.args.push(Expr::literal(10_000_i32.into()));
    }
    if binding.args[0].data_type().is_string() {
        binding.cast(0, &DataType::Double);
    }
    binding.need(0, &VALUES)?;
    binding.need(1, &FRACTIONS)?;
    binding.need(2, &Accept::Integral)?;
    binding.need_constant(2, "accuracy", "\"BIGINT\"")?;
    binding.need_constant(1, "percentage", "\"DOUBLE\"")?;
    let one = binding.type_of(0);
    let data_type = like_fractions(&binding, 1, one);
    Ok(binding.finish(data_type, true))
}

/// `percentile_cont(f) WITHIN GROUP (ORDER BY x)`.
fn percentile_within(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.modifiers.order.is_empty() {
        return Err(
            SqlError::new(condition::INVALID_WITHIN_GROUP_EXPRESSION_WITHIN_GROUP_MISSING)
                .with("funcName", format!("`{}`", binding.name))
                .at(binding.origin),
        );
    }
    if binding.modifiers.order.len() != 1 {
        return Err(
            SqlError::new(condition::INVALID_WITHIN_GROUP_EXPRESSION_WRONG_NUM_ORDERINGS)
                .with("funcName", format!("`{}`", binding.name))
                .with("expectedNum", "1")
                .with("actualNum", binding.modifiers.order.len().to_string())
                .at(binding.origin),
        );
    }
    binding.need(0, &FRACTIONS)?;
    let value = binding.modifiers.order[0].expr.clone();
    let mut probe = binding.other(binding.name, vec![value]);
    probe.need(0, &NUMBER_OR_INTERVAL)?;
    binding.modifiers.order[0].expr = probe.args[0].clone();
    let one = centre(probe.args[0].data_type());
    let data_type = like_fractions(&binding, 0, one);
    Ok(binding.finish(data_type, true))
}

fn median(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &NUMBER_OR_INTERVAL)?;
    let data_type = centre(&binding.type_of(0));
    Ok(binding.finish(data_type, true))
}
