//! Expressions of XPath over texts of XML.

use flint_sql_spec::{DataType, Result, condition};

use super::binding::{Binding, is_constant, quoted};
use super::signature::{Arity, Family, Special, alias};
use crate::resolved::Expr;
use crate::types::{Accept, Basic};

const S: Accept = Accept::Is(Basic::String);

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        Special::new("xpath", Arity::Of(&[2]), xpath),
        Special::new("xpath_boolean", Arity::Of(&[2]), xpath),
        Special::new("xpath_short", Arity::Of(&[2]), xpath),
        Special::new("xpath_int", Arity::Of(&[2]), xpath),
        Special::new("xpath_long", Arity::Of(&[2]), xpath),
        Special::new("xpath_float", Arity::Of(&[2]), xpath),
        Special::new("xpath_double", Arity::Of(&[2]), xpath),
        Special::new("xpath_string", Arity::Of(&[2]), xpath),
    ],
    aliases: &[alias("xpath_number", "xpath_double")],
};

/// `xpath(text, path)`: the path is a constant.
fn xpath(mut binding: Binding<'_>) -> Result<Expr> {
    for at in 0..2 {
        let found = binding.args[at].data_type();
        if !found.is_string() && *found != DataType::Null {
            return Err(binding.unexpected(at, &S.sql()));
        }
        binding.need(at, &S)?;
    }
    if !is_constant(&binding.args[1]) {
        let shown = crate::naming::quoted(&binding.args[1]);
        let found = quoted(binding.args[1].data_type());
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_NON_FOLDABLE_INPUT)
            .with("inputName", "`path`")
            .with("inputType", found)
            .with("inputExpr", shown));
    }
    let result = match binding.name {
        "xpath" => DataType::array(DataType::STRING),
        "xpath_boolean" => DataType::Boolean,
        "xpath_short" => DataType::Short,
        "xpath_int" => DataType::Integer,
        "xpath_long" => DataType::Long,
        "xpath_float" => DataType::Float,
        "xpath_double" => DataType::Double,
        _ => DataType::STRING,
    };
    Ok(binding.finish(result, true))
}
