//! Strings and bytes.

use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::binding::{Binding, constant_integer};
use super::signature::{Arity, Family, Fill, Nulls, Output, Signature, Special, alias, hidden};
use crate::resolved::Expr;
use crate::types::{Accept, Basic};

const S: Accept = Accept::Is(Basic::String);
const I: Accept = Accept::Is(Basic::Integer);
const L: Accept = Accept::Is(Basic::Long);
const B: Accept = Accept::Is(Basic::Binary);
const STRING_OR_BINARY: Accept = Accept::AnyOf(&[S, B]);
const TEXT: Output = Output::Is(Basic::String);
const BYTES: Output = Output::Is(Basic::Binary);
const INT: Output = Output::Is(Basic::Integer);
const BOOLEAN: Output = Output::Is(Basic::Boolean);

pub(super) const FAMILY: Family = Family {
    table: &[
        Signature::new("upper", &[S], TEXT),
        Signature::new("lower", &[S], TEXT),
        Signature::new("initcap", &[S], TEXT),
        Signature::new("length", &[STRING_OR_BINARY], INT),
        Signature::new("octet_length", &[STRING_OR_BINARY], INT),
        Signature::new("bit_length", &[STRING_OR_BINARY], INT),
        Signature::new("substring", &[STRING_OR_BINARY, I, I], Output::Arg(0))
            .or(&[Fill::Int(i32::MAX)]),
        Signature::new("left", &[STRING_OR_BINARY, I], Output::Arg(0)),
        Signature::new("right", &[S, I], TEXT).always_null(),
        Signature::new("btrim", &[S, S], TEXT).optional(1),
        Signature::new("repeat", &[S, I], TEXT),
        Signature::new("replace", &[S, S, S], TEXT).or(&[Fill::Text("")]),
        Signature::new("translate", &[S, S, S], TEXT),
        Signature::new("locate", &[S, S, I], INT).or(&[Fill::Int(1)]),
        Signature::new(
            "split",
            &[S, S, I],
            Output::By(|_| not_null_array(DataType::STRING)),
        )
        .or(&[Fill::Int(-1)]),
        Signature::new("split_part", &[S, S, I], TEXT),
        Signature::new("substring_index", &[S, S, I], TEXT),
        Signature::new("find_in_set", &[S, S], INT),
        Signature::new(
            "overlay",
            &[STRING_OR_BINARY, STRING_OR_BINARY, I, I],
            Output::Arg(0),
        )
        .or(&[Fill::Int(-1)]),
        Signature::new("ascii", &[S], INT),
        Signature::new("chr", &[L], TEXT),
        Signature::new("base64", &[B], TEXT),
        Signature::new("unbase64", &[S], BYTES),
        Signature::new("hex", &[Accept::AnyOf(&[L, B, S])], TEXT),
        Signature::new("unhex", &[S], BYTES).always_null(),
        Signature::new("md5", &[B], TEXT),
        Signature::new("sha1", &[B], TEXT),
        Signature::new("sha2", &[B, I], TEXT).always_null(),
        Signature::new("crc32", &[B], Output::Is(Basic::Long)),
        Signature::new("hmac", &[B, B, S], BYTES).or(&[Fill::Text("SHA-256")]),
        Signature::new("levenshtein", &[S, S, I], INT).optional(1),
        Signature::new("soundex", &[S], TEXT).strict(),
        Signature::new("space", &[I], TEXT),
        Signature::new("quote", &[S], TEXT).always_null(),
        Signature::new("luhn_check", &[S], BOOLEAN).always_null(),
        Signature::new(
            "format_number",
            &[Accept::Numeric, Accept::AnyOf(&[I, S])],
            TEXT,
        )
        .strict()
        .always_null(),
        Signature::new("format_string", &[S], TEXT)
            .and_rest(Accept::Any)
            .nulls(Nulls::Arg(0)),
        Signature::new("regexp_replace", &[S, S, S, I], TEXT)
            .or(&[Fill::Int(1)])
            .check(positive_place),
        Signature::new("regexp_extract", &[S, S, I], TEXT).or(&[Fill::Int(1)]),
        Signature::new(
            "regexp_extract_all",
            &[S, S, I],
            Output::By(|_| DataType::array(DataType::STRING)),
        )
        .or(&[Fill::Int(1)]),
        Signature::new("regexp_count", &[S, S], INT),
        Signature::new("regexp_substr", &[S, S], TEXT).always_null(),
        Signature::new("regexp_instr", &[S, S, I], INT).or(&[Fill::Int(0)]),
        Signature::new("encode", &[S, S], BYTES).always_null(),
        Signature::new(
            "sentences",
            &[S, S, S],
            Output::By(|_| not_null_array(not_null_array(DataType::STRING))),
        )
        .or(&[Fill::Text(""), Fill::Text("")])
        .always_null(),
        Signature::new("mask", &[S, S, S, S, S], TEXT)
            .or(&[
                Fill::Text("X"),
                Fill::Text("x"),
                Fill::Text("n"),
                Fill::NullText,
            ])
            .always_null(),
        Signature::new("to_binary", &[S, S], BYTES)
            .optional(1)
            .always_null()
            .check(binary_format),
        Signature::new("to_base32", &[B], TEXT).always_null(),
        Signature::new("from_base32", &[S], BYTES).always_null(),
        Signature::new(
            "jaro_winkler_similarity",
            &[S, S],
            Output::Is(Basic::Double),
        ),
        Signature::new("is_valid_utf8", &[STRING_OR_BINARY], BOOLEAN),
        Signature::new("make_valid_utf8", &[STRING_OR_BINARY], TEXT),
        Signature::new("validate_utf8", &[STRING_OR_BINARY], TEXT),
        Signature::new("try_validate_utf8", &[STRING_OR_BINARY], TEXT).always_null(),
        Signature::new("try_to_binary", &[S, S], BYTES)
            .optional(1)
            .always_null(),
        Signature::new("try_url_decode", &[S], TEXT).always_null(),
        Signature::new("try_parse_url", &[S, S, S], TEXT)
            .optional(1)
            .always_null(),
        Signature::new("aes_encrypt", &[B, B, S, S, B, B], BYTES)
            .or(&[
                Fill::Text("GCM"),
                Fill::Text("DEFAULT"),
                Fill::Text(""),
                Fill::Text(""),
            ])
            .always_null(),
        Signature::new("aes_decrypt", &[B, B, S, S, B], BYTES)
            .or(&[Fill::Text("GCM"), Fill::Text("DEFAULT"), Fill::Text("")])
            .always_null(),
        Signature::new("try_aes_decrypt", &[B, B, S, S, B], BYTES)
            .or(&[Fill::Text("GCM"), Fill::Text("DEFAULT"), Fill::Text("")])
            .always_null(),
        Signature::new("url_encode", &[S], TEXT).always_null(),
        Signature::new("url_decode", &[S], TEXT).always_null(),
        Signature::new("parse_url", &[S, S, S], TEXT)
            .optional(1)
            .always_null(),
    ],
    special: &[
        Special::new("concat", Arity::AtLeast(0), concat),
        Special::new("concat_ws", Arity::AtLeast(1), concat_ws),
        Special::new("contains", Arity::Between(2, 2), part_of),
        Special::new("startswith", Arity::Between(2, 2), part_of),
        Special::new("endswith", Arity::Between(2, 2), part_of),
        Special::new("lpad", Arity::Between(2, 3), pad),
        Special::new("rpad", Arity::Between(2, 3), pad),
        Special::new("to_char", Arity::Between(2, 2), to_char),
        Special::new("to_number", Arity::Between(2, 2), to_number),
        Special::new("try_to_number", Arity::Between(2, 2), to_number),
        Special::new("trim", Arity::Between(1, 2), trim),
        Special::new("ltrim", Arity::Between(1, 2), trim),
        Special::new("rtrim", Arity::Between(1, 2), trim),
        Special::new("instr", Arity::Between(2, 4), instr),
        Special::new("elt", Arity::AtLeast(2), elt),
        Special::new("decode", Arity::AtLeast(2), decode),
    ],
    aliases: &[
        alias("ucase", "upper"),
        alias("lcase", "lower"),
        alias("len", "length"),
        alias("char_length", "length"),
        alias("character_length", "length"),
        alias("substr", "substring"),
        alias("position", "locate"),
        alias("char", "chr"),
        alias("sha", "sha1"),
        alias("printf", "format_string"),
        hidden("to_varchar", "to_char"),
        hidden("||", "concat"),
    ],
};

