//! Plans of PySpark's client say the same as SQL text, but for plan ids and places.

use flint_sql_spec::Plan;
use serde_json::Value;

use crate::recorded::translated;

/// Recorded plans and SQL that means the same.
const ALIKE: &[(&str, &str)] = &[
    ("select", "SELECT a, b AS c FROM db.t"),
    ("filter", "TABLE db.t |> WHERE a > 1"),
    (
        "sort",
        "TABLE db.t ORDER BY a ASC NULLS FIRST, b DESC NULLS LAST",
    ),
    ("limit_offset", "TABLE db.t |> LIMIT 5 OFFSET 2"),
    ("alias", "TABLE db.t |> AS x"),
    ("join_using", "TABLE db.t |> LEFT JOIN u USING (a, b)"),
    ("cross_join", "TABLE db.t |> CROSS JOIN u"),
    ("union", "TABLE db.t UNION ALL TABLE u"),
    ("intersect_all", "TABLE db.t INTERSECT ALL TABLE u"),
    ("subtract", "TABLE db.t EXCEPT TABLE u"),
];

/// A plan without plan ids and origins.
fn bare(plan: &Plan) -> Value {
    let mut value = serde_json::to_value(plan).expect("plans are data");
    strip(&mut value);
    value
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "plan_id" && name != "origin");
            fields.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

#[test]
fn the_api_says_what_sql_says() {
    for (name, sql) in ALIKE {
        let parsed = flint_sql_parser::parse_plan(sql).expect("it is SQL");
        assert_eq!(bare(&translated(name)), bare(&parsed), "{name}: {sql}");
    }
}
