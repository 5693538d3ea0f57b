//! Schemas as JSON, in the form that Spark writes into files, metadata and `df.schema.json()`.
//!
//! Collations of a field's strings are not part of their JSON: they sit in the field's metadata under
//! `__COLLATIONS`, keyed by the path inside the field, so that older readers see plain strings.
//! Outside of fields a string's JSON has its collation.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::{
    Collation, DataType, DayTimeField, DayTimeRange, StructField, StructType, UserDefinedType,
    YearMonthField, YearMonthRange,
};
use crate::Node;
use crate::node::with_stack;

const COLLATIONS: &str = "__COLLATIONS";

impl DataType {
    /// The type as JSON, keys in Scala Spark's order.
    ///
    /// ```
    /// use flint_sql_spec::DataType;
    /// assert_eq!(DataType::Long.json(), r#""long""#);
    /// let json = DataType::array(DataType::STRING).json();
    /// assert_eq!(json, r#"{"type":"array","elementType":"string","containsNull":true}"#);
    /// assert_eq!(DataType::from_json(&json), Some(DataType::array(DataType::STRING)));
    /// ```
    pub fn json(&self) -> String {
        let mut out = String::new();
        write_type(self, Inside::Nothing, &mut out);
        out
    }

    /// Reads what [`json`](Self::json) and Spark write. `None` when the text is no such JSON.
    pub fn from_json(text: &str) -> Option<DataType> {
        read_type(&serde_json::from_str(text).ok()?, &Collations::default())
    }
}

impl StructType {
    /// The schema as JSON.
    pub fn json(&self) -> String {
        let mut out = String::new();
        write_struct(self, &mut out);
        out
    }
}

/// What a type is written inside of.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// No field: strings show their collation.
    Nothing,
    /// A field, whose metadata has the collations.
    Field,
}