pub(crate) fn not_null_array(element: DataType) -> DataType {
    DataType::Array {
        element: flint_sql_spec::Node::new(element),
        contains_null: false,
    }
}

/// The place of `regexp_replace` is a constant from 1 on.
fn positive_place(binding: &Binding<'_>) -> Result<()> {
    binding.need_constant(3, "position", "\"INT\"")?;
    match constant_integer(&binding.args[3]) {
        Some(place) if place < 1 => Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
            .with("exprName", "position")
            .with("valueRange", format!("(0, {}]", i32::MAX))
            .with("currentValue", place.to_string())),
        _ => Ok(()),
    }
}

/// The format of `to_binary` is one of a few words.
fn binary_format(binding: &Binding<'_>) -> Result<()> {
    const FORMATS: [&str; 4] = ["hex", "utf-8", "utf8", "base64"];
    let Some(format) = binding.args.get(1) else {
        return Ok(());
    };
    binding.need_constant(1, "fmt", "\"STRING\"")?;
    match super::binding::constant_text(format) {
        Some(text) if !FORMATS.iter().any(|one| one.eq_ignore_ascii_case(text)) => Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_INVALID_ARG_VALUE)
            .with("inputName", "fmt")
            .with("requireType", "case-insensitive \"STRING\"")
            .with("validValues", "'hex', 'utf-8', 'utf8', or 'base64'")
            .with("inputValue", format!("'{text}'"))),
        _ => Ok(()),
    }
}

