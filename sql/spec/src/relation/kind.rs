//! The list of all relations.

use serde::{Deserialize, Serialize};

use super::{
    Aggregate, ApplyInPandasWithState, ApproxQuantile, AsOfJoin, BinBy, ChunkedLocalRelation,
    CoGroupMap, DataSourceRead, Deduplicate, DropNa, FillNa, FreqItems, GroupMap, Hint, Join,
    JsonTable, LateralJoin, LateralView, LocalRelation, MapPartitions, NamedTable, NamedWindow,
    NearestByJoin, Parse, PipeOp, Pivot, Range, Relation, RelationChanges, ReplaceNa, Sample,
    SampleBy, ScriptTransform, SetOp, SqlQuery, SubqueryAlias, TableFunction, Unpivot, With,
};
use crate::{
    CatalogCall, DataType, Decode, Expr, Extension, Ident, InlineDataSource, InlineTableFunction,
    MlRelation, NativeMap, NativeSource, SortOrder,
};

/// What a relation is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RelationKind {
    /// A table or view by name.
    NamedTable(NamedTable),
    /// Files or another source, by format and options.
    DataSource(DataSourceRead),
    /// Columns; without input, one row of them.
    Project {
        /// Where rows come from.
        input: Option<Relation>,
        /// The columns.
        exprs: Vec<Expr>,
    },
    /// Rows for which a condition is true.
    Filter {
        /// Where rows come from.
        input: Relation,
        /// The condition.
        condition: Expr,
    },
    /// Two relations side by side.
    Join(Join),
    /// Rows of two relations, one below the other or compared.
    SetOp(SetOp),
    /// Rows in order.
    Sort {
        /// Where rows come from.
        input: Relation,
        /// By what.
        order: Vec<SortOrder>,
        /// Over all partitions, or inside each.
        global: bool,
    },
    /// `ORDER BY ALL`: by every column of the output.
    SortAll {
        /// Where rows come from.
        input: Relation,
        /// Direction and nulls; its expression is the attribute `ALL`.
        order: SortOrder,
    },
    /// The first rows.
    Limit {
        /// Where rows come from.
        input: Relation,
        /// How many: a constant expression.
        limit: Expr,
    },
    /// All but the first rows.
    Offset {
        /// Where rows come from.
        input: Relation,
        /// How many are skipped: a constant expression.
        offset: Expr,
    },
    /// The last rows.
    Tail {
        /// Where rows come from.
        input: Relation,
        /// How many: a constant expression.
        limit: Expr,
    },
    /// Groups and what is computed over them.
    Aggregate(Aggregate),
    /// SQL text that is still to be parsed.
    Sql(SqlQuery),
    /// Rows that come with the plan, in Arrow form.
    LocalRelation(LocalRelation),
    /// A local relation that the session has already got, by its hash.
    CachedLocalRelation {
        /// Hash of the encoded relation.
        hash: Ident,
    },
    /// The same in several pieces.
    ChunkedCachedLocalRelation(ChunkedLocalRelation),
    /// A relation that the session keeps, such as a checkpoint.
    CachedRemoteRelation {
        /// Its id in the session.
        relation_id: Ident,
    },
    /// `VALUES (..), (..)`.
    Values {
        /// The rows.
        rows: Vec<Vec<Expr>>,
    },
    /// Some of the rows, by chance.
    Sample(Sample),
    /// Rows without duplicates.
    Deduplicate(Deduplicate),
    /// Whole numbers in steps.
    Range(Range),
    /// A relation under a name.
    SubqueryAlias(SubqueryAlias),
    /// Rows in another number of partitions.
    Repartition {
        /// Where rows come from.
        input: Relation,
        /// How many partitions.
        num_partitions: i32,
        /// Whether rows may move; without it partitions are only merged.
        shuffle: bool,
    },
    /// Rows distributed by values.
    RepartitionByExpression {
        /// Where rows come from.
        input: Relation,
        /// By what: range partitioning where they are sort orders, else by hash.
        exprs: Vec<Expr>,
        /// How many partitions; the session's default without it.
        num_partitions: Option<i32>,
    },
    /// Columns renamed by position.
    ToDf {
        /// Where rows come from.
        input: Relation,
        /// All names.
        names: Vec<Ident>,
    },
    /// Columns renamed by name.
    WithColumnsRenamed {
        /// Where rows come from.
        input: Relation,
        /// Old and new names; old ones that do not exist are ignored.
        renames: Vec<(Ident, Ident)>,
    },
    /// Columns added or replaced.
    WithColumns {
        /// Where rows come from.
        input: Relation,
        /// Each an `ExprKind::Alias`.
        aliases: Vec<Expr>,
    },
    /// Columns left out.
    Drop {
        /// Where rows come from.
        input: Relation,
        /// Columns as expressions.
        columns: Vec<Expr>,
        /// Columns by name; those that do not exist are ignored.
        names: Vec<Ident>,
    },
    /// Columns cast and ordered to a schema.
    ToSchema {
        /// Where rows come from.
        input: Relation,
        /// The schema, a struct or text.
        schema: DataType,
    },
    /// The table that `show()` prints, as one string.
    ShowString {
        /// Where rows come from.
        input: Relation,
        /// Most rows.
        num_rows: i32,
        /// Most characters of a cell; 0 or less for all.
        truncate: i32,
        /// One line per column.
        vertical: bool,
    },
    /// The same as HTML.
    HtmlString {
        /// Where rows come from.
        input: Relation,
        /// Most rows.
        num_rows: i32,
        /// Most characters of a cell; 0 or less for all.
        truncate: i32,
    },
    /// Advice for the planner.
    Hint(Hint),
    /// Columns turned into rows.
    Unpivot(Unpivot),
    /// Rows turned into columns, from SQL's PIVOT.
    Pivot(Pivot),
    /// The table turned around.
    Transpose {
        /// Where rows come from.
        input: Relation,
        /// The column that gives the new names; the first without it.
        index: Vec<Expr>,
    },
    /// A function over the rows of each partition.
    MapPartitions(MapPartitions),
    /// A function over the rows of each group.
    GroupMap(GroupMap),
    /// A function over the rows of each pair of groups.
    CoGroupMap(CoGroupMap),
    /// A function over groups with state, on pandas frames.
    ApplyInPandasWithState(ApplyInPandasWithState),
    /// Values computed on the side, for observers.
    CollectMetrics {
        /// Where rows come from.
        input: Relation,
        /// The observation's name.
        name: Ident,
        /// Named aggregates.
        metrics: Vec<Expr>,
    },
    /// Strings read as CSV, JSON or XML.
    Parse(Parse),
    /// How late rows may come.
    WithWatermark {
        /// Where rows come from.
        input: Relation,
        /// The column of event times.
        event_time: Ident,
        /// The delay, as interval text.
        delay: Ident,
    },
    /// A call of a table function that comes with the plan.
    InlineTableFunction(InlineTableFunction),
    /// A data source that comes with the plan.
    InlineDataSource(InlineDataSource),
    /// A plan with the plans that its subqueries refer to.
    WithRelations {
        /// The plan.
        root: Relation,
        /// Plans by their plan ids.
        references: Vec<Relation>,
    },
    /// A call of a table function by name.
    TableFunction(TableFunction),
    /// A relation that may refer to columns of those before it in FROM.
    Lateral(Relation),
    /// A join whose right side may refer to columns of the left.
    LateralJoin(LateralJoin),
    /// Each row with the last one before it.
    AsOfJoin(AsOfJoin),
    /// Each row with those nearest to it.
    NearestByJoin(NearestByJoin),
    /// Two relations side by side, row by row.
    Zip {
        /// Left columns.
        left: Relation,
        /// Right columns.
        right: Relation,
    },
    /// What changed in a table.
    RelationChanges(RelationChanges),
    /// Nulls replaced by values.
    FillNa(FillNa),
    /// Rows with nulls left out.
    DropNa(DropNa),
    /// Values replaced by others.
    ReplaceNa(ReplaceNa),
    /// Chosen statistics of all columns.
    Summary {
        /// Where rows come from.
        input: Relation,
        /// `count`, `mean`, `25%`, ..; Spark's default ones when empty.
        statistics: Vec<Ident>,
    },
    /// Basic statistics of chosen columns.
    Describe {
        /// Where rows come from.
        input: Relation,
        /// All columns when empty.
        columns: Vec<Ident>,
    },
    /// How often pairs of values occur.
    Crosstab {
        /// Where rows come from.
        input: Relation,
        /// Rows of the table.
        first: Ident,
        /// Columns of the table.
        second: Ident,
    },
    /// Covariance of two columns.
    Cov {
        /// Where rows come from.
        input: Relation,
        /// One column.
        first: Ident,
        /// The other.
        second: Ident,
    },
    /// Correlation of two columns.
    Corr {
        /// Where rows come from.
        input: Relation,
        /// One column.
        first: Ident,
        /// The other.
        second: Ident,
        /// `pearson` when not given.
        method: Option<Ident>,
    },
    /// Quantiles within an error.
    ApproxQuantile(ApproxQuantile),
    /// Values that occur often.
    FreqItems(FreqItems),
    /// A sample stratified by a column.
    SampleBy(SampleBy),
    /// A question to the catalog, or a change of it.
    Catalog(CatalogCall),
    /// Rows from a model.
    Ml(MlRelation),
    /// Something for a handler that is registered for its type.
    Extension(Extension),
    /// A relation that a client sent empty.
    Unknown,
    /// `WITH` and the query under it.
    With(With),
    /// `LATERAL VIEW` of a generator.
    LateralView(LateralView),
    /// `HAVING`: a filter over the aggregate below it.
    Having {
        /// The aggregate.
        input: Relation,
        /// The condition.
        condition: Expr,
    },
    /// `QUALIFY`: a filter over window functions.
    Qualify {
        /// Where rows come from.
        input: Relation,
        /// The condition.
        condition: Expr,
    },
    /// `WINDOW` and the query under it.
    NamedWindows {
        /// The query that refers to them.
        input: Relation,
        /// Names and windows.
        windows: Vec<NamedWindow>,
    },
    /// A step of `|>` that has no other form.
    Pipe {
        /// Where rows come from.
        input: Relation,
        /// The step.
        op: PipeOp,
    },
    /// Rows sent through a program.
    ScriptTransform(ScriptTransform),
    /// Rows from JSON text.
    JsonTable(JsonTable),
    /// Rows divided over bins of time.
    BinBy(BinBy),
    /// Rows that code of this process makes of others.
    NativeMap(NativeMap),
    /// Rows of a value of this process.
    NativeSource(NativeSource),
    /// Columns as the fields of a type.
    Decode(Decode),
}
