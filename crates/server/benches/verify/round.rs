//! The rounds: everything is measured once in one order and once in the reverse order.

use std::sync::Arc;
use std::time::Duration;

use postern_service::Service;
use postern_service::door::DoorSignIn;
use postern_storage::SecretLookup;

use crate::Outcome;
use crate::bare::{Bare, Rows};
use crate::cost::Cost;
use crate::dovecot::Dovecot;
use crate::ledger::{Entry, Ledger, Subject};
use crate::population::{Credential, Population};
use crate::sign_in;

/// How often it is looked whether the recorder has written everything, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const MOST_LOOKS: usize = 3_000;

/// Everything that is measured with one number of app passwords.
pub(crate) struct Bench {
    operations: usize,
    /// The place in the credentials from which the next measurement takes its own.
    next: usize,
    service: Arc<Service>,
    bare: Bare,
    dovecot: Option<Dovecot>,
    population: Population,
}

impl Bench {
    /// Fills a database with `size` app passwords, and Dovecot with as many users as are asked for.
    pub(crate) async fn prepare(size: usize, dovecot: Option<usize>, operations: usize) -> Outcome<Self> {
        eprintln!("{size} app passwords: filling the database");
        let start = Cost::now();
        let population = Population::grow(size).await?;
        let megabytes = std::fs::metadata(population.file())?.len() >> 20;
        eprintln!("{size} app passwords: {megabytes} MiB in {:.1} s", Cost::since(&start).wall.as_secs_f64());
        let dovecot = match dovecot {
            Some(users) => Some(Dovecot::start(users).await?),
            None => None,
        };
        let service = sign_in::open(&population).await?;
        let bare = Bare::open(&population.file())?;
        Ok(Self { operations, next: 0, service, bare, dovecot, population })
    }

    /// Runs the rounds, after one that does not count.
    pub(crate) async fn run(&mut self, rounds: usize) -> Outcome<Ledger> {
        use Subject::{BareRead, BareSecret, Dovecot, FindCandidates, Garbage, SignIn};
        let mut order = vec![BareSecret, BareRead, FindCandidates, SignIn, Garbage];
        order.extend(self.dovecot.as_ref().map(|_| Dovecot));
        let there_and_back: Vec<Subject> = order.iter().chain(order.iter().rev()).copied().collect();

        let mut ledger = Ledger::new(self.operations);
        for subject in &there_and_back {
            self.measure(*subject).await?;
        }
        for round in 0..rounds {
            eprintln!("round {} of {rounds}", round + 1);
            for subject in &there_and_back {
                let entry = self.measure(*subject).await?;
                ledger.add(*subject, round, entry);
            }
        }
        self.service.close().await;
        Ok(ledger)
    }

    async fn measure(&mut self, subject: Subject) -> Outcome<Entry> {
        let from = self.next;
        self.next += self.operations;
        match subject {
            Subject::BareSecret => self.read(Rows::SecretAlone, from),
            Subject::BareRead => self.read(Rows::Joined, from),
            Subject::FindCandidates => self.find(from).await,
            Subject::SignIn => {
                let attempts = self.credentials(from).map(sign_in::right).collect();
                self.sign_in(attempts, self.operations).await
            }
            Subject::Garbage => {
                let attempts = self.credentials(from).map(sign_in::garbage).collect();
                self.sign_in(attempts, 0).await
            }
            Subject::Dovecot => {
                let dovecot = self.dovecot.as_mut().ok_or("Dovecot was not started")?;
                dovecot.measure(from, self.operations).await
            }
        }
    }

    fn credentials(&self, from: usize) -> impl Iterator<Item = &Credential> {
        let all = &self.population.credentials;
        (from..from + self.operations).map(move |place| &all[place % all.len()])
    }

    fn read(&self, rows: Rows, from: usize) -> Outcome<Entry> {
        let start = Cost::now();
        let found = self.bare.read(rows, self.credentials(from).map(|credential| &credential.locator))?;
        let cost = Cost::since(&start);
        expect("rows found", found, self.operations)?;
        Ok(Entry::of_this_thread(&cost))
    }

    async fn find(&self, from: usize) -> Outcome<Entry> {
        let start = Cost::now();
        let mut found = 0;
        for credential in self.credentials(from) {
            let locators = std::slice::from_ref(&credential.locator);
            let lookup = SecretLookup { locators, name: &credential.name };
            found += std::hint::black_box(self.population.store.find_candidates(&lookup).await?).len();
        }
        let cost = Cost::since(&start);
        expect("candidates found", found, self.operations)?;
        Ok(Entry::of_this_thread(&cost))
    }

    /// The attempts, and then a wait until all their events are written, so that what is measured next meets a database
    /// at rest.
    async fn sign_in(&self, attempts: Vec<DoorSignIn>, acceptable: usize) -> Outcome<Entry> {
        let before = self.bare.newest_event()?;
        let start = Cost::now();
        let accepted = sign_in::all(&self.service, attempts).await?;
        let decided = Cost::since(&start);
        expect("sign-ins accepted", accepted, acceptable)?;
        for _ in 0..MOST_LOOKS {
            if self.bare.events_after(&before)? == self.operations {
                let recording = other_threads(&Cost::since(&start));
                return Ok(Entry { deciding: decided.thread, recording, wall: decided.wall });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Err("the sign-in events were not written within a minute".into())
    }
}

/// A measurement of something that did not do its work is none.
fn expect(what: &str, found: usize, expected: usize) -> Outcome<()> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found}, not {expected}").into()) }
}

/// What the other threads of the process spent.
fn other_threads(cost: &Cost) -> Duration {
    cost.process.saturating_sub(cost.thread)
}
