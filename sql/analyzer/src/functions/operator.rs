//! Arithmetic, comparison, logic and bits.

use flint_sql_spec::{DataType, Result, condition};

use super::binding::{Binding, quoted};
use super::datetime_arithmetic;
use super::signature::{Arity, Family, Nulls, Output, Signature, Special, alias};
use crate::resolved::Expr;
use crate::types::decimal::{self, Digits};
use crate::types::{
    Accept, Basic, common_comparison_type, promoted_string, same_type, tightest_type,
};

const TWO: Arity = Arity::Between(2, 2);
const ONE: Arity = Arity::Between(1, 1);

/// What numbers and intervals are to arithmetic.
pub(super) const NUMERIC_OR_INTERVAL: Accept = Accept::AnyOf(&[
    Accept::Numeric,
    Accept::Is(Basic::DayTimeInterval),
    Accept::Is(Basic::YearMonthInterval),
    Accept::Is(Basic::CalendarInterval),
]);
const INTEGER_DIVISION: Accept = Accept::AnyOf(&[
    Accept::Is(Basic::Long),
    Accept::Decimal,
    Accept::Is(Basic::YearMonthInterval),
    Accept::Is(Basic::DayTimeInterval),
]);
const DIVISION: Accept = Accept::AnyOf(&[Accept::Is(Basic::Double), Accept::Decimal]);
const TEXT: Accept = Accept::Is(Basic::String);
const BOOLEAN: Accept = Accept::Is(Basic::Boolean);
const INT: Accept = Accept::Is(Basic::Integer);
const SHIFTED: Accept = Accept::AnyOf(&[INT, Accept::Is(Basic::Long)]);

pub(super) const FAMILY: Family = Family {
    table: &[
        Signature::new("not", &[BOOLEAN], Output::Is(Basic::Boolean)),
        Signature::new("isnull", &[Accept::Any], Output::Is(Basic::Boolean)).never_null(),
        Signature::new("isnotnull", &[Accept::Any], Output::Is(Basic::Boolean)).never_null(),
        Signature::new("like", &[TEXT, TEXT, TEXT], Output::Is(Basic::Boolean)).optional(1),
        Signature::new("ilike", &[TEXT, TEXT, TEXT], Output::Is(Basic::Boolean)).optional(1),
        Signature::new("rlike", &[TEXT, TEXT], Output::Is(Basic::Boolean)),
        Signature::new("~", &[Accept::Integral], Output::Arg(0)),
        Signature::new("<<", &[SHIFTED, INT], Output::Arg(0)),
        Signature::new(">>", &[SHIFTED, INT], Output::Arg(0)),
        Signature::new(">>>", &[SHIFTED, INT], Output::Arg(0)),
        Signature::new(
            "extractansiintervaldays",
            &[Accept::Is(Basic::DayTimeInterval)],
            Output::Is(Basic::Integer),
        ),
        Signature::new(
            "bit_count",
            &[Accept::AnyOf(&[Accept::Integral, BOOLEAN])],
            Output::Is(Basic::Integer),
        )
        .strict(),
        Signature::new("bit_get", &[Accept::Integral, INT], Output::Is(Basic::Byte))
            .nulls(Nulls::Any),
    ],
    special: &[
        Special::new("+", Arity::Between(1, 2), plus),
        Special::new("-", Arity::Between(1, 2), minus),
        Special::new("*", TWO, arithmetic),
        Special::new("/", TWO, arithmetic),
        Special::new("%", TWO, arithmetic),
        Special::new("div", TWO, arithmetic),
        Special::new("pmod", TWO, arithmetic),
        Special::new("negative", ONE, signed),
        Special::new("positive", ONE, signed),
        Special::new("abs", ONE, signed),
        Special::new("&", TWO, bitwise),
        Special::new("|", TWO, bitwise),
        Special::new("^", TWO, bitwise),
        Special::new("==", TWO, comparison),
        Special::new("<=>", TWO, comparison),
        Special::new("<", TWO, comparison),
        Special::new("<=", TWO, comparison),
        Special::new(">", TWO, comparison),
        Special::new(">=", TWO, comparison),
        Special::new("and", TWO, logic),
        Special::new("or", TWO, logic),
        Special::new("between", Arity::Between(3, 3), between),
        Special::new("in", Arity::AtLeast(2), membership),
        Special::new("try_add", TWO, try_arithmetic),
        Special::new("try_subtract", TWO, try_arithmetic),
        Special::new("try_multiply", TWO, try_arithmetic),
        Special::new("try_divide", TWO, try_arithmetic),
        Special::new("try_mod", TWO, try_arithmetic),
    ],
    aliases: &[
        alias("mod", "%"),
        alias("shiftleft", "<<"),
        alias("shiftright", ">>"),
        alias("shiftrightunsigned", ">>>"),
        alias("regexp_like", "rlike"),
        alias("regexp", "rlike"),
        alias("getbit", "bit_get"),
        alias("equal_null", "<=>"),
        super::signature::hidden("=", "=="),
        super::signature::hidden("!", "not"),
    ],
};

