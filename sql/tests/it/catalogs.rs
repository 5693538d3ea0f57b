//! Calls of the catalog API, beside what Spark answers (`golden/make_catalogs.py`).

use std::collections::BTreeMap;

use flint_sql::catalog::NewTable;
use flint_sql::{QueryResult, SparkSession, SqlError};
use flint_sql_spec::{CatalogCall, CatalogName, Command, DataType, Ident, ListScope};
use serde::Deserialize;

use crate::cells::texts;

#[derive(Deserialize)]
struct Step {
    sql: Option<String>,
    call: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    rows: Option<Vec<Vec<Option<String>>>>,
    error: Option<String>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

/// Steps whose answers differ, each with its reason.
const DIFFERENT: [(&str, &str); 1] = [(
    "listPartitions t2 after truncateTable",
    "partitions are folders here, and go with their files",
)];

fn spark() -> (SparkSession, tempfile::TempDir) {
    let warehouse = tempfile::tempdir().expect("a folder");
    let spark = SparkSession::builder()
        .master("local[1]")
        .config("spark.sql.warehouse.dir", warehouse.path().display())
        .create()
        .expect("a session");
    (spark, warehouse)
}

#[test]
fn calls_answer_as_spark_does() {
    let (spark, warehouse) = spark();
    let warehouse = warehouse.path().display().to_string();
    let lines = include_str!("../golden/catalogs.jsonl").replace("{warehouse}", &warehouse);
    let mut wrong = Vec::new();
    let mut before = String::new();
    for line in lines.lines() {
        let step: Step = serde_json::from_str(line).expect("a step");
        let found = match (&step.sql, &step.call) {
            (Some(sql), _) => spark.run_sql(sql),
            (_, Some(name)) => spark.execute(&Command::Catalog(call(name, &step.args))),
            _ => panic!("{line}"),
        };
        let name = step.call.as_deref().unwrap_or_default();
        let same = fits(&spark, name, &step, &found);
        let shown = format!("{name} {}", step.args.join(" "));
        let known = format!("{shown} after {before}");
        if !same && DIFFERENT.iter().all(|(step, _)| *step != known) {
            let found = found.map(|rows| cells(&spark, name, &rows));
            wrong.push(format!("{line}\nhere: {found:?}"));
        }
        before = name.to_owned();
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn fits(
    spark: &SparkSession,
    name: &str,
    step: &Step,
    found: &Result<QueryResult, SqlError>,
) -> bool {
    match (found, &step.error) {
        (Ok(_), None) if step.sql.is_some() => true,
        // Some functions there are not yet.
        (Ok(found), None) if name == "listFunctions" => {
            let found = cells(spark, name, found);
            let spark = step.rows.as_ref().expect("rows");
            !found.is_empty() && found.iter().all(|row| spark.contains(row))
        }
        (Ok(found), None) => Some(cells(spark, name, found)) == step.rows,
        (Err(error), Some(condition)) => {
            let found: BTreeMap<String, String> = error
                .parameters()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect();
            error.condition().name == *condition && found == step.parameters
        }
        _ => false,
    }
}

/// Cells as texts. Descriptions and classes of functions are not Spark's.
fn cells(spark: &SparkSession, name: &str, found: &QueryResult) -> Vec<Vec<Option<String>>> {
    let mut rows = texts(found, spark, |_| false);
    if matches!(name, "getFunction" | "listFunctions") {
        for row in &mut rows {
            row.drain(3..5);
        }
    }
    rows
}

/// A call as a client makes it: of its method's arguments in their order.
fn call(name: &str, args: &[String]) -> CatalogCall {
    let at = |index: usize| args.get(index).map(|text| Ident::from(text.as_str()));
    let first = || at(0).unwrap_or_default();
    let flag = |index: usize| args.get(index).is_some_and(|text| text == "TRUE");
    let scope = || ListScope {
        database: at(0),
        pattern: at(1),
    };
    let named = || CatalogName {
        name: first(),
        database: at(1),
    };
    match name {
        "currentCatalog" => CatalogCall::CurrentCatalog,
        "currentDatabase" => CatalogCall::CurrentDatabase,
        "listCatalogs" => CatalogCall::ListCatalogs(at(0)),
        "setCurrentCatalog" => CatalogCall::SetCurrentCatalog(first()),
        "setCurrentDatabase" => CatalogCall::SetCurrentDatabase(first()),
        "listDatabases" => CatalogCall::ListDatabases(at(0)),
        "getDatabase" => CatalogCall::GetDatabase(first()),
        "databaseExists" => CatalogCall::DatabaseExists(first()),
        "createDatabase" => CatalogCall::CreateDatabase {
            name: first(),
            if_not_exists: flag(1),
            properties: Vec::new(),
        },
        "dropDatabase" => CatalogCall::DropDatabase {
            name: first(),
            if_exists: flag(1),
            cascade: flag(2),
        },
        "listTables" => CatalogCall::ListTables(scope()),
        "listViews" => CatalogCall::ListViews(scope()),
        "listFunctions" => CatalogCall::ListFunctions(scope()),
        "getTable" => CatalogCall::GetTable(named()),
        "tableExists" => CatalogCall::TableExists(named()),
        "listColumns" => CatalogCall::ListColumns(named()),
        "getFunction" => CatalogCall::GetFunction(named()),
        "functionExists" => CatalogCall::FunctionExists(named()),
        "dropTempView" => CatalogCall::DropTempView(first()),
        "dropGlobalTempView" => CatalogCall::DropGlobalTempView(first()),
        "isCached" => CatalogCall::IsCached(first()),
        "cacheTable" => CatalogCall::CacheTable {
            name: first(),
            level: None,
        },
        "uncacheTable" => CatalogCall::UncacheTable(first()),
        "clearCache" => CatalogCall::ClearCache,
        "refreshTable" => CatalogCall::RefreshTable(first()),
        "refreshByPath" => CatalogCall::RefreshByPath(first()),
        "recoverPartitions" => CatalogCall::RecoverPartitions(first()),
        "listPartitions" => CatalogCall::ListPartitions(first()),
        "getTableProperties" => CatalogCall::GetTableProperties(first()),
        "truncateTable" => CatalogCall::TruncateTable(first()),
        "analyzeTable" => CatalogCall::AnalyzeTable {
            name: first(),
            no_scan: false,
        },
        "dropTable" => CatalogCall::DropTable {
            name: first(),
            if_exists: flag(1),
            purge: false,
        },
        "dropView" => CatalogCall::DropView {
            name: first(),
            if_exists: flag(1),
        },
        other => panic!("{other}"),
    }
}

fn new_table(name: &str) -> NewTable {
    NewTable {
        name: name.into(),
        path: None,
        source: None,
        description: None,
        schema: None,
        options: Vec::new(),
    }
}

#[test]
fn tables_are_made_with_columns_or_over_files() {
    let (spark, warehouse) = spark();
    let catalog = spark.catalog();
    let columns = DataType::Struct(flint_sql_parser::parse_schema("id BIGINT").expect("columns"));
    let made = catalog.create_table(&NewTable {
        schema: Some(columns.clone()),
        description: Some("mine".into()),
        ..new_table("own")
    });
    assert_eq!(made.expect("a table").count().expect("rows"), 0);
    let own = catalog.get_table("own").expect("a table");
    assert_eq!(own.description.as_deref(), Some("mine"));
    assert_eq!(own.table_type, "MANAGED");

    let path = warehouse.path().join("numbers").display().to_string();
    spark.range(0, 3).write().parquet(&path).expect("files");
    let over = catalog.create_table(&NewTable {
        path: Some(path.as_str().into()),
        ..new_table("over")
    });
    assert_eq!(over.expect("a table").count().expect("rows"), 3);
    let over = catalog.get_table("over").expect("a table");
    assert_eq!(over.table_type, "EXTERNAL");
    catalog.drop_table("over", false).expect("it is there");
    assert_eq!(spark.read().parquet(&path).count().expect("rows"), 3);

    let wrong = |table: NewTable| {
        let error = catalog.create_table(&table).expect_err("it is wrong");
        error.condition().name.to_string()
    };
    assert_eq!(wrong(new_table("none")), "UNABLE_TO_INFER_SCHEMA");
    assert_eq!(
        wrong(NewTable {
            schema: Some(columns.clone()),
            ..new_table("own")
        }),
        "TABLE_OR_VIEW_ALREADY_EXISTS"
    );
    assert_eq!(
        wrong(NewTable {
            schema: Some(columns.clone()),
            source: Some("nosuch".into()),
            ..new_table("strange")
        }),
        "DATA_SOURCE_NOT_FOUND"
    );
    assert!(!catalog.table_exists("strange").expect("a name"));
    assert_eq!(
        wrong(NewTable {
            schema: Some(columns),
            ..new_table("nowhere.own")
        }),
        "SCHEMA_NOT_FOUND"
    );
}

#[test]
fn every_function_of_the_registry_is_listed() {
    let (spark, _warehouse) = spark();
    let listed = spark.catalog().list_functions(None, None).expect("a list");
    let listed: Vec<&str> = listed.iter().map(|function| &*function.name).collect();
    assert_eq!(listed, flint_sql_analyzer::functions::names());
}
