//! Statements of SQL that are no query.

use serde::{Deserialize, Serialize};

use super::{
    AlterTable, Assignment, CreateTable, CreateView, Describe, Insert, MergeInto, PartitionSpec,
    Plan, Show,
};
use crate::{DataType, Expr, Ident, ObjectName, Options, Relation};

/// A statement of SQL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Statement {
    /// `CREATE TABLE`, `REPLACE TABLE`.
    CreateTable(CreateTable),
    /// `ALTER TABLE`, `ALTER VIEW`.
    AlterTable(AlterTable),
    /// `DROP TABLE`.
    DropTable {
        /// Which.
        name: ObjectName,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `PURGE`.
        purge: bool,
    },
    /// `CREATE VIEW`.
    CreateView(CreateView),
    /// `CREATE TEMPORARY VIEW .. USING`: a view over a source.
    CreateTempViewUsing {
        /// Its name.
        name: ObjectName,
        /// For all sessions of the process.
        global: bool,
        /// `OR REPLACE`.
        replace: bool,
        /// Columns; inferred without them.
        schema: Option<DataType>,
        /// The format.
        provider: Ident,
        /// Options of the format.
        options: Options,
    },
    /// `DROP VIEW`.
    DropView {
        /// Which.
        name: ObjectName,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `CREATE DATABASE`, `SCHEMA` or `NAMESPACE`.
    CreateNamespace {
        /// Its name.
        name: ObjectName,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// `COMMENT`.
        comment: Option<Ident>,
        /// `LOCATION`.
        location: Option<Ident>,
        /// `DEFAULT COLLATION`.
        collation: Option<Ident>,
        /// `WITH DBPROPERTIES`.
        properties: Options,
    },
    /// `DROP DATABASE`.
    DropNamespace {
        /// Which.
        name: ObjectName,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `ALTER DATABASE .. SET DBPROPERTIES`, `SET LOCATION`.
    AlterNamespace {
        /// Which.
        name: ObjectName,
        /// New properties.
        properties: Options,
        /// A new location.
        location: Option<Ident>,
    },
    /// `DROP FUNCTION`.
    DropFunction {
        /// Which.
        name: ObjectName,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `TEMPORARY`.
        temporary: bool,
    },
    /// `COMMENT ON` a namespace or a table; `None` removes it.
    CommentOn {
        /// Which.
        name: ObjectName,
        /// Whether it is a namespace.
        namespace: bool,
        /// The comment.
        comment: Option<Ident>,
    },
    /// `INSERT`.
    Insert(Insert),
    /// Several inserts of one source: `FROM t INSERT .. INSERT ..`.
    InsertMany(Vec<Insert>),
    /// `UPDATE`.
    Update {
        /// The table, with an alias or not.
        target: Relation,
        /// Columns and their values.
        assignments: Vec<Assignment>,
        /// Which rows.
        condition: Option<Expr>,
    },
    /// `DELETE`.
    Delete {
        /// The table, with an alias or not.
        target: Relation,
        /// Which rows.
        condition: Option<Expr>,
    },
    /// `MERGE`.
    Merge(MergeInto),
    /// `TRUNCATE TABLE`.
    Truncate {
        /// Which.
        name: ObjectName,
        /// Which partition.
        partition: PartitionSpec,
    },
    /// `USE`.
    Use(ObjectName),
    /// `SET CATALOG`.
    SetCatalog(ObjectName),
    /// `SET key = value`, `SET key`, `SET`, `SET -v`.
    SetConf(ConfValue),
    /// `SET TIME ZONE`; `None` is LOCAL.
    SetTimeZone(Option<Ident>),
    /// `SET VARIABLE`.
    SetVariables {
        /// Which.
        names: Vec<ObjectName>,
        /// Their values; one subquery for several.
        values: Vec<Expr>,
    },
    /// `RESET` of one setting, or of all.
    Reset(Option<Ident>),
    /// `DECLARE VARIABLE`.
    DeclareVariable {
        /// Which.
        names: Vec<ObjectName>,
        /// `OR REPLACE`.
        replace: bool,
        /// The type; that of the value without it.
        data_type: Option<DataType>,
        /// The first value; NULL without it.
        default: Option<Expr>,
    },
    /// `DROP TEMPORARY VARIABLE`.
    DropVariable {
        /// Which.
        name: ObjectName,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `EXECUTE IMMEDIATE`.
    ExecuteImmediate {
        /// The text of the statement.
        query: Expr,
        /// Variables that take its row.
        into: Vec<ObjectName>,
        /// Arguments, with names or not.
        using: Vec<Expr>,
    },
    /// `CALL`.
    Call {
        /// The procedure.
        name: ObjectName,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// `SHOW`.
    Show(Show),
    /// `DESCRIBE`.
    Describe(Describe),
    /// `EXPLAIN`.
    Explain {
        /// What is shown.
        mode: ExplainMode,
        /// Of which plan.
        plan: Box<Plan>,
    },
    /// `CACHE TABLE`.
    CacheTable {
        /// Which, or the new name of the query.
        name: ObjectName,
        /// `LAZY`.
        lazy: bool,
        /// `OPTIONS`.
        options: Options,
        /// `AS query`.
        query: Option<Relation>,
    },
    /// `UNCACHE TABLE`.
    UncacheTable {
        /// Which.
        name: ObjectName,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `CLEAR CACHE`.
    ClearCache,
    /// `REFRESH TABLE`.
    RefreshTable(ObjectName),
    /// `REFRESH FUNCTION`.
    RefreshFunction(ObjectName),
    /// `REFRESH path`.
    RefreshPath(Ident),
    /// `MSCK REPAIR TABLE`.
    RepairTable {
        /// Which.
        name: ObjectName,
        /// Whether partitions found are added.
        add: bool,
        /// Whether partitions lost are dropped.
        drop: bool,
    },
    /// `ANALYZE TABLE`.
    AnalyzeTable {
        /// Which.
        name: ObjectName,
        /// Which partition.
        partition: PartitionSpec,
        /// Columns; `None` without FOR COLUMNS, none of them for ALL COLUMNS.
        columns: Option<Vec<Ident>>,
        /// `NOSCAN`.
        no_scan: bool,
    },
    /// `ANALYZE TABLES` of a namespace.
    AnalyzeTables {
        /// Which; the current one without it.
        namespace: Option<ObjectName>,
        /// `NOSCAN`.
        no_scan: bool,
    },
}

/// What SET does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ConfValue {
    /// Lists settings that were changed; with `-v` all, with their meaning.
    List {
        /// `-v`.
        verbose: bool,
    },
    /// Shows one.
    Show(Ident),
    /// Changes one.
    Assign {
        /// Which.
        key: Ident,
        /// Its new value.
        value: Ident,
    },
}

/// What EXPLAIN shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExplainMode {
    /// The physical plan.
    Simple,
    /// All plans.
    Extended,
    /// Generated code, where there is any.
    Codegen,
    /// The plan with statistics.
    Cost,
    /// The plan as a tree, with details below.
    Formatted,
}
