//! The IMAP, POP3 and ManageSieve client roles; whole input against cut input.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_protocols::fuzzing::mailbox_upstream(data));
