//! Sketches: HLL, theta, tuple and KLL, and frequent items.
//!
//! How large a sketch is and how tuple sketches merge are constants, checked here where Spark checks
//! them while it analyzes. Where it does so only when it runs, the executor's functions do.

use flint_sql_spec::{DataType, Literal, Result, SqlError, StructField, condition};

use super::binding::{Binding, is_constant};
use super::facts::constant;
use super::signature::{Arity, Family, Fill, Output, Signature, Special};
use super::string::not_null_array;
use super::{Class, facts};
use crate::naming;
use crate::resolved::Expr;
use crate::types::{Accept, Basic};

const BINARY: Accept = Accept::Is(Basic::Binary);
const INTEGER: Accept = Accept::Is(Basic::Integer);
const STRING: Accept = Accept::Is(Basic::String);
const BOOLEAN: Accept = Accept::Is(Basic::Boolean);
const FLOAT: Accept = Accept::Is(Basic::Float);
const DOUBLE: Accept = Accept::Is(Basic::Double);
const SKETCH: Output = Output::Is(Basic::Binary);

/// What HLL sketches count.
const HLL_KEYS: Accept = Accept::AnyOf(&[INTEGER, Accept::Is(Basic::Long), STRING, BINARY]);
/// What theta and tuple sketches count.
const KEYS: Accept = Accept::AnyOf(&[
    Accept::ArrayOf(Basic::Integer),
    Accept::ArrayOf(Basic::Long),
    BINARY,
    DOUBLE,
    FLOAT,
    INTEGER,
    Accept::Is(Basic::Long),
    STRING,
]);
const WHOLE: Accept = Accept::AnyOf(&[
    Accept::Is(Basic::Byte),
    INTEGER,
    Accept::Is(Basic::Long),
    Accept::Is(Basic::Short),
]);
const FLOATS: Accept = Accept::AnyOf(&[FLOAT, DOUBLE]);
const RANKS: Accept = Accept::AnyOf(&[DOUBLE, Accept::ArrayOf(Basic::Double)]);
const NUMBERS: Accept = Accept::AnyOf(&[DOUBLE, FLOAT]);

/// Where none is asked for: the size of theta and tuple sketches, and what merges numbers.
const USUAL: &[Fill] = &[Fill::Int(12), Fill::Text("sum")];
const SUM: &[Fill] = &[Fill::Text("sum")];
const SIZE: &[Fill] = &[Fill::Int(12)];

/// Items that `approx_top_k` gives.
const ITEMS: i32 = 5;
/// Items that it tracks.
const TRACKED: i32 = 10_000;
/// What stands for no size of a combined sketch.
const UNSIZED: i32 = -1;

const fn aggregate(name: &'static str, inputs: &'static [Accept]) -> Signature {
    Signature::aggregate(name, inputs, SKETCH).never_null()
}

const fn made_of_sketches(name: &'static str, inputs: &'static [Accept]) -> Signature {
    Signature::new(name, inputs, SKETCH).strict()
}

const fn kll_agg(name: &'static str, inputs: &'static [Accept]) -> Signature {
    aggregate(name, inputs).optional(1).strict().check(kll_size)
}

const fn kll(name: &'static str, output: Basic) -> Signature {
    Signature::new(name, &[BINARY], Output::Is(output))
}

const fn quantile(name: &'static str, output: fn(&Binding<'_>) -> DataType) -> Signature {
    Signature::new(name, &[BINARY, RANKS], Output::By(output)).check(constant_rank)
}

const fn rank(name: &'static str, inputs: &'static [Accept]) -> Signature {
    let output = Output::By(|binding| like_second(binding, DataType::Double));
    Signature::new(name, inputs, output).check(constant_quantile)
}

const fn figure(name: &'static str) -> Signature {
    Signature::new(name, &[BINARY], Output::Is(Basic::Double)).strict()
}

