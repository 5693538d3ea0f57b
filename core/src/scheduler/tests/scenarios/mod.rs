//! One scenario a test: what comes in, and exactly what comes out.

mod exclusion;
mod external;
mod failures;
mod fetch;
mod indeterminate;
mod losses;
mod pools;
mod running;
mod speculation;
mod tracking;
