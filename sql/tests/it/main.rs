//! Sessions and DataFrames beside Apache Spark's: the same programs and what both say.

mod calls;
mod cells;
mod columns;
mod faults;
mod files;
mod frames;
mod functions;
mod rows;
mod running;
mod session;
mod shows;
mod spec;
mod tpc;
mod typed;
