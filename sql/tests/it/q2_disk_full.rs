//! Q2: no room on the disk for what must be spilled: Spark's error for it, and no file left. A child
//! process that may not write files of more than some blocks stands for the full disk.

use std::process::Command;

use flint_sql::SparkSession;

#[test]
fn q2_spill_disk_full() {
    let program = std::env::current_exe().expect("this program");
    // Writes beyond the limit then fail instead of ending the process.
    let script = "trap '' XFSZ; ulimit -f 512; exec \"$0\" --ignored --exact q2_disk_full::child";
    let child = Command::new("bash")
        .arg("-c")
        .arg(script)
        .arg(program)
        .output();
    let output = child.expect("a shell");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("1 passed"), "{told}");
}

#[test]
#[ignore = "it runs in a process with a limit on files"]
fn child() {
    let spark = SparkSession::builder()
        .master("local[2]")
        .config("flint.memory.size", "8m")
        .create()
        .expect("a session");
    let sql = "SELECT id, concat('text of some length for row ', (id * 31) % 300000) AS s \
               FROM range(300000) ORDER BY s";
    let error = spark.sql(sql).collect().expect_err("the disk is full");
    assert_eq!(error.condition().name, "SPILL_OUT_OF_MEMORY", "{error}");
    let folders = spark.context().local_dirs();
    let inside = folders
        .iter()
        .flat_map(|dir| std::fs::read_dir(dir).expect("a folder"));
    for entry in inside.flatten().filter(|entry| entry.path().is_dir()) {
        let left = std::fs::read_dir(entry.path()).expect("a folder").count();
        assert_eq!(left, 0, "{}", entry.path().display());
    }
    let small = spark.sql("SELECT count(*) FROM range(10)").collect();
    assert_eq!(small.expect("rows")[0].get::<i64>(0), Ok(10));
}
