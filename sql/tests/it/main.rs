//! Sessions and DataFrames beside Apache Spark's: the same programs and what both say.

mod caches;
mod calls;
mod catalogs;
mod cells;
mod columns;
mod eager;
mod faults;
mod files;
mod frames;
mod functions;
mod join_hints;
mod partitions;
mod q15_writers;
mod q1_memory;
mod q2_disk_full;
mod q3_hog;
mod q6_relations;
mod q8_parser;
mod q9_bombs;
mod rows;
mod running;
mod session;
mod shows;
mod spec;
mod tpc;
mod typed;