pub(super) const FAMILY: Family = Family {
    table: &[
        aggregate("hll_sketch_agg", &[HLL_KEYS, INTEGER])
            .or(SIZE)
            .strict()
            .check(|binding| constant_size(binding, condition::HLL_K_MUST_BE_CONSTANT)),
        aggregate("hll_union_agg", &[BINARY, BOOLEAN])
            .or(&[Fill::Bool(false)])
            .strict(),
        Signature::new("hll_sketch_estimate", &[BINARY], Output::Is(Basic::Long)).strict(),
        made_of_sketches("hll_union", &[BINARY, BINARY, BOOLEAN]).or(&[Fill::Bool(false)]),
        aggregate("theta_sketch_agg", &[KEYS, INTEGER])
            .or(SIZE)
            .strict()
            .check(theta_size),
        aggregate("theta_union_agg", &[BINARY, INTEGER])
            .or(SIZE)
            .strict()
            .check(theta_size),
        aggregate("theta_intersection_agg", &[BINARY]).strict(),
        Signature::new("theta_sketch_estimate", &[BINARY], Output::Is(Basic::Long)).strict(),
        made_of_sketches("theta_union", &[BINARY, BINARY, INTEGER]).or(SIZE),
        made_of_sketches("theta_intersection", &[BINARY, BINARY]),
        made_of_sketches("theta_difference", &[BINARY, BINARY]),
        aggregate("tuple_sketch_agg_double", &[KEYS, NUMBERS, INTEGER, STRING])
            .or(USUAL)
            .check(|binding| size_and_mode(binding, 2)),
        aggregate(
            "tuple_sketch_agg_integer",
            &[KEYS, INTEGER, INTEGER, STRING],
        )
        .or(USUAL)
        .check(|binding| size_and_mode(binding, 2)),
        aggregate("tuple_union_agg_double", &[BINARY, INTEGER, STRING])
            .or(USUAL)
            .check(|binding| size_and_mode(binding, 1)),
        aggregate("tuple_union_agg_integer", &[BINARY, INTEGER, STRING])
            .or(USUAL)
            .check(|binding| size_and_mode(binding, 1)),
        aggregate("tuple_intersection_agg_double", &[BINARY, STRING])
            .or(SUM)
            .check(|binding| mode(binding, 1)),
        aggregate("tuple_intersection_agg_integer", &[BINARY, STRING])
            .or(SUM)
            .check(|binding| mode(binding, 1)),
        figure("tuple_sketch_estimate_double"),
        figure("tuple_sketch_estimate_integer"),
        figure("tuple_sketch_theta_double"),
        figure("tuple_sketch_theta_integer"),
        Signature::new(
            "tuple_sketch_summary_double",
            &[BINARY, STRING],
            Output::Is(Basic::Double),
        )
        .or(SUM)
        .strict()
        .check(|binding| mode(binding, 1)),
        Signature::new(
            "tuple_sketch_summary_integer",
            &[BINARY, STRING],
            Output::Is(Basic::Long),
        )
        .or(SUM)
        .strict()
        .check(|binding| mode(binding, 1)),
        tuple_union("tuple_union_double"),
        tuple_union("tuple_union_integer"),
        tuple_union("tuple_union_theta_double"),
        tuple_union("tuple_union_theta_integer"),
        tuple_intersection("tuple_intersection_double"),
        tuple_intersection("tuple_intersection_integer"),
        tuple_intersection("tuple_intersection_theta_double"),
        tuple_intersection("tuple_intersection_theta_integer"),
        made_of_sketches("tuple_difference_double", &[BINARY, BINARY]),
        made_of_sketches("tuple_difference_integer", &[BINARY, BINARY]),
        made_of_sketches("tuple_difference_theta_double", &[BINARY, BINARY]),
        made_of_sketches("tuple_difference_theta_integer", &[BINARY, BINARY]),
        kll_agg("kll_sketch_agg_bigint", &[WHOLE, INTEGER]),
        kll_agg("kll_sketch_agg_float", &[FLOAT, INTEGER]),
        kll_agg("kll_sketch_agg_double", &[FLOATS, INTEGER]),
        kll_agg("kll_merge_agg_bigint", &[BINARY, INTEGER]),
        kll_agg("kll_merge_agg_float", &[BINARY, INTEGER]),
        kll_agg("kll_merge_agg_double", &[BINARY, INTEGER]),
        kll("kll_sketch_get_n_bigint", Basic::Long),
        kll("kll_sketch_get_n_float", Basic::Long),
        kll("kll_sketch_get_n_double", Basic::Long),
        kll("kll_sketch_to_string_bigint", Basic::String),
        kll("kll_sketch_to_string_float", Basic::String),
        kll("kll_sketch_to_string_double", Basic::String),
        Signature::new("kll_sketch_merge_bigint", &[BINARY, BINARY], SKETCH),
        Signature::new("kll_sketch_merge_float", &[BINARY, BINARY], SKETCH),
        Signature::new("kll_sketch_merge_double", &[BINARY, BINARY], SKETCH),
        quantile("kll_sketch_get_quantile_bigint", |binding| {
            like_second(binding, DataType::Long)
        }),
        quantile("kll_sketch_get_quantile_float", |binding| {
            like_second(binding, DataType::Float)
        }),
        quantile("kll_sketch_get_quantile_double", |binding| {
            like_second(binding, DataType::Double)
        }),
        rank(
            "kll_sketch_get_rank_bigint",
            &[
                BINARY,
                Accept::AnyOf(&[Accept::Is(Basic::Long), Accept::ArrayOf(Basic::Long)]),
            ],
        ),
        rank(
            "kll_sketch_get_rank_float",
            &[
                BINARY,
                Accept::AnyOf(&[FLOAT, Accept::ArrayOf(Basic::Float)]),
            ],
        ),
        rank("kll_sketch_get_rank_double", &[BINARY, RANKS]),
        Signature::aggregate(
            "approx_top_k",
            &[Accept::Any, INTEGER, INTEGER],
            Output::By(|binding| ranking(binding.type_of(0))),
        )
        .or(&[Fill::Int(ITEMS), Fill::Int(TRACKED)])
        .never_null()
        .check(|binding| {
            countable(binding)?;
            constant_k(binding)?;
            constant_tracked(binding, 2)
        }),
        Signature::aggregate(
            "approx_top_k_accumulate",
            &[Accept::Any, INTEGER],
            Output::By(|binding| state(binding.type_of(0))),
        )
        .or(&[Fill::Int(TRACKED)])
        .never_null()
        .check(|binding| {
            countable(binding)?;
            constant_tracked(binding, 1)
        }),
        Signature::new(
            "approx_top_k_estimate",
            &[Accept::Struct, INTEGER],
            Output::By(|binding| ranking(item_of_state(binding))),
        )
        .or(&[Fill::Int(ITEMS)])
        .check(|binding| {
            state_fields(binding)?;
            constant_k(binding)
        }),
    ],
    special: &[
        Special::new("approx_top_k_combine", Arity::Between(1, 2), combine).of(Class::Aggregate),
    ],
    aliases: &[],
};