fn plus(binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 1 {
        let binding = Binding {
            name: "positive",
            ..binding
        };
        return signed(binding);
    }
    arithmetic(binding)
}

fn minus(binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 1 {
        let binding = Binding {
            name: "negative",
            alias: None,
            ..binding
        };
        return signed(binding);
    }
    arithmetic(binding)
}

fn signed(mut binding: Binding<'_>) -> Result<Expr> {
    let accept = if binding.name == "abs" {
        Accept::AnyOf(&[
            Accept::Numeric,
            Accept::Is(Basic::DayTimeInterval),
            Accept::Is(Basic::YearMonthInterval),
        ])
    } else {
        NUMERIC_OR_INTERVAL
    };
    if binding.args[0].data_type().is_string() {
        binding.cast(0, &DataType::Double);
    }
    if *binding.args[0].data_type() == DataType::Null {
        binding.cast(0, &DataType::Double);
    }
    if !accept.accepts(binding.args[0].data_type()) {
        return Err(binding.unexpected(0, &accept.sql()));
    }
    let data_type = binding.type_of(0);
    let nullable = binding.any_nullable();
    Ok(binding.finish(data_type, nullable))
}

fn try_arithmetic(binding: Binding<'_>) -> Result<Expr> {
    let operator = match binding.name {
        "try_add" => "+",
        "try_subtract" => "-",
        "try_multiply" => "*",
        "try_divide" => "/",
        _ => "%",
    };
    let inner = binding.other(operator, binding.args.clone());
    let typed = arithmetic(inner)?;
    let data_type = typed.data_type().clone();
    let args = match typed.kind() {
        crate::resolved::ExprKind::Call(call) if &*call.function == operator => call.args.clone(),
        crate::resolved::ExprKind::Call(call) => match forgiving(&call.function) {
            Some(name) => {
                let call = binding.replaced_by(name, call.args.clone());
                return Ok(call.finish(data_type, true));
            }
            None => binding.args.clone(),
        },
        _ => binding.args.clone(),
    };
    Ok(Binding { args, ..binding }.finish(data_type, true))
}

/// The function that gives NULL where one of dates and intervals fails.
fn forgiving(function: &str) -> Option<&'static str> {
    Some(match function {
        "date_add" => "try date_add",
        "date_add_interval" => "try date_add_interval",
        "date_minus" => "try date_minus",
        "date_sub" => "try date_sub",
        "date_sub_interval" => "try date_sub_interval",
        "divide_interval" => "try divide_interval",
        "multiply_interval" => "try multiply_interval",
        "time_add" => "try time_add",
        "time_sub" => "try time_sub",
        "timestamp_minus" => "try timestamp_minus",
        _ => return None,
    })
}

fn is_decimal(expr: &Expr) -> bool {
    matches!(expr.data_type(), DataType::Decimal { .. })
}

fn is_null(expr: &Expr) -> bool {
    *expr.data_type() == DataType::Null
}

/// Promotes a string beside another type, as arithmetic and comparison both do in ANSI mode.
fn promote_ansi(binding: &mut Binding<'_>) {
    let (left, right) = (binding.type_of(0), binding.type_of(1));
    if let Some(common) = promoted_string(&left, &right) {
        binding.cast_all(&common);
    }
}