fn write_type(data_type: &DataType, inside: Inside, out: &mut String) {
    match data_type {
        DataType::Array {
            element,
            contains_null,
        } => {
            out.push_str(r#"{"type":"array","elementType":"#);
            with_stack(|| write_type(element, inside, out));
            let _ = write!(out, r#","containsNull":{contains_null}}}"#);
        }
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => {
            out.push_str(r#"{"type":"map","keyType":"#);
            with_stack(|| write_type(key, inside, out));
            out.push_str(r#","valueType":"#);
            with_stack(|| write_type(value, inside, out));
            let _ = write!(out, r#","valueContainsNull":{value_contains_null}}}"#);
        }
        DataType::Struct(fields) => write_struct(fields, out),
        DataType::UserDefined(udt) => write_user_defined(udt, inside, out),
        DataType::String(Collation::Named(_)) if inside == Inside::Field => {
            out.push_str(&quoted("string"));
        }
        flat => out.push_str(&quoted(&type_name(flat))),
    }
}

fn write_struct(fields: &StructType, out: &mut String) {
    out.push_str(r#"{"type":"struct","fields":["#);
    for (at, field) in fields.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(out, r#"{comma}{{"name":{},"type":"#, quoted(&field.name));
        with_stack(|| write_type(&field.data_type, Inside::Field, out));
        let (nullable, metadata) = (field.nullable, field_metadata(field));
        let _ = write!(out, r#","nullable":{nullable},"metadata":{metadata}}}"#);
    }
    out.push_str("]}");
}

fn write_user_defined(udt: &UserDefinedType, inside: Inside, out: &mut String) {
    out.push_str(r#"{"type":"udt""#);
    let keys = [
        ("class", &udt.jvm_class),
        ("pyClass", &udt.python_class),
        ("serializedClass", &udt.serialized_python_class),
    ];
    for (key, value) in keys {
        if let Some(value) = value {
            let _ = write!(out, r#","{key}":{}"#, quoted(value));
        }
    }
    out.push_str(r#","sqlType":"#);
    with_stack(|| write_type(&udt.sql_type, inside, out));
    out.push('}');
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The name in JSON of a type without others inside.
fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Byte => "byte".to_owned(),
        DataType::Short => "short".to_owned(),
        DataType::Integer => "integer".to_owned(),
        DataType::Long => "long".to_owned(),
        DataType::Geometry(srid) => format!("geometry({})", reference_system(*srid)),
        DataType::Geography(srid) => format!("geography({}, SPHERICAL)", reference_system(*srid)),
        other => other.simple_string(),
    }
}

/// The name of a spatial reference system.
fn reference_system(srid: Option<i32>) -> String {
    match srid {
        None => "SRID:ANY".to_owned(),
        Some(4326) => "OGC:CRS84".to_owned(),
        Some(0) => "SRID:0".to_owned(),
        Some(srid) => format!("EPSG:{srid}"),
    }
}

fn srid_of(system: &str) -> Option<Option<i32>> {
    match system.split(',').next().unwrap_or_default().trim() {
        "SRID:ANY" | "any" => Some(None),
        "OGC:CRS84" => Some(Some(4326)),
        other => other
            .rsplit(':')
            .next()
            .unwrap_or_default()
            .parse()
            .ok()
            .map(Some),
    }
}

/// A field's metadata, with the collations that its type holds.
fn field_metadata(field: &StructField) -> String {
    let mut collations = Map::new();
    collect_collations(&field.data_type, &field.name, &mut collations);
    let given = field.metadata.as_deref().unwrap_or("{}");
    if collations.is_empty() {
        return given.to_owned();
    }
    let mut metadata: Map<String, Value> = serde_json::from_str(given).unwrap_or_default();
    metadata.insert(COLLATIONS.to_owned(), Value::Object(collations));
    Value::Object(metadata).to_string()
}

/// Enters the collations in `data_type`, structs apart: their fields have metadata of their own.
fn collect_collations(data_type: &DataType, path: &str, into: &mut Map<String, Value>) {
    match data_type {
        DataType::String(collation @ Collation::Named(name)) => {
            let full = format!("{}.{name}", collation.provider());
            into.insert(path.to_owned(), Value::from(full));
        }
        DataType::Array { element, .. } => {
            with_stack(|| collect_collations(element, &format!("{path}.element"), into));
        }
        DataType::Map { key, value, .. } => {
            with_stack(|| collect_collations(key, &format!("{path}.key"), into));
            with_stack(|| collect_collations(value, &format!("{path}.value"), into));
        }
        _ => {}
    }
}

/// The collations of the field that is being read, and where in it the reader is.
#[derive(Default)]
struct Collations<'a> {
    known: Option<&'a Map<String, Value>>,
    path: String,
}

impl Collations<'_> {
    fn below(&self, step: &str) -> Self {
        Collations {
            known: self.known,
            path: format!("{}.{step}", self.path),
        }
    }

    fn here(&self) -> Collation {
        let full = self
            .known
            .and_then(|known| known.get(&self.path))
            .and_then(Value::as_str);
        full.map_or(Collation::Utf8Binary, |full| {
            Collation::of(full.split_once('.').map_or(full, |(_, name)| name))
        })
    }
}

fn read_type(value: &Value, at: &Collations<'_>) -> Option<DataType> {
    match value {
        Value::String(name) => read_name(name, at),
        Value::Object(object) => with_stack(|| read_object(object, at)),
        _ => None,
    }
}

fn read_object(object: &Map<String, Value>, at: &Collations<'_>) -> Option<DataType> {
    match object.get("type")?.as_str()? {
        "array" => Some(DataType::Array {
            element: Node::new(read_type(object.get("elementType")?, &at.below("element"))?),
            contains_null: object.get("containsNull")?.as_bool()?,
        }),
        "map" => Some(DataType::Map {
            key: Node::new(read_type(object.get("keyType")?, &at.below("key"))?),
            value: Node::new(read_type(object.get("valueType")?, &at.below("value"))?),
            value_contains_null: object.get("valueContainsNull")?.as_bool()?,
        }),
        "struct" => {
            let fields = object.get("fields")?.as_array()?;
            let fields: Option<Vec<_>> = fields.iter().map(read_field).collect();
            fields.map(DataType::structure)
        }
        "udt" => read_user_defined(object, at),
        _ => None,
    }
}

fn read_user_defined(object: &Map<String, Value>, at: &Collations<'_>) -> Option<DataType> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(Into::into);
    Some(DataType::UserDefined(Node::new(UserDefinedType {
        jvm_class: text("class"),
        python_class: text("pyClass"),
        serialized_python_class: text("serializedClass"),
        sql_type: read_type(object.get("sqlType")?, at)?,
    })))
}

fn read_field(value: &Value) -> Option<StructField> {
    let name = value.get("name")?.as_str()?;
    let mut metadata = value
        .get("metadata")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let known = metadata.remove(COLLATIONS);
    let at = Collations {
        known: known.as_ref().and_then(Value::as_object),
        path: name.to_owned(),
    };
    let metadata = (!metadata.is_empty()).then(|| Value::Object(metadata).to_string().into());
    Some(StructField {
        name: name.into(),
        data_type: read_type(value.get("type")?, &at)?,
        nullable: value
            .get("nullable")
            .and_then(Value::as_bool)
            .unwrap_or(true),
        metadata,
    })
}

fn read_name(name: &str, at: &Collations<'_>) -> Option<DataType> {
    Some(match name {
        "void" | "null" => DataType::Null,
        "boolean" => DataType::Boolean,
        "byte" | "tinyint" => DataType::Byte,
        "short" | "smallint" => DataType::Short,
        "integer" | "int" => DataType::Integer,
        "long" | "bigint" => DataType::Long,
        "float" => DataType::Float,
        "double" => DataType::Double,
        "decimal" => DataType::DEFAULT_DECIMAL,
        "string" => DataType::String(at.here()),
        "binary" => DataType::Binary,
        "date" => DataType::Date,
        "time" => DataType::DEFAULT_TIME,
        "timestamp" | "timestamp_ltz" => DataType::Timestamp,
        "timestamp_ntz" => DataType::TimestampNtz,
        "interval" | "calendarinterval" => DataType::CalendarInterval,
        "variant" => DataType::Variant,
        _ => {
            if let Some(collation) = name.strip_prefix("string collate ") {
                return Some(DataType::String(Collation::of(collation)));
            }
            let fields = name.strip_prefix("interval ");
            return fields.map_or_else(|| read_sized(name), read_interval);
        }
    })
}

/// Reads `name(number,number)`.
fn read_sized(name: &str) -> Option<DataType> {
    let (head, rest) = name.split_once('(')?;
    let inside = rest.strip_suffix(')')?;
    let small = || inside.trim().parse::<u8>().ok();
    Some(match head {
        "decimal" => {
            let (precision, scale) = inside.split_once(',')?;
            DataType::Decimal {
                precision: precision.trim().parse().ok()?,
                scale: scale.trim().parse().ok()?,
            }
        }
        "char" => DataType::Char(inside.parse().ok()?),
        "varchar" => DataType::VarChar(inside.parse().ok()?),
        "time" => DataType::Time(small()?),
        "timestamp_ltz" => DataType::TimestampLtzNanos(small()?),
        "timestamp_ntz" => DataType::TimestampNtzNanos(small()?),
        "geometry" => DataType::Geometry(srid_of(inside)?),
        "geography" => DataType::Geography(srid_of(inside)?),
        _ => return None,
    })
}

fn read_interval(fields: &str) -> Option<DataType> {
    let (start, end) = fields.split_once(" to ").unwrap_or((fields, fields));
    let months = YearMonthField::from_name(start).zip(YearMonthField::from_name(end));
    if let Some((start, end)) = months {
        return YearMonthRange::new(start, end).map(DataType::YearMonthInterval);
    }
    let (start, end) = DayTimeField::from_name(start).zip(DayTimeField::from_name(end))?;
    DayTimeRange::new(start, end).map(DataType::DayTimeInterval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_comes_back() {
        let nested = DataType::map(DataType::STRING, DataType::String(Collation::of("UNICODE")));
        let schema = DataType::structure([
            StructField::new(
                "a",
                DataType::Decimal {
                    precision: 5,
                    scale: 2,
                },
                false,
            ),
            StructField::new("b", nested, true).with_metadata(r#"{"comment":"c"}"#),
            StructField::new("c", DataType::DayTimeInterval(DayTimeRange::WHOLE), true),
        ]);
        let json = schema.json();
        assert!(
            json.contains(r#""__COLLATIONS":{"b.value":"icu.UNICODE"}"#),
            "{json}"
        );
        assert_eq!(DataType::from_json(&json), Some(schema));
    }

    #[test]
    fn types_outside_of_fields_show_everything() {
        for (data_type, json) in [
            (
                DataType::String(Collation::of("unicode_ci")),
                r#""string collate UNICODE_CI""#,
            ),
            (DataType::Geometry(Some(4326)), r#""geometry(OGC:CRS84)""#),
            (
                DataType::Geography(None),
                r#""geography(SRID:ANY, SPHERICAL)""#,
            ),
            (DataType::VarChar(4), r#""varchar(4)""#),
        ] {
            assert_eq!(data_type.json(), json);
            assert_eq!(DataType::from_json(json), Some(data_type));
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            "",
            "1",
            r#""strin""#,
            r#"{"type":"array"}"#,
            r#""interval day to year""#,
        ] {
            assert_eq!(DataType::from_json(text), None, "{text}");
        }
    }
}
