//! Transcripts of the SMTP cores: each test shows a whole conversation.
//!
//! | mark | meaning |
//! |---|---|
//! | `C:` | the client sends this line and CRLF |
//! | `C~` | the client sends exactly this (`\r`, `\n`, `\0` are escapes; `{3000x}` is 3000 times `x`) |
//! | `S:` | the core sends this line to the client |
//! | `U<` / `U~` | the upstream sends this line and CRLF / exactly this |
//! | `U>` | the core sends this line to the upstream |
//! | `!`  | the driver tells the core something |
//! | `*`  | the core asks the driver for something |

#[cfg(test)]
mod authentication;
#[cfg(test)]
mod content;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod relaying;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod sender;
#[cfg(test)]
mod side_by_side;
#[cfg(test)]
mod starttls;
#[cfg(test)]
mod submission;
#[cfg(test)]
mod upstream;
#[cfg(test)]
mod upstream_failures;
#[cfg(test)]
mod upstream_tokens;
