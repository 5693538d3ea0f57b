//! A Spark Connect server.
