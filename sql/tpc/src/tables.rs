//! The tables of both benchmarks: how many rows a scale factor asks for, and a reader of some of
//! them.
//!
//! A table is cut into parts by ranges of the rows that its generator counts: orders rather than
//! lines of orders, sales rather than returns. All parts in a row are the whole table, whatever
//! their number. Tables of few rows are never cut.
//!
//! Types are the generators': keys `bigint` in TPC-H and `int` in TPC-DS (`bigint` for numbers of
//! tickets and orders), money `decimal(15,2)` and `decimal(7,2)`, days `date`; `char` and `varchar`
//! are strings without padding, as in the usual schemas for Spark.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow::datatypes::{FieldRef, Fields, Schema};
use tpcdsgen::config::{Session, SessionBuilder, Table as DsTable};
use tpchgen::generators::{
    CustomerGenerator, LineItemGenerator, NationGenerator, OrderGenerator, PartGenerator,
    PartSuppGenerator, RegionGenerator, SupplierGenerator,
};
use tpchgen_arrow as h;

use crate::{Benchmark, Error, Result};

/// Rows of a table on their way into a file.
pub(crate) type Rows = Box<dyn RecordBatchReader + Send>;

/// A part of a table: the `part`th, from 0, of `parts`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) scale: f64,
    pub(crate) part: usize,
    pub(crate) parts: usize,
}

/// A table of a benchmark.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// How many rows its generator counts at a scale factor.
    counted: fn(f64) -> Result<u64>,
    open: fn(Part) -> Result<Rows>,
}

/// Fewer rows than this, as the generator counts them, make no file of their own.
const ROWS_OF_A_FILE: u64 = 250;

impl Table {
    /// Into how many files this table is cut when `files` are wanted.
    pub(crate) fn parts(&self, scale: f64, files: usize) -> Result<usize> {
        let most = (self.counted)(scale)? / ROWS_OF_A_FILE;
        Ok(files
            .min(usize::try_from(most).unwrap_or(usize::MAX))
            .max(1))
    }

    /// The rows of a part.
    pub(crate) fn open(&self, part: Part) -> Result<Rows> {
        (self.open)(part).map(renamed)
    }
}

/// A column that the generator calls by its name of later revisions than the queries are of.
const LAST_REVIEW: [&str; 2] = ["c_last_review_date_sk", "c_last_review_date"];

/// The rows with [`LAST_REVIEW`] called as in the queries, and in the usual schemas for Spark.
fn renamed(rows: Rows) -> Rows {
    let schema = rows.schema();
    if schema.column_with_name(LAST_REVIEW[0]).is_none() {
        return rows;
    }
    let rename = |field: &FieldRef| match field.name() == LAST_REVIEW[0] {
        true => Arc::new(field.as_ref().clone().with_name(LAST_REVIEW[1])),
        false => Arc::clone(field),
    };
    let fields: Fields = schema.fields().iter().map(rename).collect();
    let schema = Arc::new(Schema::new(fields));
    let named = Arc::clone(&schema);
    let batches = rows.map(move |batch| {
        let columns = batch?.columns().to_vec();
        RecordBatch::try_new(Arc::clone(&named), columns)
    });
    Box::new(RecordBatchIterator::new(batches, schema))
}

/// The tables of a benchmark, in alphabetical order.
pub(crate) fn of(benchmark: Benchmark) -> &'static [Table] {
    match benchmark {
        Benchmark::TpcH => TPC_H,
        Benchmark::TpcDs => TPC_DS,
    }
}

/// A table of TPC-H by its generator, or one of a fixed number of rows.
macro_rules! of_h {
    ($name:literal, $reader:ident, $generator:ident) => {
        Table {
            name: $name,
            counted: |scale| Ok($generator::calculate_row_count(scale, 1, 1).unsigned_abs()),
            open: |part| Ok(of_h!(rows $reader, $generator, part)),
        }
    };
    ($name:literal, $reader:ident, $generator:ident, $count:literal) => {
        Table {
            name: $name,
            counted: |_| Ok($count),
            open: |part| Ok(of_h!(rows $reader, $generator, part)),
        }
    };
    (rows $reader:ident, $generator:ident, $part:ident) => {{
        let (number, count) = ($part.part as i32 + 1, $part.parts as i32);
        Box::new(h::$reader::new($generator::new($part.scale, number, count)))
    }};
}

/// A table of TPC-DS.
macro_rules! of_ds {
    ($name:literal, $table:ident, $reader:ident) => {
        Table {
            name: $name,
            counted: |scale| Ok(session(scale)?.get_scaling().get_row_count(DsTable::$table)),
            open: |part| {
                let session = session(part.scale)?;
                let count = session.get_scaling().get_row_count(DsTable::$table);
                let reader = tpcdsgen_arrow::$reader::new(session);
                if part.parts == 1 {
                    return Ok(Box::new(reader));
                }
                let cut = |part_before| count * part_before as u64 / part.parts as u64;
                let (first, last) = (cut(part.part) + 1, cut(part.part + 1));
                Ok(Box::new(reader.with_source_row_range(first, last)))
            },
        }
    };
}

