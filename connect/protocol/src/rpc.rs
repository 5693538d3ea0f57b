//! The two messages of package `google.rpc` in which a failed call says why.
//!
//! An encoded [`Status`] travels in the trailer `grpc-status-details-bin`, and holds an [`ErrorInfo`]
//! among its details. They are written by hand, because they are all that is used of that package.

use std::collections::HashMap;

use prost::Message;
use prost_types::Any;

/// `google.rpc.Status`: what went wrong, for programs.
#[derive(Clone, PartialEq, Message)]
pub struct Status {
    /// The gRPC code.
    #[prost(int32, tag = "1")]
    pub code: i32,
    /// What went wrong, for people.
    #[prost(string, tag = "2")]
    pub message: String,
    /// More about it: messages of any type.
    #[prost(message, repeated, tag = "3")]
    pub details: Vec<Any>,
}

/// `google.rpc.ErrorInfo`: the cause of an error.
#[derive(Clone, PartialEq, Message)]
pub struct ErrorInfo {
    /// What the cause is called; in Spark the class of the exception.
    #[prost(string, tag = "1")]
    pub reason: String,
    /// Whose cause it is, such as `org.apache.spark`.
    #[prost(string, tag = "2")]
    pub domain: String,
    /// What else is known, by key.
    #[prost(map = "string, string", tag = "3")]
    pub metadata: HashMap<String, String>,
}

impl ErrorInfo {
    /// The name of its type in an [`Any`].
    pub const TYPE_URL: &str = "type.googleapis.com/google.rpc.ErrorInfo";

    /// Packs it as a detail of a [`Status`].
    pub fn to_any(&self) -> Any {
        Any {
            type_url: Self::TYPE_URL.to_owned(),
            value: self.encode_to_vec(),
        }
    }

    /// Unpacks a detail of a [`Status`]; nothing when it is of another type, or broken.
    pub fn from_any(detail: &Any) -> Option<ErrorInfo> {
        let same = detail.type_url == Self::TYPE_URL;
        same.then(|| ErrorInfo::decode(detail.value.as_slice()).ok())?
    }
}
