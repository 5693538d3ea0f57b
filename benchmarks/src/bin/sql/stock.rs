//! DataFusion as it comes: its own SQL front end, analyzer and functions, its default settings but
//! for the number of threads.

use std::num::NonZero;
use std::path::Path;
use std::time::Instant;

use datafusion::DATAFUSION_VERSION;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use tokio::runtime::{Builder, Runtime};

use crate::engine::{Answer, Engine, Outcome};

pub(crate) struct Stock {
    name: String,
    runtime: Runtime,
    context: SessionContext,
}

impl Stock {
    pub(crate) fn open(data: &Path, tables: &[&str], threads: NonZero<usize>) -> Outcome<Stock> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.get())
            .enable_all()
            .build()?;
        let config = SessionConfig::new().with_target_partitions(threads.get());
        let context = SessionContext::new_with_config(config);
        for table in tables {
            let directory = data.join(table).display().to_string();
            let options = ParquetReadOptions::default();
            runtime.block_on(context.register_parquet(*table, directory, options))?;
        }
        Ok(Stock {
            name: format!("DataFusion {DATAFUSION_VERSION}"),
            runtime,
            context,
        })
    }
}

impl Engine for Stock {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&mut self, text: &str) -> Outcome<Answer> {
        let start = Instant::now();
        let batches = self.runtime.block_on(async {
            let frame = self.context.sql(text).await?;
            frame.collect().await
        })?;
        let elapsed = start.elapsed();
        let rows = batches.iter().map(|batch| batch.num_rows()).sum();
        Ok(Answer { elapsed, rows })
    }
}