static TPC_H: &[Table] = &[
    of_h!("customer", CustomerArrow, CustomerGenerator),
    // Lines of an order stand in the part of the order.
    Table {
        name: "lineitem",
        counted: |scale| Ok(OrderGenerator::calculate_row_count(scale, 1, 1).unsigned_abs()),
        open: |part| Ok(of_h!(rows LineItemArrow, LineItemGenerator, part)),
    },
    of_h!("nation", NationArrow, NationGenerator, 25),
    of_h!("orders", OrderArrow, OrderGenerator),
    of_h!("part", PartArrow, PartGenerator),
    of_h!("partsupp", PartSuppArrow, PartSuppGenerator),
    of_h!("region", RegionArrow, RegionGenerator, 5),
    of_h!("supplier", SupplierArrow, SupplierGenerator),
];

static TPC_DS: &[Table] = &[
    of_ds!("call_center", CallCenter, CallCenterArrow),
    of_ds!("catalog_page", CatalogPage, CatalogPageArrow),
    of_ds!("catalog_returns", CatalogReturns, CatalogReturnsArrow),
    of_ds!("catalog_sales", CatalogSales, CatalogSalesArrow),
    of_ds!("customer", Customer, CustomerArrow),
    of_ds!("customer_address", CustomerAddress, CustomerAddressArrow),
    of_ds!(
        "customer_demographics",
        CustomerDemographics,
        CustomerDemographicsArrow
    ),
    of_ds!("date_dim", DateDim, DateDimArrow),
    of_ds!(
        "household_demographics",
        HouseholdDemographics,
        HouseholdDemographicsArrow
    ),
    of_ds!("income_band", IncomeBand, IncomeBandArrow),
    of_ds!("inventory", Inventory, InventoryArrow),
    of_ds!("item", Item, ItemArrow),
    of_ds!("promotion", Promotion, PromotionArrow),
    of_ds!("reason", Reason, ReasonArrow),
    of_ds!("ship_mode", ShipMode, ShipModeArrow),
    of_ds!("store", Store, StoreArrow),
    of_ds!("store_returns", StoreReturns, StoreReturnsArrow),
    of_ds!("store_sales", StoreSales, StoreSalesArrow),
    of_ds!("time_dim", TimeDim, TimeDimArrow),
    of_ds!("warehouse", Warehouse, WarehouseArrow),
    of_ds!("web_page", WebPage, WebPageArrow),
    of_ds!("web_returns", WebReturns, WebReturnsArrow),
    of_ds!("web_sales", WebSales, WebSalesArrow),
    of_ds!("web_site", WebSite, WebSiteArrow),
];

fn session(scale: f64) -> Result<Session> {
    let built = SessionBuilder::new().with_scale_factor(scale).build();
    built.map_err(|error| Error::Generator {
        benchmark: Benchmark::TpcDs.name(),
        scale,
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use arrow::compute::concat_batches;

    use super::*;

    fn rows(table: &Table, scale: f64, parts: usize) -> RecordBatch {
        let part = |part| Part { scale, part, parts };
        let schema = table.open(part(0)).unwrap().schema();
        let batches: Vec<_> = (0..parts)
            .flat_map(|number| table.open(part(number)).unwrap())
            .map(|batch| batch.unwrap())
            .collect();
        concat_batches(&schema, &batches).unwrap()
    }

    /// Parts of a table, one after the other, are the table, in its order.
    fn parts_make_the_whole(benchmark: Benchmark, scale: f64) {
        for table in of(benchmark) {
            let parts = table.parts(scale, 3).unwrap();
            if parts > 1 && table.name != "customer_demographics" {
                let (whole, cut) = (rows(table, scale, 1), rows(table, scale, parts));
                assert!(
                    whole == cut,
                    "{}: {} rows, cut {}",
                    table.name,
                    whole.num_rows(),
                    cut.num_rows()
                );
            }
        }
    }

    #[test]
    fn parts_of_tpc_h_make_the_whole() {
        parts_make_the_whole(Benchmark::TpcH, 0.01);
    }

    #[test]
    fn parts_of_tpc_ds_make_the_whole() {
        parts_make_the_whole(Benchmark::TpcDs, 0.01);
    }

    #[test]
    fn columns_are_called_as_in_the_queries() {
        let customer = of(Benchmark::TpcDs)
            .iter()
            .find(|t| t.name == "customer")
            .unwrap();
        let (all, batch) = (rows(customer, 0.01, 1), rows(customer, 0.01, 2));
        assert_eq!(all.schema().field(17).name(), "c_last_review_date");
        assert_eq!(all, batch);
    }

    #[test]
    fn small_tables_are_not_cut() {
        let region = of(Benchmark::TpcH).iter().find(|t| t.name == "region");
        assert_eq!(region.unwrap().parts(100.0, 8).unwrap(), 1);
        let orders = of(Benchmark::TpcH).iter().find(|t| t.name == "orders");
        assert_eq!(orders.unwrap().parts(0.01, 8).unwrap(), 8);
    }

    #[test]
    fn counts_are_the_specifications() {
        let counts = |benchmark, scale| -> Vec<u64> {
            let count = |table: &Table| (table.counted)(scale).unwrap();
            of(benchmark).iter().map(count).collect()
        };
        let of_h = [
            150_000, 1_500_000, 25, 1_500_000, 200_000, 200_000, 5, 10_000,
        ];
        assert_eq!(counts(Benchmark::TpcH, 1.0)[..5], of_h[..5]);
    }
}
