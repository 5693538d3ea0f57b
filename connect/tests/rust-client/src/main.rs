//! What a user of Spark's own Rust client does in the first hour, against a Connect server.
//!
//! ```sh
//! flint-connect-rust-client sc://127.0.0.1:15002
//! ```
//!
//! The steps are those of `../pyspark/smoke.py`, under the same names and with the same answers; what
//! the client has no call for is left out, and why is said. Prints a line for each step, and exits 0
//! only if every step went as against Spark. The server must see the same files as this program.

mod errors;
mod frames;
mod queries;
mod sessions;
mod values;

use std::any::Any;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use spark_connect::{Column, DataFrame, Expression, SparkSession};

type Outcome = Result<(), Box<dyn Error>>;

/// What a step does, or why there is none of the name.
enum Step {
    Run(fn(&SparkSession) -> Outcome),
    LeftOut(&'static str),
}

const STEPS: &[(&str, Step)] = &[
    (
        "range_group_count_collect",
        Step::Run(queries::range_group_count_collect),
    ),
    (
        "version_of_the_server",
        Step::Run(sessions::version_of_the_server),
    ),
    (
        "analysis_exceptions_by_class",
        Step::Run(errors::analysis_exceptions_by_class),
    ),
    (
        "parse_exceptions_by_class",
        Step::Run(errors::parse_exceptions),
    ),
    (
        "arithmetic_exceptions_by_class",
        Step::Run(errors::arithmetic_exceptions_by_class),
    ),
    ("error_details", Step::Run(errors::error_details)),
    (
        "sql_with_parameters",
        Step::Run(queries::sql_with_parameters),
    ),
    ("sql_over_frames", Step::LeftOut("`sql` takes no frames")),
    ("frames_from_rows", Step::Run(values::frames_from_rows)),
    (
        "values_come_back_as_they_went",
        Step::Run(values::values_come_back_as_they_went),
    ),
    ("frames_from_pandas", Step::LeftOut("pandas is Python's")),
    ("frames_to_arrow", Step::Run(values::frames_to_arrow)),
    (
        "a_frame_larger_than_a_message",
        Step::Run(values::a_frame_larger_than_a_message),
    ),
    ("rows_one_by_one", Step::Run(values::rows_one_by_one)),
    (
        "head_take_tail_first",
        Step::Run(frames::head_take_tail_first),
    ),
    (
        "select_filter_with_column",
        Step::Run(frames::select_filter_with_column),
    ),
    ("aggregates", Step::Run(frames::aggregates)),
    ("joins", Step::Run(frames::joins)),
    ("windows", Step::Run(frames::windows)),
    (
        "higher_order_functions",
        Step::Run(queries::higher_order_functions),
    ),
    ("show", Step::LeftOut("the client lays rows out by itself")),
    ("schemas", Step::Run(frames::schemas)),
    ("explain", Step::Run(frames::explain)),
    ("temporary_views", Step::Run(sessions::temporary_views)),
    ("configuration", Step::Run(sessions::configuration)),
    ("catalog", Step::Run(sessions::catalog)),
    ("files", Step::Run(queries::files)),
    ("tables", Step::Run(queries::tables)),
    ("caching", Step::Run(queries::caching)),
    ("observed_metrics", Step::Run(queries::observed_metrics)),
    ("observed_by_name", Step::Run(queries::observed_by_name)),
    ("interrupt_by_tag", Step::Run(sessions::interrupt_by_tag)),
    (
        "interrupt_everything",
        Step::Run(sessions::interrupt_everything),
    ),
    (
        "sessions_are_apart",
        Step::Run(sessions::sessions_are_apart),
    ),
    ("new_session", Step::Run(sessions::new_session)),
    (
        "hundreds_of_columns_and_steps",
        Step::Run(frames::hundreds_of_columns_and_steps),
    ),
    ("sessions_end", Step::Run(sessions::sessions_end)),
];

/// A frame's rows as text, `[1, x]`.
fn rows(frame: &DataFrame) -> Result<Vec<String>, Box<dyn Error>> {
    let rows = frame.collect()?;
    Ok(rows.iter().map(ToString::to_string).collect())
}

/// The same in order, where a frame has none.
fn sorted(frame: &DataFrame) -> Result<Vec<String>, Box<dyn Error>> {
    let mut rows = rows(frame)?;
    rows.sort_unstable();
    Ok(rows)
}

/// Columns as those calls take them that do not take columns.
fn expressions(columns: impl IntoIterator<Item = Column>) -> Vec<Expression> {
    let columns = columns.into_iter();
    columns.map(|column| column.expression().clone()).collect()
}

fn people(spark: &SparkSession) -> Result<DataFrame, Box<dyn Error>> {
    use spark_connect::row::Value;
    let people = [
        ("Ann", Some(31), "a"),
        ("Bob", Some(25), "b"),
        ("Cyd", Some(31), "a"),
        ("Dee", None, "b"),
    ];
    let text = |text: &str| Value::String(text.to_owned());
    let rows = people.map(|(name, age, team)| {
        vec![
            text(name),
            age.map_or(Value::Null, Value::Integer),
            text(team),
        ]
    });
    values::frame(spark, "name string, age int, team string", rows)
}

/// A session of its own.
fn connect() -> Result<SparkSession, Box<dyn Error>> {
    let remote = std::env::args()
        .nth(1)
        .ok_or("the server's address is missing: sc://HOST:PORT")?;
    Ok(SparkSession::builder().remote(&remote).get_or_create()?)
}

fn told(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").to_owned()
}

/// Whether a step went as it should.
fn is_right(name: &str, step: &Step, spark: &SparkSession) -> bool {
    let run = match step {
        Step::Run(run) => run,
        Step::LeftOut(why) => {
            println!("left out  {name}: {why}");
            return true;
        }
    };
    let start = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| run(spark)));
    let wrong = match outcome {
        Ok(Ok(())) => {
            println!("ok        {name} ({:.1} s)", start.elapsed().as_secs_f64());
            return true;
        }
        Ok(Err(error)) => error.to_string(),
        Err(panic) => told(&*panic),
    };
    println!("WRONG     {name}: {wrong}");
    false
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let spark = connect()?;
    let wrong = STEPS
        .iter()
        .filter(|(name, step)| !is_right(name, step, &spark))
        .count();
    println!("client 4.2.0: {wrong} wrong");
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
