//! Calls of functions and operators as text.

use std::fmt::{self, Write};

use flint_sql_spec::{Literal, quote_part_if_needed};

use super::Naming;
use crate::functions::{Shown, definition};
use crate::resolved::{Aggregate, Call, Expr, ExprKind};

pub(super) fn write_call(naming: &Naming<'_>, call: &Call, out: &mut String) -> fmt::Result {
    let args = call.alias.args.as_deref().unwrap_or(&call.args);
    if let Some(alias) = &call.alias.name {
        return write_alias(naming, alias, args, out);
    }
    let name = &*call.function;
    if call.native.is_some() {
        return write_function(naming, name, args, out);
    }
    match (name, args) {
        (
            "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<" | "<=" | ">" | ">=" | "<=>" | "<<"
            | ">>" | ">>>" | "div",
            [left, right],
        ) => write_infix(naming, left, name, right, out),
        ("==", [left, right]) => write_infix(naming, left, "=", right, out),
        ("and", [left, right]) => write_infix(naming, left, "AND", right, out),
        ("or", [left, right]) => write_infix(naming, left, "OR", right, out),
        ("timestamp_minus" | "date_minus", [left, right]) => {
            write_infix(naming, left, "-", right, out)
        }
        ("multiply_interval", [left, right]) => write_infix(naming, left, "*", right, out),
        ("divide_interval", [left, right]) => write_infix(naming, left, "/", right, out),
        ("time_add" | "date_add_interval", [left, right]) => {
            write_between(naming, left, " + ", right, out)
        }
        ("time_sub" | "date_sub_interval", [left, right]) => {
            write_between(naming, left, " - ", right, out)
        }
        ("negative", [child]) => write_around(naming, "(- ", child, ")", out),
        ("positive", [child]) => write_around(naming, "(+ ", child, ")", out),
        ("~", [child]) => write_around(naming, "~", child, "", out),
        ("not", [child]) => write_around(naming, "(NOT ", child, ")", out),
        ("isnull", [child]) => write_around(naming, "(", child, " IS NULL)", out),
        ("isnotnull", [child]) => write_around(naming, "(", child, " IS NOT NULL)", out),
        ("like", [left, right, rest @ ..]) => write_like(naming, left, right, rest, out),
        ("ilike", [left, right, ..]) => {
            write_function(naming, "ilike", &[left.clone(), right.clone()], out)
        }
        ("trim", [set, text]) => write_trim(naming, "BOTH", set, text, out),
        ("ltrim", [set, text]) => write_trim(naming, "LEADING", set, text, out),
        ("rtrim", [set, text]) => write_trim(naming, "TRAILING", set, text, out),
        ("rank" | "dense_rank" | "percent_rank", _) => {
            write_function(naming, &name.to_uppercase(), &[], out)
        }
        ("to_json" | "to_csv" | "to_xml" | "from_json" | "from_csv" | "from_xml", [value, ..]) => {
            write_function(naming, name, std::slice::from_ref(value), out)
        }
        ("current_database", []) => write_function(naming, "current_schema", args, out),
        ("nth_value", [value, at, _]) => {
            write_function(naming, name, &[value.clone(), at.clone()], out)?;
            out.write_str(" ignore nulls")
        }
        ("lag" | "lead", [value, offset, default, _]) => {
            let shown = [value.clone(), offset.clone(), default.clone()];
            write_function(naming, name, &shown, out)
        }
        ("aggregate", [array, start, merge]) => {
            out.write_str("aggregate(")?;
            naming.write_list(&[array.clone(), start.clone(), merge.clone()], out)?;
            write!(out, ", {IDENTITY})")
        }
        ("array_sort", [array]) => {
            out.write_str("array_sort(")?;
            naming.write(array, out)?;
            write!(out, ", {DEFAULT_ORDER})")
        }
        ("rlike", _) => write_function(naming, "RLIKE", args, out),
        ("in", [value, list @ ..]) => {
            out.write_char('(')?;
            naming.write(value, out)?;
            out.write_str(" IN (")?;
            naming.write_list(list, out)?;
            out.write_str("))")
        }
        ("getitem", [child, key]) => {
            naming.write(child, out)?;
            out.write_char('[')?;
            naming.write(key, out)?;
            out.write_char(']')
        }
        ("when", _) => write_case(naming, args, out),
        ("if", _) => {
            out.write_char('(')?;
            write_function(naming, "IF", args, out)?;
            out.write_char(')')
        }
        _ => match definition(name).map(|found| found.shown()) {
            Some(Shown::Upper) => write_function(naming, &name.to_uppercase(), args, out),
            _ => write_function(naming, name, args, out),
        },
    }
}

/// How Spark writes the order that `array_sort` has by itself.
const DEFAULT_ORDER: &str = "lambdafunction((IF(((namedlambdavariable() IS NULL) AND \
    (namedlambdavariable() IS NULL)), 0, (IF((namedlambdavariable() IS NULL), 1, \
    (IF((namedlambdavariable() IS NULL), -1, (IF((namedlambdavariable() < namedlambdavariable()), \
    -1, (IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), \
    namedlambdavariable(), namedlambdavariable())";

