//! Q8: text that is no SQL, almost SQL, or very deep: an error with a place or a plan, never a panic,
//! an overflow or a long wait.

use std::time::{Duration, Instant};

/// Statements that mutations begin with.
const CORPUS: &[&str] = &[
    "SELECT a, b AS `x y`, 'it''s' FROM t AS u JOIN v USING (k) WHERE a > 1.5e3 ORDER BY 1 LIMIT 10",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT /*+ BROADCAST(t) */ * FROM t",
    "SELECT sum(x) FILTER (WHERE y) OVER (PARTITION BY z ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
    "INSERT OVERWRITE TABLE t PARTITION (p = 1) VALUES (1, DATE '2020-01-01', INTERVAL '1' DAY)",
    "CREATE TABLE IF NOT EXISTS a.b (x INT NOT NULL COMMENT 'c', y ARRAY<STRUCT<z: MAP<STRING, INT>>>) USING parquet",
    "SELECT CASE WHEN a THEN b ELSE c END, x -> x + 1, :p, ? FROM t LATERAL VIEW explode(a) e AS f",
    "MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
    "FROM t |> WHERE a |> AGGREGATE count(*) GROUP BY b |> ORDER BY c",
    "SELECT * FROM t PIVOT (sum(a) FOR b IN ('x', 'y')) TABLESAMPLE (5 PERCENT) -- end",
    "BEGIN DECLARE x INT DEFAULT 1; WHILE x < 3 DO SET x = x + 1; END WHILE; END",
];

const PIECES: &[&str] = &[
    "(",
    ")",
    "'",
    "\"",
    "`",
    "/*",
    "*/",
    "--",
    ",",
    ";",
    "SELECT",
    "FROM",
    "\u{0}",
    "\u{feff}",
    "é",
    "🦀",
    "1e999",
    "9999999999999999999999",
    "0x",
    "X'1",
    "\\",
    "::",
    "->",
    "|>",
    "NOT",
    "INTERVAL",
    "CASE",
    "\n",
    "{",
    "}",
    "$$",
    "@",
    ".",
    "..",
    "1.",
    "+-+-",
];

/// Parses, and says for how long at most.
fn parse(text: &str) {
    let begin = Instant::now();
    let parsed = flint_sql_parser::parse_plan(text);
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}: {:.200}", text);
    drop(parsed);
}

#[test]
fn q8_mutated_statements_are_parsed_or_refused() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut chance = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound.max(1) as u64) as usize
    };
    let told = std::env::var("FLINT_Q8_ROUNDS").ok();
    let rounds = told.and_then(|text| text.parse().ok()).unwrap_or(300);
    for _ in 0..rounds {
        for statement in CORPUS {
            let mut text: Vec<char> = statement.chars().collect();
            for _ in 0..=chance(3) {
                let at = chance(text.len());
                match chance(5) {
                    0 => text.truncate(at),
                    1 => {
                        text.drain(at..(at + chance(8)).min(text.len()));
                    }
                    2 => {
                        let piece = PIECES[chance(PIECES.len())];
                        text.splice(at..at, piece.chars());
                    }
                    3 => {
                        let end = (at + chance(20)).min(text.len());
                        let copy = text[at..end].to_vec();
                        text.splice(at..at, copy);
                    }
                    _ => {
                        let other = chance(text.len());
                        if !text.is_empty() {
                            text.swap(at, other);
                        }
                    }
                }
            }
            parse(&text.into_iter().collect::<String>());
        }
    }
}

#[test]
fn q8_deep_text_does_not_overflow() {
    const DEEP: usize = 100_000;
    let nested = |open: &str, inner: &str, close: &str| {
        format!("SELECT {}{inner}{}", open.repeat(DEEP), close.repeat(DEEP))
    };
    parse(&nested("(", "1", ")"));
    parse(&nested("(", "", ""));
    parse(&nested("CASE WHEN true THEN ", "1", " END"));
    parse(&nested("- ", "1", ""));
    parse(&nested("NOT ", "true", ""));
    parse(&nested("array(", "1", ")"));
    parse(&nested("(SELECT ", "1", ")"));
    parse(&nested("x -> ", "1", ""));
    parse(&format!("SELECT 1{}", " + 1".repeat(DEEP)));
    parse(&format!("SELECT a{}", ".b".repeat(DEEP)));
    parse(&format!("SELECT 1{}", " UNION SELECT 1".repeat(DEEP / 10)));
    parse(&format!("{}SELECT 1", "/* ".repeat(DEEP)));
    parse(&format!(
        "CREATE TABLE t (c {}INT{})",
        "ARRAY<".repeat(DEEP),
        ">".repeat(DEEP)
    ));
}
