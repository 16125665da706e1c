//! The value of an `Authorization` field.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::http_basic(data));
