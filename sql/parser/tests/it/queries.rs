//! The queries of the TPC-H and TPC-DS benchmarks parse.

use std::path::Path;

use flint_sql_parser::parse_query;

fn parse_all(folder: &str) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tpc/queries")
        .join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder of queries is there");
    let mut count = 0;
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        let text = std::fs::read_to_string(&path).expect("queries are text");
        if let Err(error) = parse_query(&text) {
            panic!("{}: {error}", path.display());
        }
        count += 1;
    }
    count
}

#[test]
fn tpc_h_parses() {
    assert_eq!(parse_all("tpch"), 22);
}

#[test]
fn tpc_ds_parses() {
    // 99 queries, of which four (14, 23, 24, 39) are two statements.
    assert_eq!(parse_all("tpcds"), 103);
}
