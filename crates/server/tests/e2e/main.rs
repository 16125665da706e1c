//! End to end: the real binary as a process of its own, real programs in front of it, a real Postfix behind it.
//!
//! One test binary for all of them, as linking costs more than running; one file for each subject.

mod crash;
mod demo;
mod first_start;
mod mail;
mod postgres;
mod programs;
mod refusals;
mod revocation;
mod server;
mod upstreams;