const fn tuple_union(name: &'static str) -> Signature {
    made_of_sketches(name, &[BINARY, BINARY, INTEGER, STRING])
        .or(USUAL)
        .check(|binding| size_and_mode(binding, 2))
}

const fn tuple_intersection(name: &'static str) -> Signature {
    made_of_sketches(name, &[BINARY, BINARY, STRING])
        .or(SUM)
        .check(|binding| mode(binding, 2))
}

/// An array for an array in the second place.
fn like_second(binding: &Binding<'_>, one: DataType) -> DataType {
    match binding.args[1].data_type() {
        DataType::Array { .. } => not_null_array(one),
        _ => one,
    }
}

fn constant_rank(binding: &Binding<'_>) -> Result<()> {
    binding.need_constant(1, "rank", "\"DOUBLE\"")
}

fn constant_quantile(binding: &Binding<'_>) -> Result<()> {
    let required = match binding.name {
        "kll_sketch_get_rank_bigint" => "\"BIGINT\"",
        "kll_sketch_get_rank_float" => "\"FLOAT\"",
        _ => "\"DOUBLE\"",
    };
    binding.need_constant(1, "quantile", required)
}

/// The error, of a condition that names only the function, when a size is no constant.
fn constant_size(binding: &Binding<'_>, condition: condition::Condition) -> Result<()> {
    if is_constant(&binding.args[1]) {
        return Ok(());
    }
    Err(SqlError::new(condition).with("function", format!("`{}`", binding.name)))
}

