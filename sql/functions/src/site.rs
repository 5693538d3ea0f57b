//! [`Site`]: what is known of a call before it runs.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::arrow_type;
use flint_sql_spec::{DataType, Ident, Literal, Origin, Result};
use serde::{Deserialize, Serialize};

/// What is known of a call before it runs. The origin is for messages only: sites that differ in it
/// alone are equal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Site {
    /// Types of the arguments.
    pub arguments: Vec<DataType>,
    /// The arguments that are constants, in their places: formats, patterns, units.
    pub constants: Vec<Option<Literal>>,
    /// The type that the analyzer gave to the call.
    pub result: DataType,
    /// Whether it can be null.
    pub nullable: bool,
    /// Whether overflow, division by zero and the like are errors, not nulls.
    pub ansi: bool,
    /// Settings of the session.
    pub settings: Arc<FunctionSettings>,
    /// Where the call was written.
    pub origin: Origin,
}

/// Settings of a session that values hang on. The defaults are Spark 4.3's, in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FunctionSettings {
    /// `spark.sql.session.timeZone`.
    pub time_zone: Ident,
    /// Microseconds since the epoch at the query's start: `current_timestamp()` and its kin.
    pub now: i64,
    /// `current_user()`.
    pub user: Ident,
    /// `current_catalog()`.
    pub catalog: Ident,
    /// `current_database()`.
    pub database: Ident,
    /// `spark.sql.legacy.timeParserPolicy`.
    pub time_parser_policy: Ident,
    /// `spark.sql.mapKeyDedupPolicy`: whether the last of equal keys of a map wins, or fails.
    pub last_key_wins: bool,
    /// `spark.sql.legacy.sizeOfNull`: in legacy mode `size(NULL)` is -1.
    pub size_of_null: bool,
    /// `spark.sql.columnNameOfCorruptRecord`.
    pub corrupt_column: Ident,
    /// `spark.sql.json.enablePartialResults`.
    pub json_partial_results: bool,
    /// `spark.sql.jsonGenerator.ignoreNullFields`.
    pub json_ignore_null_fields: bool,
}

impl Default for FunctionSettings {
    fn default() -> Self {
        FunctionSettings {
            time_zone: "UTC".into(),
            now: 0,
            user: "".into(),
            catalog: "spark_catalog".into(),
            database: "default".into(),
            time_parser_policy: "CORRECTED".into(),
            last_key_wins: false,
            size_of_null: true,
            corrupt_column: "_corrupt_record".into(),
            json_partial_results: true,
            json_ignore_null_fields: true,
        }
    }
}

impl Site {
    /// A site of these types, not null, ANSI, with default settings and no constants: for tests and
    /// for functions that stand on others.
    pub fn of(arguments: &[DataType], result: DataType) -> Site {
        Site {
            arguments: arguments.to_vec(),
            constants: vec![None; arguments.len()],
            result,
            nullable: true,
            ansi: true,
            settings: Arc::default(),
            origin: Origin::Unknown,
        }
    }

    /// The constant argument in place `i`, unless it is none or NULL.
    pub fn constant(&self, i: usize) -> Option<&Literal> {
        let value = self.constants.get(i)?.as_ref()?;
        (!value.is_null()).then_some(value)
    }

    /// The constant text in place `i`.
    pub fn constant_text(&self, i: usize) -> Option<&str> {
        match self.constant(i)? {
            Literal::String(text) => Some(text),
            _ => None,
        }
    }

    /// How the result lies in memory.
    ///
    /// # Errors
    /// As [`arrow_type`].
    pub fn result_layout(&self) -> Result<ArrowType> {
        arrow_type(&self.result)
    }
}

impl PartialEq for Site {
    fn eq(&self, other: &Self) -> bool {
        self.arguments == other.arguments
            && self.constants == other.constants
            && self.result == other.result
            && (self.nullable, self.ansi) == (other.nullable, other.ansi)
            && self.settings == other.settings
    }
}

impl Eq for Site {}

impl Hash for Site {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.arguments, &self.constants, &self.result, self.ansi).hash(state);
    }
}