/// Makes a whole number beside a decimal a decimal, and a decimal beside a float a double.
fn meet_decimal(binding: &mut Binding<'_>) {
    if is_decimal(&binding.args[0]) == is_decimal(&binding.args[1]) {
        return;
    }
    let at = usize::from(is_decimal(&binding.args[0]));
    let other = &binding.args[at];
    match other.data_type() {
        DataType::Float | DataType::Double => binding.cast(1 - at, &DataType::Double),
        integral if integral.is_integral() => {
            let narrow = other
                .as_literal()
                .filter(|_| binding.rules.literal_minimum_precision)
                .and_then(Digits::of_literal);
            let digits = narrow.or_else(|| Digits::of(integral));
            if let Some(digits) = digits {
                binding.cast(at, &digits.bounded());
            }
        }
        _ => {}
    }
}

/// Casts both sides to their tightest type when the operator takes that.
fn meet_tightest(binding: &mut Binding<'_>, accept: Accept) {
    let (left, right) = (binding.type_of(0), binding.type_of(1));
    let decimals = is_decimal(&binding.args[0]) || is_decimal(&binding.args[1]);
    let with_null = is_null(&binding.args[0]) || is_null(&binding.args[1]);
    if same_type(&left, &right) || (decimals && !with_null) {
        return;
    }
    if let Some(common) = tightest_type(&left, &right, binding.rules)
        && accept.accepts(&common)
    {
        binding.cast_all(&common);
    }
}

/// The error when sides differ in type, or are of one that the operator does not take.
fn check_sides(binding: &Binding<'_>, accept: Accept) -> Result<()> {
    let (left, right) = (binding.args[0].data_type(), binding.args[1].data_type());
    let calculates = matches!(binding.name, "+" | "-" | "*" | "/" | "%" | "div" | "pmod");
    let decimals = calculates && is_decimal(&binding.args[0]) && is_decimal(&binding.args[1]);
    let alike = if calculates {
        same_type(left, right)
    } else {
        same_structure(left, right)
    };
    if !alike && !decimals {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_BINARY_OP_DIFF_TYPES)
            .with("left", quoted(left))
            .with("right", quoted(right)));
    }
    if !accept.accepts(left) {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_BINARY_OP_WRONG_TYPE)
            .with("inputType", accept.sql())
            .with("actualDataType", quoted(left)));
    }
    Ok(())
}

fn arithmetic(mut binding: Binding<'_>) -> Result<Expr> {
    if !binding.rules.ansi {
        promote_legacy_arithmetic(&mut binding);
    }
    binding = match datetime_arithmetic::bind(binding) {
        Ok(done) => return done,
        Err(rest) => *rest,
    };
    if binding.rules.ansi {
        let before = (binding.type_of(0), binding.type_of(1));
        promote_ansi(&mut binding);
        if before != (binding.type_of(0), binding.type_of(1)) {
            binding = match datetime_arithmetic::bind(binding) {
                Ok(done) => return done,
                Err(rest) => *rest,
            };
        }
    }
    meet_decimal(&mut binding);
    let accept = match binding.name {
        "/" => divide_as_doubles(&mut binding),
        "div" => divide_as_longs(&mut binding),
        "%" | "pmod" => Accept::Numeric,
        "*" => Accept::Numeric,
        _ => NUMERIC_OR_INTERVAL,
    };
    if is_null(&binding.args[0]) && is_null(&binding.args[1]) && binding.name != "div" {
        binding.cast_all(&DataType::Double);
    }
    meet_tightest(&mut binding, accept);
    check_sides(&binding, accept)?;
    let data_type = arithmetic_type(&binding);
    let nullable = binding.any_nullable()
        || matches!(binding.name, "/" | "%" | "div" | "pmod")
        || (!binding.rules.ansi && matches!(data_type, DataType::Decimal { .. }));
    Ok(binding.finish(data_type, nullable))
}

