//! Spark Connect's messages and service: the wire definitions of Spark 4.3, as Rust.
//!
//! Everything in [`spark::connect`] is generated from `proto/`, which holds the names, numbers and
//! types that PySpark's own descriptors give (`proto/regenerate.py`). Messages are decoded by
//! [`codec::BoundedCodec`], which measures how deep they are nested before it builds anything, and
//! decodes on as much stack as that takes.
//!
//! ```
//! use flint_connect_protocol::spark::connect as proto;
//! use prost::Message;
//! let plan = proto::Relation {
//!     rel_type: Some(proto::relation::RelType::Range(proto::Range {
//!         end: 10,
//!         step: 1,
//!         ..Default::default()
//!     })),
//!     ..Default::default()
//! };
//! let bytes = plan.encode_to_vec();
//! assert_eq!(flint_connect_protocol::decode::<proto::Relation>(bytes.into())?, plan);
//! # Ok::<(), flint_connect_protocol::DecodeError>(())
//! ```

pub mod codec;
mod nesting;
pub mod rpc;

pub use nesting::{DecodeError, MAX_DEPTH, decode, depth};

/// The packages of the wire definitions.
pub mod spark {
    /// Package `spark.connect`.
    #[allow(missing_docs, clippy::all, clippy::pedantic)]
    #[allow(rustdoc::all, unreachable_pub)]
    pub mod connect {
        tonic::include_proto!("spark.connect");
    }
}

/// The wire definitions as an encoded `google.protobuf.FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
