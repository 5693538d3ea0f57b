//! Messages as clients send them, translated.

mod alike;
mod client;
mod corpus;
mod expressions;
mod hand_made;
mod invalid;
mod literals;
mod members;
mod mutated;
mod recorded;
mod types;