/// Legacy mode calculates with strings as doubles.
fn promote_legacy_arithmetic(binding: &mut Binding<'_>) {
    let is_interval = |expr: &Expr| {
        matches!(
            expr.data_type(),
            DataType::CalendarInterval
                | DataType::YearMonthInterval(_)
                | DataType::DayTimeInterval(_)
        )
    };
    for (at, other) in [(0, 1), (1, 0)] {
        let subtracts_from_string =
            binding.name == "-" && at == 0 && *binding.args[other].data_type() == DataType::Date;
        if binding.args[at].data_type().is_string()
            && !is_interval(&binding.args[other])
            && !subtracts_from_string
        {
            binding.cast(at, &DataType::Double);
        }
    }
}

/// Whether values compare part by part, whatever fields are called.
pub(crate) fn same_structure(a: &DataType, b: &DataType) -> bool {
    match (a, b) {
        (DataType::Struct(a), DataType::Struct(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b.iter())
                    .all(|(a, b)| same_structure(&a.data_type, &b.data_type))
        }
        (DataType::Array { element: a, .. }, DataType::Array { element: b, .. }) => {
            same_structure(a, b)
        }
        _ => same_type(a, b),
    }
}

fn divide_as_doubles(binding: &mut Binding<'_>) -> Accept {
    let numeric = |expr: &Expr| expr.data_type().is_numeric() || is_null(expr);
    let by_null = is_null(&binding.args[0]) && is_decimal(&binding.args[1]);
    let decimals = is_decimal(&binding.args[0]) || is_decimal(&binding.args[1]);
    if (!decimals || by_null) && binding.args.iter().all(numeric) {
        binding.cast_all(&DataType::Double);
    }
    DIVISION
}

fn divide_as_longs(binding: &mut Binding<'_>) -> Accept {
    for at in 0..2 {
        let both_null = is_null(&binding.args[0]) && is_null(&binding.args[1]);
        if binding.args[at].data_type().is_integral() || both_null {
            binding.cast(at, &DataType::Long);
        }
    }
    INTEGER_DIVISION
}

fn arithmetic_type(binding: &Binding<'_>) -> DataType {
    let (left, right) = (binding.type_of(0), binding.type_of(1));
    if binding.name == "div" {
        return DataType::Long;
    }
    if !matches!(left, DataType::Decimal { .. }) {
        return left;
    }
    let (Some(a), Some(b)) = (Digits::of(&left), Digits::of(&right)) else {
        return left;
    };
    match binding.name {
        "+" | "-" => decimal::sum(a, b, binding.rules),
        "*" => decimal::product(a, b, binding.rules),
        "/" => decimal::quotient(a, b, binding.rules),
        _ => decimal::remainder(a, b, binding.rules),
    }
}

fn bitwise(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.rules.ansi {
        promote_ansi(&mut binding);
    } else {
        promote_legacy_arithmetic(&mut binding);
    }
    meet_decimal(&mut binding);
    if is_null(&binding.args[0]) && is_null(&binding.args[1]) {
        binding.cast_all(&DataType::Integer);
    }
    meet_tightest(&mut binding, Accept::Integral);
    check_sides(&binding, Accept::Integral)?;
    let (data_type, nullable) = (binding.type_of(0), binding.any_nullable());
    Ok(binding.finish(data_type, nullable))
}

/// Brings both sides of a comparison to one type, as far as the mode does.
fn meet_to_compare(binding: &mut Binding<'_>) {
    if binding.rules.ansi {
        promote_ansi(binding);
    } else {
        meet_legacy(binding);
    }
    meet_decimal(binding);
    let both_decimal = is_decimal(&binding.args[0]) && is_decimal(&binding.args[1]);
    let digits = (
        Digits::of(binding.args[0].data_type()),
        Digits::of(binding.args[1].data_type()),
    );
    match digits {
        (Some(a), Some(b)) if both_decimal && a != b => {
            let common = decimal::wider(a, b, binding.rules);
            binding.cast_all(&common);
        }
        _ => meet_tightest(binding, Accept::Any),
    }
}

