//! A Spark Connect server.

mod failure;
