//! What every kind of notice says.

mod samples;
mod words;
