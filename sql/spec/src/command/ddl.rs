//! CREATE and ALTER of tables and views.

use serde::{Deserialize, Serialize};

use super::PartitionSpec;
use crate::{DataType, Expr, Ident, ObjectName, Options, Relation};

/// A column in CREATE TABLE, ADD COLUMNS or a DDL schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ColumnDef {
    /// Its name; nested columns of ALTER TABLE have several parts.
    pub name: Vec<Ident>,
    /// Its type; unknown in a CREATE VIEW and in `USING`-less forms that only name columns.
    pub data_type: Option<DataType>,
    /// Whether NOT NULL was not written.
    pub nullable: bool,
    /// `DEFAULT`: the expression; its origin has the text.
    pub default: Option<Expr>,
    /// `GENERATED ALWAYS AS`.
    pub generated: Option<Generated>,
    /// `COMMENT`.
    pub comment: Option<Ident>,
    /// `FIRST` or `AFTER column`.
    pub position: Option<ColumnPosition>,
    /// Constraints written with the column.
    pub constraints: Vec<Constraint>,
}

/// How a generated column gets its values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Generated {
    /// By an expression.
    Expr(Expr),
    /// By a counter.
    Identity(Identity),
}

/// A counter of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Whether inserts may give a value of their own.
    pub by_default: bool,
    /// First value.
    pub start: Option<i64>,
    /// Distance of values.
    pub increment: Option<i64>,
}

/// Where a column goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ColumnPosition {
    /// Before all.
    First,
    /// After another.
    After(Ident),
}

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name, if it has one.
    pub name: Option<Ident>,
    /// What must hold.
    pub kind: ConstraintKind,
    /// `ENFORCED`, `NOT ENFORCED`, `RELY`, `NORELY` as written, upper case.
    pub characteristics: Vec<Ident>,
}

/// What must hold of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ConstraintKind {
    /// A condition for each row.
    Check(Expr),
    /// These columns name a row.
    PrimaryKey(Vec<Ident>),
    /// These columns differ in all rows.
    Unique(Vec<Ident>),
    /// These columns name a row of another table.
    ForeignKey {
        /// Columns here.
        columns: Vec<Ident>,
        /// The other table.
        table: ObjectName,
        /// Columns there; its primary key when empty.
        referred: Vec<Ident>,
    },
}

/// CREATE TABLE and REPLACE TABLE.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CreateTable {
    /// Its name.
    pub name: ObjectName,
    /// What happens when there is one.
    pub mode: CreateTableMode,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// `EXTERNAL`.
    pub external: bool,
    /// Columns and rows.
    pub body: TableBody,
    /// `USING`.
    pub provider: Option<Ident>,
    /// `OPTIONS`.
    pub options: Options,
    /// `PARTITIONED BY`.
    pub partitioning: Vec<Partitioning>,
    /// `CLUSTERED BY .. INTO n BUCKETS`.
    pub buckets: Option<super::BucketBy>,
    /// `SORTED BY` inside buckets, with whether each ascends.
    pub bucket_order: Vec<(Ident, bool)>,
    /// `CLUSTER BY`; `Some` of none is `CLUSTER BY NONE`.
    pub cluster_by: Option<Vec<Vec<Ident>>>,
    /// `ROW FORMAT`.
    pub row_format: Option<RowFormat>,
    /// `STORED AS` or `STORED BY`, as written.
    pub stored_as: Option<Ident>,
    /// `LOCATION`.
    pub location: Option<Ident>,
    /// `COMMENT`.
    pub comment: Option<Ident>,
    /// `DEFAULT COLLATION`.
    pub collation: Option<Ident>,
    /// `TBLPROPERTIES`.
    pub properties: Options,
    /// Constraints written beside columns.
    pub constraints: Vec<Constraint>,
}

/// What CREATE does when there is one already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CreateTableMode {
    /// An error.
    Create,
    /// Nothing.
    CreateIfNotExists,
    /// It is replaced, and must be there.
    Replace,
    /// It is replaced, or made.
    CreateOrReplace,
}

/// Columns and rows of a new table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TableBody {
    /// Columns.
    Columns(Vec<ColumnDef>),
    /// The columns and rows of a query; `columns` as written beside it.
    Query {
        /// Columns written, by which Spark refuses most such statements.
        columns: Vec<ColumnDef>,
        /// The query.
        query: Relation,
    },
    /// The columns of another table: LIKE.
    Like(ObjectName),
}

/// A part of PARTITIONED BY.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Partitioning {
    /// A transform of columns: a column alone, or a call such as `days(ts)`.
    Transform(Expr),
    /// A column that is not among the others, as in Hive.
    Column(ColumnDef),
}

