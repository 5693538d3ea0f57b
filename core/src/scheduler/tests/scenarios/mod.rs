//! One scenario a test: what comes in, and exactly what comes out.

mod external;
mod failures;
mod fetch;
mod indeterminate;
mod losses;
mod running;
mod tracking;
