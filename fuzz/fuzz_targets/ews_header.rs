//! SOAP requests of Exchange Web Services.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::ews_header(data));
