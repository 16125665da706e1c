//! The ManageSieve door until sign-in; whole input against cut input.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::managesieve_door(data));
