//! `flint sql` without a terminal: texts, files, standard input, forms of results, errors.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::{Ended, flint, out_of, run, run_over, send};

#[test]
fn tables_are_those_of_show() {
    let found = out_of(&[
        "sql",
        "-e",
        "SELECT 1 AS one, 'a' AS letter, NULL AS nothing",
    ]);
    let expected = "\
+---+------+-------+
|one|letter|nothing|
+---+------+-------+
|1  |a     |NULL   |
+---+------+-------+

";
    assert_eq!(found.trim_end(), expected.trim_end());
    let rows = "SELECT id FROM range(30) ORDER BY id";
    let found = out_of(&["sql", "--rows", "2", "-e", rows]);
    assert!(
        found.ends_with("|1  |\n+---+\nonly showing top 2 rows\n"),
        "{found}"
    );
    let found = out_of(&["sql", "--rows", "0", "-e", rows]);
    assert_eq!(found.trim_end().lines().count(), 34);
    let found = out_of(&["sql", "--truncate", "5", "-e", "SELECT 'abcdefghi' AS a"]);
    assert!(found.contains("|ab...|"), "{found}");
}

/// A statement with a value of every awkward kind.
const AWKWARD: &str = "SELECT * FROM VALUES \
    (1, 'a,b', CAST(NULL AS STRING), array(1, NULL), X'4142', DATE'2020-01-02'), \
    (2, 'say \"x\"|', '', array(), X'', NULL) AS t(id, text, none, list, bytes, day)";

#[test]
fn csv_is_that_of_rfc_4180() {
    let found = out_of(&["sql", "-o", "csv", "-e", AWKWARD]);
    let expected = "\
id,text,none,list,bytes,day
1,\"a,b\",,\"[1, NULL]\",[41 42],2020-01-02
2,\"say \"\"x\"\"|\",\"\",[],[],
";
    assert_eq!(found, expected);
    let found = out_of(&["sql", "-o", "csv", "--no-header", "-e", "SELECT 1, 2"]);
    assert_eq!(found, "1,2\n");
}

#[test]
fn json_is_an_object_a_row() {
    let found = out_of(&["sql", "--output", "json", "-e", AWKWARD]);
    let rows: Vec<serde_json::Value> = found
        .lines()
        .map(|line| serde_json::from_str(line).expect("is JSON"))
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["text"], "a,b");
    assert_eq!(rows[0]["list"], serde_json::json!([1, null]));
    assert_eq!(rows[0]["none"], serde_json::Value::Null);
    assert!(rows[0].get("none").is_some(), "nulls are written");
    assert_eq!(rows[1]["day"], serde_json::Value::Null);
    let found = out_of(&["sql", "-o", "json", "-e", "SELECT 1 AS a, 2 AS a"]);
    assert_eq!(found, "{\"a\":1,\"a\":2}\n");
}

#[test]
fn markdown_is_a_table() {
    let found = out_of(&[
        "sql",
        "-o",
        "markdown",
        "-e",
        "SELECT 1 AS n, 'a|b' AS t, NULL AS x",
    ]);
    let expected = "| n | t | x |\n| ---: | --- | --- |\n| 1 | a\\|b | NULL |\n";
    assert_eq!(found, expected);
}

#[test]
fn statements_end_at_semicolons_outside_of_texts() {
    let text = "SELECT ';' AS a; -- not; here\n/* nor; here */ SELECT 2 AS b;;\n";
    let found = out_of(&["sql", "-o", "csv", "-e", text]);
    assert_eq!(found, "a\n;\nb\n2\n");
    let found = out_of(&[
        "sql",
        "-o",
        "csv",
        "-e",
        "SELECT 1 AS a",
        "-e",
        "SELECT 2 AS a",
    ]);
    assert_eq!(found, "a\n1\na\n2\n");
}

#[test]
fn files_and_standard_input_are_scripts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(
        path("views.sql"),
        "CREATE TEMPORARY VIEW v AS SELECT 7 AS n;",
    )
    .expect("is written");
    fs::write(path("main.sql"), "SELECT n FROM v;\nquit;\nSELECT 8 AS n;").expect("is written");
    let (views, main) = (path("views.sql"), path("main.sql"));
    let found = out_of(&["sql", "-o", "csv", "-i", &views, "-f", &main]);
    assert_eq!(found, "n\n7\n");
    let script = format!("source {views};\n.mode csv\nSELECT n + 1 AS m FROM v;\n!quit\nSELECT 1;");
    let ended = run_over(&["sql"], &script);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (0, "m\n8\n"),
        "{}",
        ended.err
    );
    let ended = run_over(&["sql", "-o", "csv", "-f", "-"], "SELECT 1 AS a");
    assert_eq!(ended.out, "a\n1\n");
}

