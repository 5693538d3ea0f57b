//! Messages as clients send them, translated.

mod alike;
mod hand_made;
mod invalid;
mod recorded;
