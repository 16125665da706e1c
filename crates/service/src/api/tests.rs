//! Who may make and use tokens, and what ends them.
