//! XML as Spark reads and writes it, in functions and in files.
//!
//! - [`XmlOptions`] are the options, each of which acts or is refused.
//! - `events` takes a text apart and checks that it is well-formed.
//! - [`XmlParser`] reads records against a schema, [`XmlInference`] finds the schema of records.
//! - [`XmlGenerator`] writes rows.
//! - `paths` are the functions of XPath, over `crate::xpath`.
//!
//! Names are compared as they are written, prefix and all; declarations of namespaces are attributes.

mod events;
mod functions;
mod generate;
mod infer;
mod leaf;
mod options;
mod paths;
mod read;
mod variant;
mod writer;

pub(crate) use functions::FUNCTIONS;
pub use generate::XmlGenerator;
pub use infer::XmlInference;
pub use options::{XmlOptions, XmlSession};
pub(crate) use paths::FUNCTIONS as PATHS;
pub use read::XmlParser;
