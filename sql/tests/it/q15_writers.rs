//! Q15: two applications that write one table at once: what they append is all there.

use std::sync::Barrier;

use flint_sql::{Result, SaveMode, SparkSession};

fn spark() -> SparkSession {
    let session = SparkSession::builder().master("local[2]").create();
    session.expect("a session")
}

/// Lets both applications write at once, and gives what each said.
fn at_once(
    writers: [&SparkSession; 2],
    write: impl Fn(&SparkSession, i64) -> Result<()> + Sync,
) -> Vec<Result<()>> {
    let begin = Barrier::new(2);
    std::thread::scope(|scope| {
        let (begin, write) = (&begin, &write);
        let runs = [0_i64, 1].map(|i| {
            let spark = writers[i as usize];
            scope.spawn(move || {
                begin.wait();
                write(spark, i)
            })
        });
        runs.map(|run| run.join().expect("no panic")).into()
    })
}

#[test]
fn q15_appends_of_two_writers_are_all_there() {
    let (one, two) = (spark(), spark());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("t").display().to_string();
    let mut written = 0;
    for round in 0..10_i64 {
        let told = at_once([&one, &two], |spark, i| {
            let first = round * 2000 + i * 1000;
            let rows = spark.range(first, first + 1000);
            rows.write().mode(SaveMode::Append).parquet(&path)
        });
        for told in told {
            match told {
                Ok(()) => written += 1000,
                Err(error) => assert!(!error.condition().name.starts_with("INTERNAL"), "{error}"),
            }
        }
        let rows = one.read().parquet([&*path]);
        assert_eq!(rows.count(), Ok(written), "round {round}");
        assert_eq!(rows.distinct().count(), Ok(written), "round {round}");
    }
    assert_eq!(written, 20_000);
}
