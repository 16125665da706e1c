//! The POP3 door until sign-in; whole input against cut input.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::pop3_door(data));
