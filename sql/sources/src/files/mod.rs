//! Which files a read is about: paths as users write them, patterns, directories.

mod glob;
mod listing;
mod location;

pub(crate) use listing::{Found, Listed, ListingOptions, Root, find};
pub(crate) use location::Location;
