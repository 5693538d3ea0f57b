//! Relations of resolved plans.

use std::fmt;

use flint_sql_spec::{Ident, NativeCode, Node, Options};

use super::{Attribute, ColumnId, Expr, Named, SortKey};

/// A resolved relation, cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Plan(Node<PlanNode>);

#[derive(Clone, PartialEq, Eq, Hash)]
struct PlanNode {
    kind: PlanKind,
    output: Vec<Attribute>,
}

/// What a resolved relation is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PlanKind {
    /// One row without columns.
    OneRow,
    /// A table of the catalog.
    Table(Table),
    /// Rows of constants.
    Values(Vec<Vec<Expr>>),
    /// Whole numbers in steps.
    Range {
        /// The first.
        start: i64,
        /// Where they end; not among them.
        end: i64,
        /// From one to the next; not 0.
        step: i64,
        /// In how many partitions, if it was said.
        num_partitions: Option<i32>,
    },
    /// Columns.
    Project {
        /// Where rows come from.
        input: Plan,
        /// The columns.
        exprs: Vec<Named>,
    },
    /// Rows for which a condition is true.
    Filter {
        /// Where rows come from.
        input: Plan,
        /// The condition.
        condition: Expr,
    },
    /// Two relations side by side.
    Join(Join),
    /// One row for each group.
    Aggregate {
        /// Where rows come from.
        input: Plan,
        /// Rows that are equal in these are one group; none: all rows are.
        grouping: Vec<Named>,
        /// For `CUBE` and the like: the groupings to make, as positions in `grouping`. The column
        /// `grouping_id` tells them apart.
        sets: Option<(Vec<Vec<usize>>, Attribute)>,
        /// What is computed for each group: [`ExprKind::Aggregate`](super::ExprKind)s.
        aggregates: Vec<Named>,
    },
    /// The input's columns and functions over windows.
    Window {
        /// Where rows come from.
        input: Plan,
        /// [`ExprKind::Window`](super::ExprKind)s.
        functions: Vec<Named>,
    },
    /// Rows in order.
    Sort {
        /// Where rows come from.
        input: Plan,
        /// By what.
        keys: Vec<SortKey>,
        /// Over all partitions, or inside each.
        global: bool,
    },
    /// Some of the rows.
    Limit {
        /// Where rows come from.
        input: Plan,
        /// How many are skipped.
        skip: u64,
        /// How many are taken; all without it.
        fetch: Option<u64>,
    },
    /// The last rows.
    Tail {
        /// Where rows come from.
        input: Plan,
        /// How many.
        count: u64,
    },
    /// Rows without duplicates in the given columns, all of them when empty.
    Deduplicate {
        /// Where rows come from.
        input: Plan,
        /// The columns.
        columns: Vec<Attribute>,
    },
    /// Rows of several relations of the same types; columns fit by position.
    Set {
        /// How.
        kind: SetKind,
        /// Whether duplicates stay.
        all: bool,
        /// Two, or more for a union.
        inputs: Vec<Plan>,
    },
    /// Each row of the input as several: one for each list of expressions.
    Expand {
        /// Where rows come from.
        input: Plan,
        /// As many lists as rows are made, each as long as the output.
        projections: Vec<Vec<Expr>>,
    },
    /// Rows of `anchor`, and those that `step` makes of the rows of the round before, until a round
    /// makes none.
    Recursive {
        /// What [`PlanKind::RecursionRef`]s below refer to.
        id: ColumnId,
        /// The first round.
        anchor: Plan,
        /// Every other round.
        step: Plan,
        /// Whether rows that were there before stay.
        all: bool,
        /// Most rounds; the session's limit without it.
        max_recursion: Option<i32>,
    },
    /// The rows of the round before, of the recursion around with this id.
    RecursionRef(ColumnId),
    /// Advice for the planner about the relation.
    Hint {
        /// The relation.
        input: Plan,
        /// What is advised, such as `broadcast`, in lower case.
        name: Ident,
    },
    /// The input's rows with those that a generator makes of each.
    Generate {
        /// Where rows come from.
        input: Plan,
        /// An [`ExprKind::Call`](super::ExprKind) of a generator.
        generator: Expr,
        /// Whether rows without any generated one stay, with nulls.
        outer: bool,
        /// The generator's columns.
        columns: Vec<Attribute>,
    },
    /// Some of the rows, by chance.
    Sample {
        /// Where rows come from.
        input: Plan,
        /// Lower bound of the interval that a row's random number must be in.
        lower: flint_sql_spec::Float<f64>,
        /// Its upper bound.
        upper: flint_sql_spec::Float<f64>,
        /// Whether a row can come more than once.
        with_replacement: bool,
        /// The seed, if it was said.
        seed: Option<i64>,
    },
    /// The input, and values computed over its rows on the side.
    CollectMetrics {
        /// Where rows come from.
        input: Plan,
        /// The observation's name.
        name: Ident,
        /// [`ExprKind::Aggregate`](super::ExprKind)s over the input.
        aggregates: Vec<Named>,
        /// What observers get: expressions over the columns of `aggregates`.
        metrics: Vec<Named>,
    },
    /// Rows that code of the program makes of the input's, partition by partition.
    Native {
        /// Where rows come from. The code gets its columns in their order.
        input: Plan,
        /// What is done, for plans and messages.
        name: Ident,
        /// What the engine calls.
        code: NativeCode,
    },
    /// Rows in another number of partitions.
    Repartition {
        /// Where rows come from.
        input: Plan,
        /// How many partitions; the session's default without it.
        num_partitions: Option<i32>,
        /// Rows that are equal in these come together; without any they are dealt out.
        by: Vec<Expr>,
        /// Ranges of these, instead of a hash.
        ranges: Vec<SortKey>,
        /// Whether rows may move; without it partitions are only merged.
        shuffle: bool,
    },
}

