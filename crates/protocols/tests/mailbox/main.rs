//! Transcripts of the doors to a mailbox: each test shows a whole conversation. The marks are those of
//! `tests/transcript`, and `* relay "…"` shows what is handed over to the relay.

#[cfg(test)]
mod imap;
#[cfg(test)]
mod imap_literals;
#[cfg(test)]
mod managesieve;
#[cfg(test)]
mod pop3;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod upstream;
#[cfg(test)]
mod upstream_tokens;