#[test]
fn the_first_error_ends_a_script() {
    let text = "SELECT 1 AS a;\n\nSELECT x\nFROM nowhere;\nSELECT 2 AS a;";
    let Ended { code, out, err } = run(&["sql", "-o", "csv", "-e", text]);
    assert_eq!((code, out.as_str()), (1, "a\n1\n"));
    assert!(
        err.starts_with("flint: -e, line 3: [TABLE_OR_VIEW_NOT_FOUND] "),
        "{err}"
    );
    assert!(err.contains("SQLSTATE: 42P01"), "{err}");
    assert!(
        err.contains("== SQL (line 2, position 6) ==\nFROM nowhere\n     ^^^^^^^"),
        "{err}"
    );

    let Ended { code, err, .. } = run(&["sql", "-e", "SELECT 1 +; SELECT 2"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("[PARSE_SYNTAX_ERROR]") && err.contains("SQLSTATE: 42601"),
        "{err}"
    );
    assert!(err.contains("(line 1, pos "), "{err}");

    let Ended { code, err, .. } = run(&["sql", "-e", "SELECT 1 / 0"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("[DIVIDE_BY_ZERO]") && err.contains("SQLSTATE: 22012"),
        "{err}"
    );
    assert!(!err.contains(".rs:"), "no place of ours is told: {err}");

    let Ended { code, err, .. } = run(&["sql", "-e", "SELECT 1; /* open"]);
    assert_eq!(code, 1);
    assert!(err.contains("[UNCLOSED_BRACKETED_COMMENT]"), "{err}");

    let Ended { code, err, .. } = run(&["sql", "-f", "/no/such/file.sql"]);
    assert_eq!(code, 1);
    assert!(err.contains("/no/such/file.sql"), "{err}");

    let Ended { code, err, .. } = run(&["sql", "-e", ".nothing"]);
    assert_eq!(code, 2);
    assert!(err.contains(".nothing"), "{err}");
}

#[test]
fn commands_print_what_they_say_and_nothing_else() {
    let text = "CREATE TEMPORARY VIEW v AS SELECT 1; SET spark.x.y = 1";
    let found = out_of(&["sql", "-o", "csv", "-e", text]);
    assert_eq!(found, "key,value\nspark.x.y,1\n");
    let plan = out_of(&["sql", "-e", "EXPLAIN SELECT 1"]);
    assert!(plan.starts_with("== Physical Plan ==\n"), "{plan}");
}

#[test]
fn configuration_comes_from_flags_variables_and_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("flint.conf");
    let text = "# ours\nspark.x.a of-file\nspark.x.b of-file\nspark.x.c of-file\n";
    fs::write(&file, text).expect("is written");
    let query = "SELECT '${spark.x.a} ${spark.x.b} ${spark.x.c}' AS v";
    let args = [
        "sql",
        "-o",
        "csv",
        "--conf",
        "spark.x.a=of-flag",
        "-e",
        query,
    ];
    let mut command = flint(&args);
    command
        .env("FLINT_PROPERTIES_FILE", &file)
        .env("FLINT_CONF", "spark.x.a=of-variable; spark.x.b=of-variable")
        .env("FLINT_LOG", "error");
    let output = command.output().expect("the program starts");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "v\nof-flag of-variable of-file\n"
    );

    let ended = run(&[
        "sql",
        "-c",
        "spark.sql.ansi.enabled=perhaps",
        "-e",
        "SELECT 1",
    ]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("[INVALID_CONF_VALUE"), "{}", ended.err);
    let ended = run(&["sql", "--master", "yarn", "-e", "SELECT 1"]);
    assert_ne!(ended.code, 0);
    assert!(ended.err.contains("yarn"), "{}", ended.err);
}

#[test]
fn variables_schemas_and_times() {
    let text = "SELECT '${who}' AS who, current_database() AS here";
    let args = [
        "sql",
        "-o",
        "csv",
        "-d",
        "who=Ann",
        "--hivevar",
        "x=1",
        "--timer",
        "-e",
        text,
    ];
    let ended = run(&args);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (0, "who,here\nAnn,default\n")
    );
    assert!(ended.err.starts_with("Time taken: "), "{}", ended.err);
    assert!(
        ended.err.ends_with(" seconds, Fetched 1 row(s)\n"),
        "{}",
        ended.err
    );
    let ended = run(&["sql", "--database", "nowhere", "-e", "SELECT 1"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("[SCHEMA_NOT_FOUND]"), "{}", ended.err);
}

/// More rows than would be sent at once, and a reader that goes away.
#[test]
fn rows_are_written_as_they_come() {
    let mut child = flint(&["sql", "-o", "csv", "-e", "SELECT id FROM range(3000000000)"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let mut next = || lines.next().expect("there are more").expect("is text");
    assert_eq!(
        (next(), next(), next()),
        ("id".into(), "0".into(), "1".into())
    );
    drop(lines);
    let status = child.wait().expect("it ends");
    let mut told = String::new();
    let mut err = child.stderr.take().expect("it is piped");
    err.read_to_string(&mut told).expect("is text");
    assert_eq!((status.code(), told.as_str()), (Some(0), ""));
}

/// Ctrl-C while a query runs that would not end by itself.
#[test]
fn ctrl_c_cancels_the_query() {
    let endless = "SELECT id FROM range(1000000000000)";
    let mut child = flint(&["sql", "-o", "csv", "-e", endless])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("is text");
    assert_eq!(line, "id\n");
    send("INT", &child);
    // The program writes until it is cancelled.
    std::io::copy(&mut out, &mut std::io::sink()).expect("is read");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}
