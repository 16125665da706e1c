//! PROXY protocol headers, versions 1 and 2.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::proxy_header(data));