fn meet_legacy(binding: &mut Binding<'_>) {
    let (left, right) = (binding.type_of(0), binding.type_of(1));
    if let Some(common) = common_comparison_type(&left, &right, binding.rules) {
        binding.cast_all(&common);
        return;
    }
    let equality = matches!(binding.name, "==" | "<=>");
    match (&left, &right) {
        (DataType::Boolean, other) if equality && other.is_numeric() => binding.cast(0, other),
        (other, DataType::Boolean) if equality && other.is_numeric() => binding.cast(1, other),
        _ => {}
    }
}

/// Legacy mode takes `flag = 1` for the flag itself, and `flag = 0` for its opposite.
fn flag(binding: &Binding<'_>) -> Option<Expr> {
    if binding.rules.ansi || binding.name != "==" {
        return None;
    }
    let (left, right) = (&binding.args[0], &binding.args[1]);
    let (flag, number) = match (left.data_type(), right.data_type()) {
        (DataType::Boolean, _) => (left, right),
        (_, DataType::Boolean) => (right, left),
        _ => return None,
    };
    if !number.data_type().is_numeric() || number.as_literal().is_none() {
        return None;
    }
    match super::binding::constant_integer(number)? {
        1 => Some(flag.clone()),
        0 => {
            let not = binding.other("not", vec![flag.clone()]);
            Some(not.finish(DataType::Boolean, flag.nullable()))
        }
        _ => None,
    }
}

fn comparison(mut binding: Binding<'_>) -> Result<Expr> {
    if let Some(flag) = flag(&binding) {
        return Ok(flag);
    }
    super::decimal_literal::round(&mut binding);
    meet_to_compare(&mut binding);
    check_sides(&binding, Accept::Any)?;
    let symbol = match binding.name {
        "==" => "`=`".to_owned(),
        name => format!("`{name}`"),
    };
    binding.need_orderable(0, &symbol)?;
    let null_safe = binding.name == "<=>";
    let nullable = !null_safe && binding.any_nullable();
    Ok(binding.finish(DataType::Boolean, nullable))
}

fn logic(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.rules.ansi {
        promote_ansi(&mut binding);
    }
    meet_decimal(&mut binding);
    let null_beside_boolean = |binding: &Binding<'_>, at: usize| {
        is_null(&binding.args[at]) && BOOLEAN.accepts(binding.args[1 - at].data_type())
    };
    let both_null = is_null(&binding.args[0]) && is_null(&binding.args[1]);
    for at in 0..2 {
        if both_null || null_beside_boolean(&binding, at) {
            binding.cast(at, &DataType::Boolean);
        }
    }
    check_sides(&binding, BOOLEAN)?;
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::Boolean, nullable))
}

/// `a BETWEEN b AND c` is `a >= b AND a <= c`.
fn between(binding: Binding<'_>) -> Result<Expr> {
    let compare = |name: &'static str, at: usize| {
        comparison(binding.other(
            name,
            vec![binding.args[0].clone(), binding.args[at].clone()],
        ))
    };
    let both = vec![compare(">=", 1)?, compare("<=", 2)?];
    let nullable = both.iter().any(Expr::nullable);
    Ok(binding
        .replaced_by("and", both)
        .finish(DataType::Boolean, nullable))
}

fn membership(mut binding: Binding<'_>) -> Result<Expr> {
    if !binding.cast_to_common() || !binding.same_types() {
        let first = binding.type_of(0);
        let alike = |arg: &Expr| same_structure(&first, arg.data_type());
        if !binding.args.iter().all(alike) {
            let types = Binding::bracketed_types(&binding.args);
            return Err(binding.different_types("`in`", types));
        }
        // Rows are compared by their places, whatever their fields are called.
        binding.cast_all(&first);
    }
    binding.need_orderable(0, "`in`")?;
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::Boolean, nullable))
}

/// `a <=> b` for a function that is made of it.
pub(super) fn null_safe_equal(binding: &Binding<'_>, a: &Expr, b: &Expr) -> Result<Expr> {
    comparison(binding.other("<=>", vec![a.clone(), b.clone()]))
}

/// `a = b` for a function that is made of it.
pub(super) fn equal(binding: &Binding<'_>, a: &Expr, b: &Expr) -> Result<Expr> {
    comparison(binding.other("==", vec![a.clone(), b.clone()]))
}
