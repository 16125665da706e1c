//! Dovecot's authentication service, as a private instance, asked over its socket.

mod client;
mod instance;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use postern_domain::app_password::{AppPasswordSecret, Profile};
use postern_testkit::TestRandom;
use sha2::{Digest as _, Sha256};

use crate::Outcome;
use crate::cost::Cost;
use crate::ledger::Entry;

use self::client::Client;
use self::instance::Instance;

/// A running Dovecot with users, and a connection to it.
pub(crate) struct Dovecot {
    client: Client,
    /// What each user sends: SASL PLAIN, in Base64.
    responses: Vec<String>,
    _instance: Instance,
}

impl Dovecot {
    /// Starts it with so many users, whose secrets have the form of an app password.
    pub(crate) async fn start(users: usize) -> Outcome<Self> {
        let random = TestRandom::seeded(users as u64);
        let mut responses = Vec::with_capacity(users);
        let mut passwd = String::with_capacity(users * 128);
        for number in 0..users {
            let name = format!("person{number}@bench.example.test");
            let secret = AppPasswordSecret::generate(Profile::Standard, &random);
            let secret = secret.expose_ungrouped();
            passwd.push_str(&format!("{name}:{}\n", salted(&secret, postern_domain::random::bytes(&random))));
            responses.push(BASE64.encode(format!("\0{name}\0{}", *secret)));
        }
        let instance = Instance::start(&passwd).await?;
        let client = Client::connect(&instance.socket()).await?;
        Ok(Self { client, responses, _instance: instance })
    }

    /// Verifies the secrets of so many users, and takes the CPU time that the service's process spent on it.
    pub(crate) async fn measure(&mut self, from: usize, operations: usize) -> Outcome<Entry> {
        // A stride that shares no factor with the number of users visits them all, in no order that a cache likes.
        let users = self.responses.len();
        let responses: Vec<&str> =
            (from..from + operations).map(|number| &*self.responses[number * 7_919 % users]).collect();
        let before = self.cpu_time()?;
        let start = Cost::now();
        let accepted = self.client.verify(&responses).await?;
        let wall = Cost::since(&start).wall;
        let deciding = self.cpu_time()?.saturating_sub(before);
        if accepted != operations {
            return Err(format!("Dovecot accepted {accepted}, not {operations}").into());
        }
        Ok(Entry { deciding, recording: Duration::ZERO, wall })
    }

    /// CPU time of the service's process (it has one thread), from the kernel's scheduler, in nanoseconds.
    fn cpu_time(&self) -> Outcome<Duration> {
        let file = format!("/proc/{}/schedstat", self.client.service_process());
        let text = std::fs::read_to_string(file)?;
        let nanos = text.split_whitespace().next().ok_or("schedstat is empty")?;
        Ok(Duration::from_nanos(nanos.parse()?))
    }
}

/// A password in Dovecot's scheme SSHA256: SHA-256 of password and salt, followed by the salt.
fn salted(password: &str, salt: [u8; 8]) -> String {
    let hash = Sha256::new().chain_update(password).chain_update(salt).finalize();
    format!("{{SSHA256}}{}", BASE64.encode([hash.as_slice(), &salt].concat()))
}
