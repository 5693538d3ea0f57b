//! Spark Connect's messages as spec, the one language of Flint's front ends.
//!
//! Every relation, expression, command, catalog call and type of the protocol has its translation
//! here; nothing is resolved or run. What a message must have and has not is Spark's
//! `CONNECT_INVALID_PLAN` error, never a panic: messages come from strangers.
//!
//! Translation recurses as deep as messages are nested, which the protocol crate bounds. Whoever
//! calls it from a thread with a small stack uses `flint_sql_spec::with_large_stack`.

#![forbid(unsafe_code)]
