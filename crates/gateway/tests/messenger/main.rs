//! The messenger against real receivers: Postfix, and small servers that say what they were sent.

mod mail;
mod receiver;
mod syslog;
mod text_messages;
mod webhook;

use postern_gateway::messenger::{MessengerConfig, NetworkMessenger};

/// A messenger on a machine called `postern.example.test`.
fn messenger(config: MessengerConfig) -> NetworkMessenger {
    let config = MessengerConfig { host_name: "postern.example.test".to_owned(), ..config };
    NetworkMessenger::new(config).expect("the test can be set up")
}