/// Strings, binaries, or arrays end to end.
fn concat(mut binding: Binding<'_>) -> Result<Expr> {
    let all = |holds: fn(&DataType) -> bool, binding: &Binding<'_>| {
        binding.args.iter().all(|arg| holds(arg.data_type()))
    };
    if binding.args.is_empty() {
        return Ok(binding.finish(DataType::STRING, false));
    }
    let is_array = |data_type: &DataType| matches!(data_type, DataType::Array { .. });
    let some_array = binding.args.iter().any(|arg| is_array(arg.data_type()));
    if all(|data_type| *data_type == DataType::Binary, &binding)
        || binding.same_types() && some_array
    {
        if some_array {
            binding.cast_to_common();
        }
    } else if all(is_array_type, &binding) {
        binding.cast_to_common();
    } else {
        for at in 0..binding.args.len() {
            binding.cast_implicitly(at, &S);
        }
    }
    let accept = Accept::AnyOf(&[S, B, Accept::Array]);
    for at in 0..binding.args.len() {
        if !accept.accepts(binding.args[at].data_type()) {
            let required = "(\"STRING\" or \"BINARY\" or \"ARRAY\")";
            return Err(binding.unexpected(at, required));
        }
    }
    if !binding.same_types() {
        let types = Binding::alternative_types(&binding.args);
        return Err(binding.different_types("`concat`", types));
    }
    let (data_type, nullable) = (binding.type_of(0), binding.any_nullable());
    Ok(binding.finish(data_type, nullable))
}

/// Whether a text has another one in it, or bytes have others; NULL is of the other's type.
fn part_of(mut binding: Binding<'_>) -> Result<Expr> {
    let is = |at: usize, data_type: &DataType| binding.args[at].data_type() == data_type;
    let (bytes, null) = (&DataType::Binary, &DataType::Null);
    let others = [(0, 1), (1, 0)];
    let null_beside_bytes = others
        .into_iter()
        .find(|(a, b)| is(*a, null) && is(*b, bytes));
    if let Some((at, _)) = null_beside_bytes {
        binding.cast(at, bytes);
    }
    binding.need(0, &STRING_OR_BINARY)?;
    binding.need(1, &STRING_OR_BINARY)?;
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::Boolean, nullable))
}

fn is_array_type(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Array { .. })
}

/// Strings and arrays of strings with a separator between.
fn concat_ws(mut binding: Binding<'_>) -> Result<Expr> {
    const PARTS: Accept = Accept::AnyOf(&[Accept::ArrayOf(Basic::String), S]);
    binding.need(0, &S)?;
    for at in 1..binding.args.len() {
        binding.need(at, &PARTS)?;
    }
    let nullable = binding.args[0].nullable();
    Ok(binding.finish(DataType::STRING, nullable))
}

/// Filled up with blanks, or with zero bytes.
fn pad(mut binding: Binding<'_>) -> Result<Expr> {
    let is_binary = *binding.args[0].data_type() == DataType::Binary;
    if binding.args.len() == 2 {
        let filling = if is_binary {
            flint_sql_spec::Literal::Binary([0u8].as_slice().into())
        } else {
            flint_sql_spec::Literal::String(" ".into())
        };
        binding.args.push(Expr::literal(filling));
    }
    let accept = if is_binary && *binding.args[2].data_type() == DataType::Binary {
        B
    } else {
        S
    };
    binding.need(0, &accept)?;
    binding.need(1, &I)?;
    binding.need(2, &accept)?;
    let (data_type, nullable) = (binding.type_of(0), binding.any_nullable());
    Ok(binding.finish(data_type, nullable))
}

