//! Q3: one query that takes all memory it can get, and three small ones beside it. Each has its part
//! of the pool, so all of them give their rows.

use flint_sql::SparkSession;

#[test]
fn q3_small_queries_finish_beside_a_hog() {
    let spark = SparkSession::builder()
        .master("local[4]")
        .config("flint.memory.size", "16m")
        .create()
        .expect("a session");
    spark
        .conf()
        .set("spark.sql.shuffle.partitions", 2)
        .expect("a key");
    let hog = "SELECT count(DISTINCT s) FROM (SELECT concat('some text about the row ', id) AS s \
               FROM range(300000) ORDER BY s DESC)";
    let small = "SELECT sum(n) FROM (SELECT id % 100 AS k, count(*) AS n FROM range(5000) GROUP BY 1 \
                 ORDER BY k)";
    std::thread::scope(|scope| {
        let number = |sql: &'static str| {
            let spark = spark.new_session();
            move || spark.sql(sql).collect().map(|rows| rows[0].get::<i64>(0))
        };
        let hog = scope.spawn(number(hog));
        let small = [(); 3].map(|()| {
            let one = number(small);
            scope.spawn(move || (0..10).map(|_| one()).collect::<Vec<_>>())
        });
        for runs in small {
            for found in runs.join().expect("no panic") {
                assert_eq!(found, Ok(Ok(5000)));
            }
        }
        assert_eq!(hog.join().expect("no panic"), Ok(Ok(300_000)));
    });
    assert_eq!(spark.context().memory_used().0, 0);
}
