//! The SMTP client role; whole input against cut input.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::smtp_upstream(data));