fn elt(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &I)?;
    for at in 1..binding.args.len() {
        let accept = if *binding.args[at].data_type() == DataType::Binary {
            B
        } else {
            S
        };
        binding.need(at, &accept)?;
    }
    let data_type = binding.type_of(1);
    Ok(binding.finish(data_type, true))
}

/// A number by a format, or a date or time by a pattern.
fn to_char(mut binding: Binding<'_>) -> Result<Expr> {
    let is_time = matches!(
        binding.args[0].data_type(),
        DataType::Date | DataType::Timestamp | DataType::TimestampNtz | DataType::Time(_)
    );
    if is_time {
        let args = binding.args.clone();
        return super::bind(
            "date_format",
            args,
            super::Modifiers::default(),
            binding.rules,
            binding.origin,
        );
    }
    if *binding.args[0].data_type() == DataType::Binary {
        return binary_to_char(binding);
    }
    binding.need(0, &Accept::Decimal)?;
    binding.need(1, &S)?;
    binding.need_constant(1, "format", "\"STRING\"")?;
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::STRING, nullable))
}

/// Bytes as text: `base64`, `hex`, or the characters they are.
fn binary_to_char(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(1, &S)?;
    let Some(format) = super::binding::constant_text(&binding.args[1]) else {
        return Err(SqlError::new(condition::NON_FOLDABLE_ARGUMENT)
            .with("funcName", "`to_char`")
            .with("paramName", "`format`")
            .with("paramType", "\"STRING\"")
            .at(binding.origin));
    };
    let bytes = binding.args[0].clone();
    let call = match &*format.to_ascii_lowercase() {
        "base64" => ("base64", vec![bytes]),
        "hex" => ("hex", vec![bytes]),
        "utf-8" => ("decode", vec![bytes, binding.args[1].clone()]),
        _ => {
            return Err(
                SqlError::new(condition::INVALID_PARAMETER_VALUE_BINARY_FORMAT)
                    .with("parameter", "`format`")
                    .with("functionName", "`to_char`")
                    .with("invalidFormat", format!("'{format}'"))
                    .at(binding.origin),
            );
        }
    };
    let modifiers = super::Modifiers::default();
    super::bind(call.0, call.1, modifiers, binding.rules, binding.origin)
}

/// A number by a format, which tells how many digits it has.
fn to_number(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &S)?;
    binding.need(1, &S)?;
    binding.need_constant(1, "format", "\"STRING\"")?;
    let Some(format) = super::binding::constant_text(&binding.args[1]) else {
        return Ok(binding.finish(DataType::DEFAULT_DECIMAL, true));
    };
    let format = format.to_ascii_uppercase();
    let (before, after) = format.split_once(['.', 'D']).unwrap_or((&format, ""));
    let digits = |text: &str| {
        text.bytes()
            .filter(|byte| matches!(byte, b'0' | b'9'))
            .count() as i32
    };
    let (before, after) = (digits(before), digits(after));
    let data_type = crate::types::decimal::Digits::new(before + after, after).bounded();
    Ok(binding.finish(data_type, true))
}

/// `trim(text)`, or `trim(characters, text)` as `TRIM(characters FROM text)` comes.
fn trim(mut binding: Binding<'_>) -> Result<Expr> {
    for at in 0..binding.args.len() {
        binding.need(at, &S)?;
    }
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::STRING, nullable))
}

/// Where a text is in another one, from a place on, for the nth time.
fn instr(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 3 {
        binding.args.push(Expr::literal(1.into()));
    }
    let count = binding.args.len();
    for (at, accept) in [S, S, I, I].iter().enumerate().take(count) {
        binding.need(at, accept)?;
    }
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::Integer, nullable))
}

/// A charset's bytes as text, or with more arguments a search among pairs.
fn decode(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 2 {
        binding.need(0, &B)?;
        binding.need(1, &S)?;
        return Ok(binding.finish(DataType::STRING, true));
    }
    let first = binding.args[0].clone();
    let (pairs, other) = binding.args[1..].as_chunks::<2>();
    let mut cases = Vec::with_capacity(binding.args.len());
    for [searched, result] in pairs {
        let equal = super::operator::null_safe_equal(&binding, &first, searched)?;
        cases.extend([equal, result.clone()]);
    }
    cases.extend(other.iter().cloned());
    super::conditional::case(binding.replaced_by("when", cases))
}

/// A constant number among arguments, for results whose type hangs on it.
pub(super) fn constant_at(binding: &Binding<'_>, at: usize) -> Option<i64> {
    binding.args.get(at).and_then(constant_integer)
}
