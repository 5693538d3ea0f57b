//! Errors as clients of Spark Connect expect them.
//!
//! A failed call ends with the gRPC code `INTERNAL` and a `google.rpc.Status` in its trailer. The
//! status holds a short message and an `ErrorInfo`, whose `classes` tell the client which exception
//! to raise: they are the [JVM class](class) that stands for the condition in Spark, and those above
//! it. Everything else (the whole message, where in the query it is, what caused it) waits in the
//! session's [`ErrorStore`] under an `errorId` until the client asks by `FetchErrorDetails`.
//!
//! gRPC clients drop calls whose trailers exceed 8 KiB, and the message is in there twice: once
//! percent-encoded, once in Base64. So it is cut to what both forms leave room for.

mod class;
mod conditions;
mod details;
#[cfg(test)]
mod tests;

use class::Class;
pub(crate) use class::Phase;
pub(crate) use details::ErrorStore;

use std::collections::HashMap;

use flint_connect_protocol::rpc;
use flint_sql_spec::SqlError;
use prost::Message;
use serde_json::{Map, Value};
use tonic::{Code, Status};

/// Whose errors these are, in `ErrorInfo`.
const DOMAIN: &str = "org.apache.spark";

/// The most characters of a message that a status holds.
const MESSAGE_CHARACTERS: usize = 2048;

/// The most bytes of parameters that a status holds (`spark.connect.grpc.maxMetadataSize`).
const PARAMETER_BYTES: usize = 1024;

/// The most bytes of the two trailers that tell of an error, as they are sent.
const TRAILER_BYTES: usize = 7 << 10;

/// An error, and the part of a query's life that it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    error: SqlError,
    phase: Phase,
}

impl Failure {
    /// An error that came in a phase.
    pub(crate) fn new(error: SqlError, phase: Phase) -> Failure {
        Failure { error, phase }
    }

    /// The status of an error in a session, which keeps the details.
    pub(crate) fn status(error: &SqlError, phase: Phase, store: &ErrorStore) -> Status {
        Failure::new(error.clone(), phase).kept_in(store)
    }

    /// The status of this error in a session, which keeps the details.
    pub(crate) fn kept_in(self, store: &ErrorStore) -> Status {
        let id = store.keep(self.clone());
        self.to_status(Some(id))
    }

    /// The status of an error outside of any session: what fits into it is all there is.
    pub(crate) fn status_without_session(error: &SqlError, phase: Phase) -> Status {
        Failure::new(error.clone(), phase).to_status(None)
    }

    /// The JVM class that stands for it.
    fn class(&self) -> &'static Class {
        class::of(&self.error, self.phase)
    }

    fn to_status(&self, id: Option<String>) -> Status {
        let info = self.info(id).to_any();
        // Key and length of the fields, and the type's name, are below 32 bytes more.
        let around = info.encoded_len() + 32;
        let room = TRAILER_BYTES.saturating_sub(base64_len(around));
        let message = shorten(&self.error.to_string(), MESSAGE_CHARACTERS, room);
        let status = rpc::Status {
            code: Code::Internal as i32,
            message: message.clone(),
            details: vec![info],
        };
        Status::with_details(Code::Internal, message, status.encode_to_vec().into())
    }

    fn info(&self, id: Option<String>) -> rpc::ErrorInfo {
        let class = self.class();
        let classes = Value::from(class.hierarchy_names()).to_string();
        let mut metadata = HashMap::new();
        let mut put = |key: &str, value: String| metadata.insert(key.to_owned(), value);
        put("classes", classes);
        put("sqlState", self.error.sql_state().to_owned());
        let parameters = self.error.parameters();
        let parameters: Map<_, _> = parameters
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect();
        let parameters = Value::from(parameters).to_string();
        // A client that sees one without the other would take the message for a template.
        if parameters.len() <= PARAMETER_BYTES {
            put("errorClass", self.error.condition().name.to_string());
            put("messageParameters", parameters);
        }
        if let Some(id) = id {
            put("errorId", id);
        }
        rpc::ErrorInfo {
            reason: class.name.to_owned(),
            domain: DOMAIN.to_owned(),
            metadata,
        }
    }
}

/// Bytes of Base64 that this many bytes become.
fn base64_len(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Bytes that a character takes in both trailers: percent-encoded, and in Base64.
fn trailer_len(character: char) -> usize {
    let plain = character.is_ascii_alphanumeric();
    let percent = if plain { 1 } else { 3 * character.len_utf8() };
    percent + (character.len_utf8() * 4).div_ceil(3)
}

/// The text, or its start and three dots, in at most so many characters and bytes of trailers.
fn shorten(text: &str, characters: usize, bytes: usize) -> String {
    const DOTS: &str = "...";
    let mut used = 0;
    // Where the text ends if the dots are to follow.
    let mut cut = 0;
    let dots = DOTS.chars().map(trailer_len).sum::<usize>();
    for (count, (at, character)) in text.char_indices().enumerate() {
        if count + DOTS.len() <= characters && used + dots <= bytes {
            cut = at;
        }
        used += trailer_len(character);
        if count == characters || used > bytes {
            return format!("{}{DOTS}", &text[..cut]);
        }
    }
    text.to_owned()
}