/// How Spark writes the last step that `aggregate` has by itself.
const IDENTITY: &str = "lambdafunction(namedlambdavariable(), namedlambdavariable())";

fn write_trim(
    naming: &Naming<'_>,
    side: &str,
    set: &Expr,
    text: &Expr,
    out: &mut String,
) -> fmt::Result {
    write!(out, "TRIM({side} ")?;
    write_between(naming, set, " FROM ", text, out)?;
    out.write_char(')')
}

fn write_alias(naming: &Naming<'_>, alias: &str, args: &[Expr], out: &mut String) -> fmt::Result {
    match (alias, args) {
        ("regexp_like" | "regexp" | "power" | "signum", _) => {
            write_function(naming, &alias.to_uppercase(), args, out)
        }
        // A path behind a colon, named by its last step.
        (":", [variant, path, name]) => {
            write_function(naming, "variant_get", &[variant.clone(), path.clone()], out)?;
            match name.as_literal() {
                Some(Literal::String(name)) => write!(out, " AS {}", quote_part_if_needed(name)),
                _ => Ok(()),
            }
        }
        ("extract" | "datepart", [field, source]) => {
            write!(out, "{alias}(")?;
            naming.write(field, out)?;
            out.write_str(" FROM ")?;
            naming.write(source, out)?;
            out.write_char(')')
        }
        _ => write_function(naming, alias, args, out),
    }
}

pub(super) fn write_aggregate(
    naming: &Naming<'_>,
    call: &Aggregate,
    out: &mut String,
) -> fmt::Result {
    let args = call.alias.args.as_deref().unwrap_or(&call.args);
    let name = call.alias.name.as_deref().unwrap_or(&call.function);
    let distinct = if call.distinct { "DISTINCT " } else { "" };
    write!(out, "{name}({distinct}")?;
    naming.write_list(args, out)?;
    if matches!(&*call.function, "listagg") && args.len() == 1 {
        out.write_str(", NULL")?;
    }
    out.write_char(')')?;
    if !call.order.is_empty() {
        out.write_str(" WITHIN GROUP (ORDER BY ")?;
        match call.order.as_slice() {
            [key] if call.function.starts_with("percentile_") => {
                naming.write(&key.expr, out)?;
                out.write_str(if key.descending { " DESC" } else { "" })?;
            }
            // The smallest of the commonest values is the last of them in falling order.
            [key] if &*call.function == "mode" => {
                naming.write(&key.expr, out)?;
                out.write_str(if key.descending { "" } else { " DESC" })?;
            }
            order => super::window::write_order(naming, order, out)?,
        }
        out.write_char(')')?;
    }
    if let Some(filter) = &call.filter {
        out.write_str(" FILTER (WHERE ")?;
        naming.write(filter, out)?;
        out.write_char(')')?;
    }
    Ok(())
}

pub(super) fn write_function(
    naming: &Naming<'_>,
    name: &str,
    args: &[Expr],
    out: &mut String,
) -> fmt::Result {
    write!(out, "{name}(")?;
    naming.write_list(args, out)?;
    out.write_char(')')
}

fn write_infix(
    naming: &Naming<'_>,
    left: &Expr,
    operator: &str,
    right: &Expr,
    out: &mut String,
) -> fmt::Result {
    out.write_char('(')?;
    write_between(naming, left, &format!(" {operator} "), right, out)?;
    out.write_char(')')
}

fn write_between(
    naming: &Naming<'_>,
    left: &Expr,
    between: &str,
    right: &Expr,
    out: &mut String,
) -> fmt::Result {
    naming.write(left, out)?;
    out.write_str(between)?;
    naming.write(right, out)
}

fn write_around(
    naming: &Naming<'_>,
    before: &str,
    child: &Expr,
    after: &str,
    out: &mut String,
) -> fmt::Result {
    out.write_str(before)?;
    naming.write(child, out)?;
    out.write_str(after)
}

fn write_like(
    naming: &Naming<'_>,
    left: &Expr,
    right: &Expr,
    rest: &[Expr],
    out: &mut String,
) -> fmt::Result {
    write_between(naming, left, " LIKE ", right, out)?;
    match rest.first().and_then(escape) {
        Some(escape) if escape != "\\" => write!(out, " ESCAPE '{escape}'"),
        _ => Ok(()),
    }
}

fn escape(expr: &Expr) -> Option<&str> {
    match expr.kind() {
        ExprKind::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}

fn write_case(naming: &Naming<'_>, args: &[Expr], out: &mut String) -> fmt::Result {
    out.write_str("CASE")?;
    let (pairs, other) = args.as_chunks::<2>();
    for [condition, value] in pairs {
        out.write_str(" WHEN ")?;
        write_between(naming, condition, " THEN ", value, out)?;
    }
    if let [other] = other {
        out.write_str(" ELSE ")?;
        naming.write(other, out)?;
    }
    out.write_str(" END")
}
