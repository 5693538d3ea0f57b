//! Arrays, and what arrays share with maps and strings.

use flint_sql_spec::{DataType, Node, Result, SqlError, StructField, condition};

use super::binding::{Binding, cast_to, constant_text, quoted};
use super::signature::{Arity, Family, Fill, Nulls, Output, Signature, Special, hidden};
use super::string::not_null_array;
use crate::naming;
use crate::resolved::{Expr, ExprKind};
use crate::types::{
    Accept, Basic, Rules, casts_implicitly, common_type, common_type_without_promotion, same_type,
    tightest_type,
};

const I: Accept = Accept::Is(Basic::Integer);
const S: Accept = Accept::Is(Basic::String);
const A: Accept = Accept::Array;
const COLLECTION: Accept = Accept::AnyOf(&[Accept::Array, Accept::Map]);
const TWO: Arity = Arity::Between(2, 2);
const ONE: Arity = Arity::Between(1, 1);

pub(super) const FAMILY: Family = Family {
    table: &[
        Signature::new("array_compact", &[A], Output::By(without_nulls)).strict(),
        Signature::new("array_size", &[A], Output::Is(Basic::Integer)).strict(),
        Signature::new("size", &[COLLECTION], Output::Is(Basic::Integer))
            .strict()
            .nulls(Nulls::By(size_is_null)),
        Signature::new("slice", &[A, I, I], Output::Arg(0)),
        Signature::new(
            "array_join",
            &[Accept::ArrayOf(Basic::String), S, S],
            Output::Is(Basic::String),
        )
        .optional(1),
        Signature::new("array_repeat", &[Accept::Any, I], Output::By(repeated))
            .strict()
            .nulls(Nulls::By(|binding| binding.args[1].nullable())),
        Signature::new(
            "sort_array",
            &[A, Accept::Is(Basic::Boolean)],
            Output::Arg(0),
        )
        .or(&[Fill::Bool(true)])
        .nulls(Nulls::Arg(0)),
        Signature::new("array_distinct", &[A], Output::Arg(0)).strict(),
        Signature::new(
            "reverse",
            &[Accept::AnyOf(&[S, Accept::Is(Basic::Binary), A])],
            Output::Arg(0),
        ),
        Signature::new("get", &[A, Accept::Integral], Output::By(element))
            .always_null()
            .exact(),
    ],
    special: &[
        Special::new("array", Arity::AtLeast(0), array),
        Special::new("array_max", ONE, extreme),
        Special::new("array_min", ONE, extreme),
        Special::new("array_contains", TWO, with_element),
        Special::new("array_position", TWO, with_element),
        Special::new("array_remove", TWO, with_element),
        Special::new("array_append", TWO, with_element),
        Special::new("array_prepend", TWO, with_element),
        Special::new("array_insert", Arity::Between(3, 3), insert),
        Special::new("array_union", TWO, pair),
        Special::new("array_intersect", TWO, pair),
        Special::new("array_except", TWO, pair),
        Special::new("arrays_overlap", TWO, pair),
        Special::new("arrays_zip", Arity::AtLeast(0), zip),
        Special::new("flatten", ONE, flatten),
        Special::new("sequence", Arity::Between(2, 3), sequence),
        Special::new("element_at", TWO, element_at),
        Special::new("try_element_at", TWO, element_at),
        Special::new("getitem", TWO, item),
    ],
    aliases: &[
        super::signature::alias("cardinality", "size"),
        hidden("[]", "getitem"),
    ],
};

fn size_is_null(binding: &Binding<'_>) -> bool {
    (binding.rules.ansi || !binding.rules.size_of_null) && binding.any_nullable()
}

fn parts(data_type: &DataType) -> Option<(DataType, bool)> {
    match data_type {
        DataType::Array {
            element,
            contains_null,
        } => Some(((**element).clone(), *contains_null)),
        _ => None,
    }
}

fn array_of(element: DataType, contains_null: bool) -> DataType {
    DataType::Array {
        element: Node::new(element),
        contains_null,
    }
}

