//! Tests of the scheduler as a whole: focused [`scenarios`], a [`scale`] test, and a seeded
//! [`simulation`] with faults.

mod rig;
mod scale;
mod scenarios;
mod simulation;
