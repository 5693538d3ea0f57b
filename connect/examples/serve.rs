//! A server on a port: `cargo run -p flint-connect --example serve -- 15002`, then
//! `SparkSession.builder.remote("sc://localhost:15002")` in PySpark.

use std::error::Error;

use flint_connect::ConnectServer;
use flint_sql::SparkSession;

#[allow(clippy::print_stdout, reason = "that is what it is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "15002".to_owned());
    let spark = SparkSession::builder()
        .app_name("connect")
        .get_or_create()?;
    let server = ConnectServer::builder(spark).port(port.parse()?).start()?;
    println!("sc://{}", server.address());
    server.wait();
    Ok(())
}