fn theta_size(binding: &Binding<'_>) -> Result<()> {
    constant_size(binding, condition::THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT)
}

/// The value of a constant argument that is not NULL; `None` if only the executor knows it.
fn known(binding: &Binding<'_>, at: usize, name: &str, type_name: &str) -> Result<Option<Literal>> {
    let arg = &binding.args[at];
    if !is_constant(arg) {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_NON_FOLDABLE_INPUT)
            .with("inputName", name)
            .with("inputType", type_name)
            .with("inputExpr", naming::sql(arg)));
    }
    let value = match facts::constant_string(arg) {
        Some(text) => Some(Literal::String(text.as_str().into())),
        None => constant(arg),
    };
    if value.as_ref().is_some_and(Literal::is_null) {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_UNEXPECTED_NULL)
            .with("exprName", name));
    }
    Ok(value)
}

/// The error that a check of Spark's functions gives, with what is wrong as text.
fn failed_check(binding: &Binding<'_>, wrong: impl Into<String>) -> SqlError {
    binding
        .mismatch(condition::DATATYPE_MISMATCH_TYPE_CHECK_FAILURE_WITH_HINT)
        .with("msg", wrong.into())
        .with("hint", "")
}

fn size_and_mode(binding: &Binding<'_>, at: usize) -> Result<()> {
    if let Some(Literal::Integer(lg)) = known(binding, at, "lgNomEntries", "int")?
        && !(4..=26).contains(&lg)
    {
        let wrong = SqlError::new(condition::SKETCH_INVALID_LG_NOM_ENTRIES)
            .with("function", format!("`{}`", binding.name))
            .with("min", "4")
            .with("max", "26")
            .with("value", lg.to_string());
        return Err(failed_check(binding, wrong.to_string()));
    }
    mode(binding, at + 1)
}

fn mode(binding: &Binding<'_>, at: usize) -> Result<()> {
    const MODES: [&str; 4] = ["sum", "min", "max", "alwaysone"];
    if let Some(Literal::String(mode)) = known(binding, at, "mode", "string")?
        && !MODES.contains(&mode.to_lowercase().as_str())
    {
        let wrong = SqlError::new(condition::TUPLE_INVALID_SKETCH_MODE)
            .with("function", format!("`{}`", binding.name))
            .with("mode", &*mode)
            .with("validModes", MODES.join(", "));
        return Err(failed_check(binding, wrong.to_string()));
    }
    Ok(())
}

fn kll_size(binding: &Binding<'_>) -> Result<()> {
    if binding.args.len() < 2 {
        return Ok(());
    }
    if let Some(Literal::Integer(k)) = known(binding, 1, "k", "int")?
        && !(8..=65_535).contains(&k)
    {
        let wrong = SqlError::new(condition::KLL_SKETCH_K_OUT_OF_RANGE)
            .with("functionName", format!("`{}`", binding.name))
            .with("k", k.to_string());
        return Err(failed_check(binding, wrong.to_string()));
    }
    Ok(())
}

/// The most frequent items of a type.
fn ranking(item: DataType) -> DataType {
    not_null_array(DataType::structure([
        StructField::new("item", item, true),
        StructField::new("count", DataType::Long, false),
    ]))
}

/// A sketch of frequent items of a type.
fn state(item: DataType) -> DataType {
    DataType::structure([
        StructField::new("sketch", DataType::Binary, false),
        StructField::new("maxItemsTracked", DataType::Integer, false),
        StructField::new("itemDataType", item, true),
        StructField::new("itemDataTypeDDL", DataType::STRING, false),
    ])
}

