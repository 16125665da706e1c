//! The SMTP relay with a hostile client and a hostile upstream.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::relay(data));