fn element(binding: &Binding<'_>) -> DataType {
    parts(binding.args[0].data_type()).map_or(DataType::Null, |(element, _)| element)
}

fn without_nulls(binding: &Binding<'_>) -> DataType {
    not_null_array(element(binding))
}

fn repeated(binding: &Binding<'_>) -> DataType {
    array_of(binding.type_of(0), binding.args[0].nullable())
}

fn array(mut binding: Binding<'_>) -> Result<Expr> {
    if !binding.cast_to_common() {
        let types = Binding::alternative_types(&binding.args);
        return Err(binding.different_types("`array`", types));
    }
    let contains_null = binding.any_nullable();
    let element = binding
        .args
        .first()
        .map_or(DataType::Null, |first| first.data_type().clone());
    Ok(binding.finish(array_of(element, contains_null), false))
}

fn extreme(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &A)?;
    let element = element(&binding);
    if !crate::types::is_orderable(&element) {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_INVALID_ORDERING_TYPE)
            .with("functionName", format!("`{}`", binding.name))
            .with("dataType", quoted(binding.args[0].data_type())));
    }
    Ok(binding.finish(element, true))
}

/// The error when the other argument is none of the array's elements.
fn not_an_element(binding: &Binding<'_>) -> SqlError {
    binding
        .mismatch(condition::DATATYPE_MISMATCH_ARRAY_FUNCTION_DIFF_TYPES)
        .with("functionName", format!("`{}`", binding.name))
        .with("dataType", "\"ARRAY\"")
        .with("leftType", quoted(binding.args[0].data_type()))
        .with("rightType", quoted(binding.args[1].data_type()))
}

/// The type without loss for both, which in any mode is looked for inside of arrays, maps and structs.
fn tightest_inside(a: &DataType, b: &DataType, rules: &Rules) -> Option<DataType> {
    tightest_type(a, b, rules).or_else(|| {
        let inside = Rules {
            ansi: false,
            ..*rules
        };
        tightest_type(a, b, &inside)
    })
}

/// Brings an array and one more element to one type.
fn meet_element(binding: &mut Binding<'_>, at: usize) -> bool {
    let Some((own, contains_null)) = parts(binding.args[0].data_type()) else {
        return false;
    };
    let other = binding.type_of(at);
    let common = if same_type(&own, &other) {
        common_type(&own, &other, binding.rules)
    } else if binding.name == "array_contains" {
        common_type_without_promotion(&own, &other, binding.rules)
    } else {
        tightest_inside(&own, &other, binding.rules)
    };
    let Some(common) = common else {
        return false;
    };
    binding.cast(0, &array_of(common.clone(), contains_null));
    binding.cast(at, &common);
    true
}

fn with_element(mut binding: Binding<'_>) -> Result<Expr> {
    let searches = matches!(
        binding.name,
        "array_contains" | "array_position" | "array_remove"
    );
    let untyped = |arg: &Expr| *arg.data_type() == DataType::Null;
    let untyped_array = untyped(&binding.args[0]) && binding.name == "array_remove";
    if binding.name == "array_remove" && !A.accepts(binding.args[0].data_type()) {
        return Err(not_an_element(&binding));
    }
    if searches && !untyped_array && binding.args.iter().any(untyped) {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_NULL_TYPE)
            .with("functionName", format!("`{}`", binding.name)));
    }
    if !A.accepts(binding.args[0].data_type()) {
        return Err(binding.unexpected(0, &A.sql()));
    }
    if !meet_element(&mut binding, 1) {
        return Err(not_an_element(&binding));
    }
    let grows = matches!(binding.name, "array_append" | "array_prepend");
    let (element, contains_null) =
        parts(binding.args[0].data_type()).unwrap_or((DataType::Null, true));
    let nullable = match binding.name {
        _ if grows => binding.args[0].nullable(),
        "array_contains" => binding.any_nullable() || contains_null,
        _ => binding.any_nullable(),
    };
    let data_type = match binding.name {
        "array_contains" => DataType::Boolean,
        "array_position" => DataType::Long,
        "array_remove" => binding.type_of(0),
        _ => array_of(element, contains_null || binding.args[1].nullable()),
    };
    Ok(binding.finish(data_type, nullable))
}