fn is_countable(data_type: &DataType) -> bool {
    data_type.is_numeric()
        || data_type.is_string()
        || matches!(
            data_type,
            DataType::Boolean | DataType::Date | DataType::Timestamp | DataType::TimestampNtz
        )
}

/// The error when values of the type are not counted.
fn countable(binding: &Binding<'_>) -> Result<()> {
    let data_type = binding.args[0].data_type();
    if is_countable(data_type) {
        return Ok(());
    }
    let simple = data_type.simple_string();
    let name = simple.split_once('<').map_or(&*simple, |(name, _)| name);
    Err(failed_check(
        binding,
        format!("{name} columns are not supported"),
    ))
}

fn constant_k(binding: &Binding<'_>) -> Result<()> {
    match is_constant(&binding.args[1]) {
        true => Ok(()),
        false => Err(failed_check(binding, "K must be a constant literal")),
    }
}

fn constant_tracked(binding: &Binding<'_>, at: usize) -> Result<()> {
    match is_constant(&binding.args[at]) {
        true => Ok(()),
        false => Err(failed_check(
            binding,
            "Number of items tracked must be a constant literal",
        )),
    }
}

fn item_of_state(binding: &Binding<'_>) -> DataType {
    match binding.args[0].data_type() {
        DataType::Struct(fields) if fields.len() == 4 => fields[2].data_type.clone(),
        _ => DataType::Null,
    }
}

/// The error when the first argument is no state of frequent items.
fn state_fields(binding: &Binding<'_>) -> Result<()> {
    let data_type = binding.args[0].data_type();
    let fields = match data_type {
        DataType::Struct(fields) if fields.len() == 4 => fields,
        other => {
            let expected = "struct<sketch:binary,maxItemsTracked:int,itemDataType:any,\
                            itemDataTypeDDL:string>";
            return Err(failed_check(
                binding,
                format!(
                    "State must be a struct with 4 fields. Expected struct: {expected}. Got: {}",
                    other.simple_string()
                ),
            ));
        }
    };
    let right = [
        ("first", "binary", fields[0].data_type == DataType::Binary),
        ("second", "int", fields[1].data_type == DataType::Integer),
        (
            "third",
            "a supported data type",
            is_countable(&fields[2].data_type),
        ),
        ("fourth", "string", fields[3].data_type.is_string()),
    ];
    for ((place, wanted, right), field) in right.into_iter().zip(fields.iter()) {
        if !right {
            let found = field.data_type.simple_string();
            let wrong =
                format!("State struct must have the {place} field to be {wanted}. Got: {found}");
            return Err(failed_check(binding, wrong));
        }
    }
    Ok(())
}

/// `approx_top_k_combine(state)`, or with how many items the result tracks.
fn combine(mut binding: Binding<'_>) -> Result<Expr> {
    let asked = binding.args.len() > 1;
    if !asked {
        binding.args.push(Expr::literal(UNSIZED.into()));
    } else if *binding.args[1].data_type() != DataType::Integer
        && *binding.args[1].data_type() != DataType::Null
    {
        return Err(SqlError::new(condition::FAILED_FUNCTION_CALL)
            .with("funcName", format!("`{}`", binding.name))
            .at(binding.origin));
    }
    binding.need(0, &Accept::Struct)?;
    binding.need(1, &INTEGER)?;
    state_fields(&binding)?;
    constant_tracked(&binding, 1)?;
    if asked && matches!(constant(&binding.args[1]), Some(Literal::Integer(UNSIZED))) {
        return Err(SqlError::new(condition::APPROX_TOP_K_NON_POSITIVE_ARG)
            .with("argName", "`maxItemsTracked`")
            .with("argValue", UNSIZED.to_string())
            .at(binding.origin));
    }
    let data_type = state(item_of_state(&binding));
    Ok(binding.finish(data_type, false))
}