/// A table of the catalog, or files that were named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Table {
    /// Its full name; empty for files.
    pub name: Vec<Ident>,
    /// What the catalog needs to find it again.
    pub handle: Ident,
    /// Options of the mention in the query.
    pub options: Options,
}

/// Two relations side by side.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Join {
    /// One side.
    pub left: Plan,
    /// The other.
    pub right: Plan,
    /// Which rows without a partner stay.
    pub kind: JoinKind,
    /// Which rows are partners; all without it.
    pub condition: Option<Expr>,
    /// Whether the right side refers to columns of the left, as [`super::ExprKind::Outer`].
    pub lateral: bool,
}

/// Which rows of a join stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// Pairs.
    Inner,
    /// And rows of the left without a partner.
    Left,
    /// And rows of the right without a partner.
    Right,
    /// And rows of both without a partner.
    Full,
    /// Rows of the left that have a partner; its columns alone.
    LeftSemi,
    /// Rows of the left that have none; its columns alone.
    LeftAnti,
}

/// How rows of relations are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetKind {
    /// Rows of all.
    Union,
    /// Rows that are in both.
    Intersect,
    /// Rows of the first that are not in the second.
    Except,
}

impl Plan {
    /// A relation that gives these columns.
    pub fn new(kind: PlanKind, output: Vec<Attribute>) -> Plan {
        Plan(Node::new(PlanNode { kind, output }))
    }

    /// A relation that gives the columns of `input`.
    pub fn like(input: &Plan, kind: PlanKind) -> Plan {
        Plan::new(kind, input.output().to_vec())
    }

    /// Columns of `input`.
    pub fn project(input: Plan, exprs: Vec<Named>) -> Plan {
        let output = exprs.iter().map(|named| named.column.clone()).collect();
        Plan::new(PlanKind::Project { input, exprs }, output)
    }

    /// The columns of `input`, and functions over windows beside them.
    pub fn windowed(input: Plan, functions: Vec<Named>) -> Plan {
        let columns = functions.iter().map(|named| named.column.clone());
        let output = input.output().iter().cloned().chain(columns).collect();
        Plan::new(PlanKind::Window { input, functions }, output)
    }

    /// What it is.
    pub fn kind(&self) -> &PlanKind {
        &self.0.kind
    }

    /// The relations right below, those inside of expressions not among them.
    pub fn inputs(&self) -> Vec<&Plan> {
        match self.kind() {
            PlanKind::OneRow
            | PlanKind::Table(_)
            | PlanKind::Values(_)
            | PlanKind::Range { .. }
            | PlanKind::RecursionRef(_) => Vec::new(),
            PlanKind::Join(join) => vec![&join.left, &join.right],
            PlanKind::Set { inputs, .. } => inputs.iter().collect(),
            PlanKind::Recursive { anchor, step, .. } => vec![anchor, step],
            PlanKind::Project { input, .. }
            | PlanKind::Filter { input, .. }
            | PlanKind::Aggregate { input, .. }
            | PlanKind::Window { input, .. }
            | PlanKind::Sort { input, .. }
            | PlanKind::Limit { input, .. }
            | PlanKind::Tail { input, .. }
            | PlanKind::Deduplicate { input, .. }
            | PlanKind::Expand { input, .. }
            | PlanKind::Hint { input, .. }
            | PlanKind::Generate { input, .. }
            | PlanKind::CollectMetrics { input, .. }
            | PlanKind::Sample { input, .. }
            | PlanKind::Native { input, .. }
            | PlanKind::Repartition { input, .. } => vec![input],
        }
    }

