//! JSON, CSV and XML in strings.
//!
//! Options are those of the readers and writers of the format.
//!
//! ```
//! use flint_sql::functions::{from_json, from_json_with, get_json_object};
//! let columns = [
//!     from_json("text", "a INT, b STRING"),
//!     from_json_with("text", "a INT", [("mode", "FAILFAST")]),
//!     get_json_object("text", "$.a"),
//! ];
//! # let _ = columns;
//! ```

use flint_sql_spec::{DataType, Expr, StructType};

use super::*;

/// What a string is read as: DDL text, a type, or a column such as one of [`schema_of_json`].
#[derive(Debug, Clone)]
pub struct SchemaOfText(Column);

impl From<&str> for SchemaOfText {
    fn from(ddl: &str) -> SchemaOfText {
        SchemaOfText(ColumnOrLiteral::from(ddl).into())
    }
}

impl From<Column> for SchemaOfText {
    fn from(column: Column) -> SchemaOfText {
        SchemaOfText(column)
    }
}

impl From<&DataType> for SchemaOfText {
    fn from(data_type: &DataType) -> SchemaOfText {
        SchemaOfText(ColumnOrLiteral::from(data_type.json()).into())
    }
}

impl From<&StructType> for SchemaOfText {
    fn from(fields: &StructType) -> SchemaOfText {
        (&DataType::Struct(fields.clone())).into()
    }
}

impl From<SchemaOfText> for Column {
    fn from(schema: SchemaOfText) -> Column {
        schema.0
    }
}

/// Options as the map that such functions take.
fn options_map<'a>(options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Column {
    let pairs = options.into_iter().flat_map(|(key, value)| [key, value]);
    Column::of(Expr::call("map", pairs.map(Expr::literal)))
}

/// Writes functions with a second form that takes options.
macro_rules! with_options {
    ($($(#[$doc:meta])* $name:ident $with:ident($($arg:ident: $kind:ident),+);)+) => {
        functions! {
            $(
                $(#[$doc])*
                fn $name($($arg: $kind),+);
            )+
        }
        $(
            #[doc = concat!("The same as [`", stringify!($name), "`] with options.")]
            #[track_caller]
            pub fn $with<'a>(
                $($arg: impl Into<$kind>,)+
                options: impl IntoIterator<Item = (&'a str, &'a str)>,
            ) -> Column {
                let mut call = ApiCall::of(stringify!($name));
                $(let $arg: $kind = $arg.into();)+
                let args = [$(call.expr($arg),)+ call.expr(options_map(options))];
                call.function(stringify!($name), args)
            }
        )+
    };
}

with_options! {
    /// A line of comma-separated values as struct.
    from_csv from_csv_with(col: Column, schema: SchemaOfText);
    /// JSON as struct, array or map; null when it is not valid.
    from_json from_json_with(col: Column, schema: SchemaOfText);
    /// XML as struct.
    from_xml from_xml_with(col: Column, schema: SchemaOfText);
    /// The schema of a line of comma-separated values, as DDL text.
    schema_of_csv schema_of_csv_with(csv: ColumnOrLiteral);
    /// The schema of JSON, as DDL text.
    schema_of_json schema_of_json_with(json: ColumnOrLiteral);
    /// The schema of XML, as DDL text.
    schema_of_xml schema_of_xml_with(xml: ColumnOrLiteral);
    /// A struct as a line of comma-separated values.
    to_csv to_csv_with(col: Column);
    /// A struct, array, map or variant as JSON.
    to_json to_json_with(col: Column);
    /// A struct as XML.
    to_xml to_xml_with(col: Column);
}

functions! {
    /// What is at a path in JSON, as text.
    fn get_json_object(col: Column, path: ColumnOrLiteral);
    /// How many elements an array of JSON has; null when it is none.
    fn json_array_length(col: Column);
    /// The keys of an object of JSON; null when it is none.
    fn json_object_keys(col: Column);
    /// What an XPath selects, as an array of strings.
    fn xpath(xml: Column, path: Column);
    /// Whether an XPath selects something, or its result is true.
    fn xpath_boolean(xml: Column, path: Column);
    /// What an XPath selects, as a double.
    fn xpath_double(xml: Column, path: Column);
    /// The same as [`xpath_double`].
    fn xpath_number(xml: Column, path: Column);
    /// What an XPath selects, as a float.
    fn xpath_float(xml: Column, path: Column);
    /// What an XPath selects, as an int.
    fn xpath_int(xml: Column, path: Column);
    /// What an XPath selects, as a bigint.
    fn xpath_long(xml: Column, path: Column);
    /// What an XPath selects, as a smallint.
    fn xpath_short(xml: Column, path: Column);
    /// What an XPath selects, as text.
    fn xpath_string(xml: Column, path: Column);
}

/// Fields of an object of JSON as columns of text.
#[track_caller]
pub fn json_tuple<'a>(col: impl Into<Column>, fields: impl IntoIterator<Item = &'a str>) -> Column {
    let mut call = ApiCall::of("json_tuple");
    let mut args = vec![call.expr(col)];
    for field in fields {
        args.push(call.value(field));
    }
    call.function("json_tuple", args)
}
