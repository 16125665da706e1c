//! Address lists and header sections.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::header_from(data));
