//! The session's settings that decide what a plan means.

use flint_sql_parser::Dialect;

use crate::types::Rules;

/// Settings of an analysis. The defaults are Spark 4.3's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `spark.sql.ansi.enabled` and the settings of decimals.
    pub rules: Rules,
    /// `spark.sql.caseSensitive`.
    pub case_sensitive: bool,
    /// `spark.sql.groupByOrdinal`.
    pub group_by_ordinal: bool,
    /// `spark.sql.orderByOrdinal`.
    pub order_by_ordinal: bool,
    /// `spark.sql.groupByAliases`.
    pub group_by_aliases: bool,
    /// `spark.sql.pivotMaxValues`: most values of a pivot that doesn't list them.
    pub pivot_max_values: usize,
    /// `spark.sql.transposeMaxValues`: most rows of a transposition.
    pub transpose_max_values: usize,
    /// `spark.sql.view.maxNestedViewDepth`: most views one over the other.
    pub max_view_depth: usize,
    /// How SQL text inside of plans is read.
    pub dialect: Dialect,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            rules: Rules::default(),
            case_sensitive: false,
            group_by_ordinal: true,
            order_by_ordinal: true,
            group_by_aliases: true,
            pivot_max_values: 10_000,
            transpose_max_values: 500,
            max_view_depth: 100,
            dialect: Dialect::default(),
        }
    }
}