fn insert(mut binding: Binding<'_>) -> Result<Expr> {
    let is_array = A.accepts(binding.args[0].data_type());
    if is_array {
        binding.need(1, &I)?;
    }
    if !is_array || !meet_element(&mut binding, 2) {
        return Err(not_an_element(&binding).with("rightType", quoted(binding.args[2].data_type())));
    }
    let nullable = binding.args[0].nullable() || binding.args[1].nullable();
    let (element, _) = parts(binding.args[0].data_type()).unwrap_or((DataType::Null, true));
    Ok(binding.finish(array_of(element, true), nullable))
}

/// Two arrays of one type.
fn pair(mut binding: Binding<'_>) -> Result<Expr> {
    let different = |binding: &Binding<'_>| {
        binding
            .mismatch(condition::DATATYPE_MISMATCH_BINARY_ARRAY_DIFF_TYPES)
            .with("functionName", format!("`{}`", binding.name))
            .with("arrayType", "\"ARRAY\"")
            .with("leftType", quoted(binding.args[0].data_type()))
            .with("rightType", quoted(binding.args[1].data_type()))
    };
    let (Some((left, left_null)), Some((right, right_null))) = (
        parts(binding.args[0].data_type()),
        parts(binding.args[1].data_type()),
    ) else {
        return Err(different(&binding));
    };
    if left != right {
        let common = if same_type(&left, &right) {
            common_type(&left, &right, binding.rules)
        } else {
            tightest_inside(&left, &right, binding.rules)
        };
        let Some(common) = common else {
            return Err(different(&binding));
        };
        binding.cast(0, &array_of(common.clone(), left_null));
        binding.cast(1, &array_of(common, right_null));
    }
    let (element, _) = parts(binding.args[0].data_type()).unwrap_or((DataType::Null, true));
    let any_nullable = binding.any_nullable();
    let (data_type, nullable) = match binding.name {
        "arrays_overlap" => (DataType::Boolean, any_nullable || left_null || right_null),
        "array_except" => (array_of(element, left_null), any_nullable),
        "array_intersect" => (array_of(element, left_null && right_null), any_nullable),
        _ => (array_of(element, left_null || right_null), any_nullable),
    };
    Ok(binding.finish(data_type, nullable))
}

fn zip(mut binding: Binding<'_>) -> Result<Expr> {
    let mut fields = Vec::new();
    for at in 0..binding.args.len() {
        binding.need(at, &A)?;
        let (element, _) = parts(binding.args[at].data_type()).unwrap_or((DataType::Null, true));
        let name = match binding.args[at].kind() {
            ExprKind::Column(column) | ExprKind::Outer(column) | ExprKind::Variable(column) => {
                column.name.to_string()
            }
            ExprKind::Field { name, .. } => name.to_string(),
            _ => at.to_string(),
        };
        fields.push(StructField::new(&name, element, true));
    }
    let nullable = binding.any_nullable();
    Ok(binding.finish(not_null_array(DataType::structure(fields)), nullable))
}

fn flatten(binding: Binding<'_>) -> Result<Expr> {
    let inner = parts(binding.args[0].data_type())
        .and_then(|(element, outer_null)| Some((parts(&element)?, outer_null)));
    let Some(((element, contains_null), outer_null)) = inner else {
        return Err(binding.unexpected(0, "\"ARRAY\" of \"ARRAY\""));
    };
    let nullable = binding.args[0].nullable() || outer_null;
    Ok(binding.finish(array_of(element, contains_null), nullable))
}