/// How Hive's rows are written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RowFormat {
    /// A SerDe's class and properties.
    Serde {
        /// The class.
        class: Ident,
        /// Its properties.
        properties: Options,
    },
    /// Separators by name (`fields`, `escaped`, `collection items`, `map keys`, `lines`, `null`).
    Delimited(Options),
}

/// CREATE VIEW.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CreateView {
    /// Its name.
    pub name: ObjectName,
    /// How long and for whom it lives.
    pub kind: ViewKind,
    /// `OR REPLACE`.
    pub replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Names and comments of columns; the query's own when empty.
    pub columns: Vec<(Ident, Option<Ident>)>,
    /// `COMMENT`.
    pub comment: Option<Ident>,
    /// `DEFAULT COLLATION`.
    pub collation: Option<Ident>,
    /// `TBLPROPERTIES`.
    pub properties: Options,
    /// `WITH SCHEMA`.
    pub schema_mode: Option<ViewSchemaMode>,
    /// The query; its origin has the text to be stored.
    pub query: Relation,
}

/// How long and for whom a view lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ViewKind {
    /// In the catalog.
    Persistent,
    /// In the session.
    Temporary,
    /// In the process.
    GlobalTemporary,
}

/// What happens when the tables of a view change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ViewSchemaMode {
    /// An error.
    Binding,
    /// Casts where they are safe.
    Compensation,
    /// Types change with them.
    TypeEvolution,
    /// Columns and types change with them.
    Evolution,
}

/// ALTER TABLE and ALTER VIEW.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AlterTable {
    /// The table or view.
    pub name: ObjectName,
    /// Whether VIEW was written.
    pub view: bool,
    /// The partition meant, if one.
    pub partition: PartitionSpec,
    /// What is changed.
    pub action: AlterTableAction,
}

/// A change of a table or view.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AlterTableAction {
    /// `ADD COLUMNS`.
    AddColumns {
        /// The columns.
        columns: Vec<ColumnDef>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP COLUMNS`.
    DropColumns {
        /// The columns.
        columns: Vec<Vec<Ident>>,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `RENAME COLUMN`.
    RenameColumn {
        /// Which.
        from: Vec<Ident>,
        /// Its new name.
        to: Ident,
    },
    /// `ALTER COLUMN`, several of them.
    AlterColumns(Vec<(Vec<Ident>, AlterColumn)>),
    /// `REPLACE COLUMNS`.
    ReplaceColumns(Vec<ColumnDef>),
    /// `RENAME TO`.
    RenameTo(Vec<Ident>),
    /// `PARTITION (..) RENAME TO PARTITION (..)`.
    RenamePartition(PartitionSpec),
    /// `SET TBLPROPERTIES`.
    SetProperties(Options),
    /// `UNSET TBLPROPERTIES`.
    UnsetProperties {
        /// Which.
        keys: Vec<Ident>,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `SET LOCATION`.
    SetLocation(Ident),
    /// `SET SERDE` and `SET SERDEPROPERTIES`.
    SetSerde {
        /// The class.
        class: Option<Ident>,
        /// Its properties.
        properties: Options,
    },
    /// `ADD PARTITION`, several of them, each with a location or not.
    AddPartitions {
        /// The partitions.
        partitions: Vec<(PartitionSpec, Option<Ident>)>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP PARTITION`, several of them.
    DropPartitions {
        /// The partitions.
        partitions: Vec<PartitionSpec>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `PURGE`.
        purge: bool,
    },
    /// `RECOVER PARTITIONS`.
    RecoverPartitions,
    /// `ADD CONSTRAINT`.
    AddConstraint(Constraint),
    /// `DROP CONSTRAINT`.
    DropConstraint {
        /// Which.
        name: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `CLUSTER BY`; none is `CLUSTER BY NONE`.
    ClusterBy(Vec<Vec<Ident>>),
    /// `DEFAULT COLLATION`.
    SetCollation(Ident),
    /// `AS query`, of a view.
    SetQuery(Relation),
    /// `WITH SCHEMA`, of a view.
    SetSchemaMode(ViewSchemaMode),
}

/// A change of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AlterColumn {
    /// `TYPE`, as CHANGE COLUMN also has it.
    Type(DataType),
    /// `COMMENT`.
    Comment(Ident),
    /// `FIRST` or `AFTER column`.
    Position(ColumnPosition),
    /// `SET NOT NULL`.
    SetNotNull,
    /// `DROP NOT NULL`.
    DropNotNull,
    /// `SET DEFAULT`.
    SetDefault(Expr),
    /// `DROP DEFAULT`.
    DropDefault,
    /// Hive's CHANGE COLUMN: everything anew.
    Change(ColumnDef),
}
