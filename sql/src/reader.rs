//! [`DataFrameReader`]: files, tables and other sources.

use flint_sql_spec::{
    DataSourceRead, DataType, Ident, NamedTable, ObjectName, Options, Parse, ParseFormat,
    RelationChanges, RelationKind, StructType,
};

use crate::column::ApiCall;
use crate::dataframe::{DataFrame, IntoNames};
use crate::options::{self, OptionValue};
use crate::session::SparkSession;

/// Reads sources, made by `SparkSession::read`.
///
/// Nothing is read before the DataFrame is asked for its schema or rows.
///
/// ```
/// # fn example(reader: flint_sql::DataFrameReader) {
/// let people = reader
///     .option("header", true)
///     .schema("name STRING, age INT")
///     .csv("people.csv");
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "readers do nothing until a source is named"]
pub struct DataFrameReader {
    session: SparkSession,
    format: Option<Ident>,
    schema: Option<Ident>,
    options: Options,
}

/// A schema for a reader: DDL text, or a type.
#[derive(Debug, Clone)]
pub struct ReadSchema(Ident);

impl From<&str> for ReadSchema {
    fn from(ddl: &str) -> ReadSchema {
        ReadSchema(ddl.into())
    }
}

impl From<&StructType> for ReadSchema {
    fn from(fields: &StructType) -> ReadSchema {
        ReadSchema(DataType::Struct(fields.clone()).json().into())
    }
}

impl DataFrameReader {
    pub(crate) fn new(session: SparkSession) -> DataFrameReader {
        DataFrameReader {
            session,
            format: None,
            schema: None,
            options: Vec::new(),
        }
    }

    /// The format of files, or a source's name; the session's default without it.
    pub fn format(mut self, format: &str) -> DataFrameReader {
        self.format = Some(format.into());
        self
    }

    /// The schema; without it the source tells or infers it.
    pub fn schema(mut self, schema: impl Into<ReadSchema>) -> DataFrameReader {
        self.schema = Some(schema.into().0);
        self
    }

    /// An option of the source.
    pub fn option(mut self, key: &str, value: impl OptionValue) -> DataFrameReader {
        options::set(&mut self.options, key, value);
        self
    }

    /// Several options of the source.
    pub fn options<K: AsRef<str>, V: OptionValue>(
        mut self,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> DataFrameReader {
        for (key, value) in values {
            options::set(&mut self.options, key.as_ref(), value);
        }
        self
    }

    /// The rows under the paths; `()` where options say all.
    #[track_caller]
    pub fn load(&self, paths: impl IntoNames) -> DataFrame {
        self.read(ApiCall::of("load"), self.format.clone(), paths, Vec::new())
    }

    fn read(
        &self,
        call: ApiCall,
        format: Option<Ident>,
        paths: impl IntoNames,
        predicates: Vec<Ident>,
    ) -> DataFrame {
        let kind = RelationKind::DataSource(DataSourceRead {
            format,
            schema: self.schema.clone(),
            options: self.options.clone(),
            paths: paths.into_names(),
            predicates,
            source_name: None,
            is_streaming: false,
        });
        DataFrame::made(&self.session, call, kind)
    }

    /// A table or view.
    #[track_caller]
    pub fn table(&self, name: &str) -> DataFrame {
        let mut call = ApiCall::of("table");
        let name = crate::dataframe::table_name(&mut call, name);
        let kind = RelationKind::NamedTable(NamedTable {
            name,
            options: self.options.clone(),
            is_streaming: false,
            time_travel: None,
        });
        DataFrame::made(&self.session, call, kind)
    }

    /// What changed in a table; options say from where to where.
    #[track_caller]
    pub fn changes(&self, name: &str) -> DataFrame {
        let mut call = ApiCall::of("changes");
        let name: ObjectName = crate::dataframe::table_name(&mut call, name);
        let kind = RelationKind::RelationChanges(RelationChanges {
            name,
            options: self.options.clone(),
            is_streaming: false,
            from: None,
            to: None,
        });
        DataFrame::made(&self.session, call, kind)
    }

    /// A table of a database, by its URL.
    #[track_caller]
    pub fn jdbc(&self, url: &str, table: &str) -> DataFrame {
        let reader = self.clone().option("url", url).option("dbtable", table);
        reader.read(ApiCall::of("jdbc"), Some("jdbc".into()), (), Vec::new())
    }

    /// A table of a database, by its URL: one partition for the rows of each condition.
    #[track_caller]
    pub fn jdbc_with(&self, url: &str, table: &str, predicates: impl IntoNames) -> DataFrame {
        let reader = self.clone().option("url", url).option("dbtable", table);
        let predicates = predicates.into_names();
        reader.read(ApiCall::of("jdbc"), Some("jdbc".into()), (), predicates)
    }

    /// Strings of JSON, one object each, in the one column of a DataFrame.
    #[track_caller]
    pub fn json_strings(&self, lines: &DataFrame) -> DataFrame {
        self.parse(ApiCall::of("json"), lines, ParseFormat::Json)
    }

    /// Lines of comma-separated values in the one column of a DataFrame.
    #[track_caller]
    pub fn csv_strings(&self, lines: &DataFrame) -> DataFrame {
        self.parse(ApiCall::of("csv"), lines, ParseFormat::Csv)
    }

    /// Strings of XML, one element each, in the one column of a DataFrame.
    #[track_caller]
    pub fn xml_strings(&self, lines: &DataFrame) -> DataFrame {
        self.parse(ApiCall::of("xml"), lines, ParseFormat::Xml)
    }

    fn parse(&self, call: ApiCall, lines: &DataFrame, format: ParseFormat) -> DataFrame {
        let schema = self.schema.as_ref();
        let kind = RelationKind::Parse(Parse {
            input: lines.relation().clone(),
            format,
            schema: schema.map(|text| DataType::Unparsed(text.clone())),
            options: self.options.clone(),
        });
        lines.derive(call, kind)
    }
}

macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident = $format:literal;)+) => {
        impl DataFrameReader {
            $($(#[$doc])*
            #[track_caller]
            pub fn $name(&self, paths: impl IntoNames) -> DataFrame {
                let call = ApiCall::of(stringify!($name));
                self.read(call, Some($format.into()), paths, Vec::new())
            })+
        }
    };
}

formats! {
    /// Parquet files.
    parquet = "parquet";
    /// Files of comma-separated values.
    csv = "csv";
    /// Files of JSON, one object on each line.
    json = "json";
    /// Text files: each line a row with a column `value`.
    text = "text";
    /// ORC files.
    orc = "orc";
    /// Files of XML.
    xml = "xml";
}