fn sequence(mut binding: Binding<'_>) -> Result<Expr> {
    let (start, stop) = (binding.type_of(0), binding.type_of(1));
    let is_time = |data_type: &DataType| {
        matches!(
            data_type,
            DataType::Date | DataType::Timestamp | DataType::TimestampNtz
        )
    };
    let mut types = vec![start, stop];
    if binding.args.len() == 3 && binding.args[2].data_type().is_integral() {
        types.push(binding.type_of(2));
    }
    if let Some(common) = crate::types::common_type_of(&types, binding.rules)
        && (common.is_integral() || is_time(&common))
    {
        (0..types.len()).for_each(|at| binding.cast(at, &common));
    }
    let element = binding.type_of(0);
    let fits = element == binding.type_of(1) && (element.is_integral() || is_time(&element));
    if !fits {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_SEQUENCE_WRONG_INPUT_TYPES)
            .with("functionName", "`sequence`")
            .with(
                "startType",
                "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \"DATE\")",
            )
            .with(
                "stepType",
                "(\"INTERVAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")",
            )
            .with("otherStartType", "\"INTEGRAL\""));
    }
    let nullable = binding.any_nullable();
    Ok(binding.finish(not_null_array(element), nullable))
}

/// The key of a map as its type, or an index.
fn element_at(mut binding: Binding<'_>) -> Result<Expr> {
    let from = binding.type_of(0);
    let (element, mut nullable) = match &from {
        DataType::Array {
            element,
            contains_null,
        } => {
            binding.need(1, &I)?;
            (
                (**element).clone(),
                *contains_null || binding.any_nullable(),
            )
        }
        DataType::Map { key, value, .. } => {
            let key_type = binding.type_of(1);
            if let Some(common) = tightest_type(key, &key_type, binding.rules) {
                binding.cast(1, &common);
            }
            if !same_type(key, binding.args[1].data_type()) {
                return Err(binding
                    .mismatch(condition::DATATYPE_MISMATCH_MAP_FUNCTION_DIFF_TYPES)
                    .with("functionName", format!("`{}`", binding.name))
                    .with("dataType", "\"MAP\"")
                    .with("leftType", quoted(&from))
                    .with("rightType", quoted(&key_type)));
            }
            ((**value).clone(), true)
        }
        _ => return Err(binding.unexpected(0, "(\"ARRAY\" or \"MAP\")")),
    };
    nullable |= !binding.rules.ansi || binding.name == "try_element_at";
    Ok(binding.finish(element, nullable))
}

/// `child[extraction]`: an element, a value of a key, or a field.
fn item(mut binding: Binding<'_>) -> Result<Expr> {
    let from = binding.type_of(0);
    match &from {
        DataType::Array { element, .. } => {
            if let DataType::Struct(fields) = &**element
                && let Some(name) = constant_text(&binding.args[1])
            {
                let found = super::structure::field(&binding.args[0], fields, name, binding.rules);
                return found.map_err(|error| error.or_at(binding.origin));
            }
            if !Accept::Integral.accepts(binding.args[1].data_type()) {
                let is_null = *binding.args[1].data_type() == DataType::Null;
                if !is_null {
                    return Err(binding.unexpected(1, &Accept::Integral.sql()));
                }
                binding.cast(1, &DataType::Integer);
            }
            let element = (**element).clone();
            Ok(binding.finish(element, true))
        }
        DataType::Map { key, value, .. } => {
            if casts_implicitly(binding.args[1].data_type(), key, binding.rules) {
                binding.args[1] = cast_to(&binding.args[1], key, binding.rules);
            }
            if !same_type(key, binding.args[1].data_type()) {
                return Err(binding.unexpected(1, &quoted(key)));
            }
            let value = (**value).clone();
            Ok(binding.finish(value, true))
        }
        DataType::Struct(fields) => match constant_text(&binding.args[1]) {
            Some(name) => super::structure::field(&binding.args[0], fields, name, binding.rules),
            None => Err(SqlError::new(condition::INVALID_EXTRACT_FIELD_TYPE)
                .with("extraction", naming::quoted(&binding.args[1]))
                .at(binding.origin)),
        },
        DataType::Null => Ok(binding.finish(DataType::Null, true)),
        _ => Err(SqlError::new(condition::INVALID_EXTRACT_BASE_FIELD_TYPE)
            .with("base", naming::quoted(&binding.args[0]))
            .with("other", quoted(&from))
            .at(binding.origin)),
    }
}