    /// Its own expressions, those of the relations below not among them.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self.kind() {
            PlanKind::OneRow
            | PlanKind::Table(_)
            | PlanKind::Range { .. }
            | PlanKind::Limit { .. }
            | PlanKind::Tail { .. }
            | PlanKind::Deduplicate { .. }
            | PlanKind::Set { .. }
            | PlanKind::Recursive { .. }
            | PlanKind::RecursionRef(_)
            | PlanKind::Hint { .. }
            | PlanKind::Native { .. }
            | PlanKind::Sample { .. } => Vec::new(),
            PlanKind::Values(rows) => rows.iter().flatten().collect(),
            PlanKind::Project { exprs: list, .. }
            | PlanKind::Window {
                functions: list, ..
            } => list.iter().map(|named| &named.expr).collect(),
            PlanKind::Filter { condition, .. } => vec![condition],
            PlanKind::Join(join) => join.condition.iter().collect(),
            PlanKind::Aggregate {
                grouping,
                aggregates,
                ..
            } => grouping
                .iter()
                .chain(aggregates)
                .map(|named| &named.expr)
                .collect(),
            PlanKind::Sort { keys, .. } => keys.iter().map(|key| &key.expr).collect(),
            PlanKind::Expand { projections, .. } => projections.iter().flatten().collect(),
            PlanKind::Generate { generator, .. } => vec![generator],
            PlanKind::CollectMetrics {
                aggregates,
                metrics,
                ..
            } => aggregates
                .iter()
                .chain(metrics)
                .map(|named| &named.expr)
                .collect(),
            PlanKind::Repartition { by, ranges, .. } => by
                .iter()
                .chain(ranges.iter().map(|key| &key.expr))
                .collect(),
        }
    }

    /// The same over other inputs, as many as [`Plan::inputs`] gives and of the same columns.
    #[must_use]
    pub fn with_inputs(&self, inputs: Vec<Plan>) -> Plan {
        let mut kind = self.kind().clone();
        let mut inputs = inputs.into_iter();
        for slot in kind.inputs_mut() {
            if let Some(input) = inputs.next() {
                *slot = input;
            }
        }
        Plan::new(kind, self.output().to_vec())
    }

    /// The same with other expressions in the place of its own, those below its inputs not among
    /// them.
    #[must_use]
    pub fn map_exprs(&self, map: &mut dyn FnMut(&Expr) -> Expr) -> Plan {
        let mut kind = self.kind().clone();
        kind.each_expr_mut(&mut |expr| *expr = map(expr));
        Plan::new(kind, self.output().to_vec())
    }

    /// Its columns.
    pub fn output(&self) -> &[Attribute] {
        &self.0.output
    }
}

impl PlanKind {
    /// The places of the relations right below, in the order of [`Plan::inputs`].
    fn inputs_mut(&mut self) -> Vec<&mut Plan> {
        match self {
            PlanKind::OneRow
            | PlanKind::Table(_)
            | PlanKind::Values(_)
            | PlanKind::Range { .. }
            | PlanKind::RecursionRef(_) => Vec::new(),
            PlanKind::Join(join) => vec![&mut join.left, &mut join.right],
            PlanKind::Set { inputs, .. } => inputs.iter_mut().collect(),
            PlanKind::Recursive { anchor, step, .. } => vec![anchor, step],
            PlanKind::Project { input, .. }
            | PlanKind::Filter { input, .. }
            | PlanKind::Aggregate { input, .. }
            | PlanKind::Window { input, .. }
            | PlanKind::Sort { input, .. }
            | PlanKind::Limit { input, .. }
            | PlanKind::Tail { input, .. }
            | PlanKind::Deduplicate { input, .. }
            | PlanKind::Expand { input, .. }
            | PlanKind::Hint { input, .. }
            | PlanKind::Generate { input, .. }
            | PlanKind::CollectMetrics { input, .. }
            | PlanKind::Sample { input, .. }
            | PlanKind::Native { input, .. }
            | PlanKind::Repartition { input, .. } => vec![input],
        }
    }
}

impl fmt::Debug for PlanNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
