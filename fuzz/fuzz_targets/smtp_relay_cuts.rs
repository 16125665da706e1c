//! The SMTP relay with an honest upstream; whole input against cut input.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::relay_cuts(data));
