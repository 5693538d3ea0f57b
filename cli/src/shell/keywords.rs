//! Words with a meaning of their own in Spark SQL: those that Tab offers and that have a colour.
//!
//! Nearly all of them are allowed as names, too, so the parser keeps no such list.

/// The words, sorted.
#[rustfmt::skip]
pub(super) const KEYWORDS: [&str; 203] = [
    "ADD", "AFTER", "ALL", "ALTER", "ANALYZE", "AND", "ANTI", "ANY", "ARRAY", "AS", "ASC", "AT",
    "BETWEEN", "BIGINT", "BINARY", "BOOLEAN", "BOTH", "BUCKET", "BY", "CACHE", "CASCADE",
    "CASE", "CAST", "CATALOG", "CATALOGS", "CHANGE", "CHAR", "CHECK", "CLEAR", "CLUSTER",
    "CLUSTERED", "CODEGEN", "COLLATE", "COLUMN", "COLUMNS", "COMMENT", "COMMIT", "COMPUTE",
    "COST", "CREATE", "CROSS", "CUBE", "CURRENT", "DATABASE", "DATABASES", "DATE", "DECIMAL",
    "DECLARE", "DEFAULT", "DELETE", "DESC", "DESCRIBE", "DIRECTORY", "DISTINCT", "DISTRIBUTE",
    "DIV", "DOUBLE", "DROP", "ELSE", "END", "ESCAPE", "EXCEPT", "EXCLUDE", "EXECUTE", "EXISTS",
    "EXPLAIN", "EXTENDED", "EXTERNAL", "EXTRACT", "FALSE", "FETCH", "FILTER", "FIRST", "FLOAT",
    "FOLLOWING", "FOR", "FORMAT", "FORMATTED", "FROM", "FULL", "FUNCTION", "FUNCTIONS",
    "GENERATED", "GLOBAL", "GROUP", "GROUPING", "HAVING", "IDENTIFIER", "IF", "IGNORE", "ILIKE",
    "IMMEDIATE", "IN", "INNER", "INSERT", "INT", "INTERSECT", "INTERVAL", "INTO", "IS", "JOIN",
    "LAST", "LATERAL", "LAZY", "LEADING", "LEFT", "LIKE", "LIMIT", "LOAD", "LOCATION", "MAP",
    "MATCHED", "MERGE", "MINUS", "NAMESPACE", "NAMESPACES", "NATURAL", "NOT", "NULL", "NULLS",
    "OF", "OFFSET", "ON", "OPTIONS", "OR", "ORDER", "OUTER", "OVER", "OVERWRITE", "PARTITION",
    "PARTITIONED", "PARTITIONS", "PERCENT", "PIVOT", "PRECEDING", "PROPERTIES", "PURGE",
    "QUALIFY", "RANGE", "RECURSIVE", "REFRESH", "REGEXP", "RENAME", "REPAIR", "REPLACE",
    "RESET", "RESTRICT", "RIGHT", "RLIKE", "ROLLUP", "ROW", "ROWS", "SCHEMA", "SCHEMAS",
    "SELECT", "SEMI", "SERDE", "SET", "SETS", "SHOW", "SMALLINT", "SOME", "SORT", "STATISTICS",
    "STORED", "STRING", "STRUCT", "TABLE", "TABLES", "TABLESAMPLE", "TBLPROPERTIES",
    "TEMPORARY", "THEN", "TIES", "TIMESTAMP", "TIMESTAMP_LTZ", "TIMESTAMP_NTZ", "TINYINT", "TO",
    "TRAILING", "TRANSFORM", "TRUE", "TRUNCATE", "UNBOUNDED", "UNCACHE", "UNION", "UNIQUE",
    "UNKNOWN", "UNPIVOT", "UPDATE", "USE", "USING", "VALUES", "VARCHAR", "VARIABLE", "VARIANT",
    "VIEW", "VIEWS", "WHEN", "WHERE", "WINDOW", "WITH", "WITHIN",
];

/// Whether a word is a keyword, in whichever case.
pub(super) fn contains(word: &str) -> bool {
    KEYWORDS
        .binary_search(&word.to_uppercase().as_str())
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_found() {
        assert!(KEYWORDS.is_sorted());
        assert!(contains("select") && contains("Using") && !contains("sales"));
    }
}
