//! The measurements, and the order in which they are taken.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::client::{Program, SignedIn};
use crate::ledger::{Figure, Ledger};
use crate::peers::{Channel, Instance, PEERS, Peer, Surroundings};
use crate::{Arguments, Outcome};

/// Sign-ins on their way at once when CPU time is measured.
const AT_ONCE: usize = 16;

/// After the connections of a measurement are gone, this long for a peer to clear up, so that it pays for its own.
const CLEAR_UP: Duration = Duration::from_millis(300);

/// Of so many sign-ins one is timed by itself: some peers take forty milliseconds for it.
pub(crate) const ONE_IN: usize = 16;

const MIB: f64 = 1_048_576.0;

/// Takes all measurements.
pub(crate) async fn run(arguments: &Arguments, surroundings: &Surroundings) -> Outcome<Ledger> {
    let mut ledger = Ledger::default();
    memory(arguments, surroundings, &mut ledger).await?;
    let mut instances = BTreeMap::new();
    for peer in PEERS {
        let instance = Instance::start(peer, surroundings).await?;
        let program = Program::new(&surroundings.authority, &instance.credentials);
        instances.insert(peer, (instance, program));
    }
    let there_and_back: Vec<Peer> = PEERS.iter().chain(PEERS.iter().rev()).copied().collect();
    for round in 0..=arguments.rounds {
        eprintln!("round {round} of {}{}", arguments.rounds, if round == 0 { ", to warm up" } else { "" });
        for channel in [Channel::Plain, Channel::Tls] {
            for peer in &there_and_back {
                let (instance, program) = &instances[peer];
                let place = Place { instance, program, channel };
                let figures = place.measure(arguments).await?;
                for (figure, value) in figures.into_iter().filter(|_| round > 0) {
                    ledger.add((figure, channel, *peer), round - 1, value);
                }
            }
        }
    }
    Ok(ledger)
}

/// Memory of idle sessions, each in a fresh process.
async fn memory(arguments: &Arguments, surroundings: &Surroundings, ledger: &mut Ledger) -> Outcome<()> {
    for channel in [Channel::Plain, Channel::Tls] {
        for peer in PEERS {
            let instance = Instance::start(peer, surroundings).await?;
            let program = Program::new(&surroundings.authority, &instance.credentials);
            // What is set up once is not a session's.
            for _ in 0..AT_ONCE {
                program.visit(instance.address(channel), channel).await?;
            }
            tokio::time::sleep(CLEAR_UP).await;
            let before = instance.tree.memory()?;
            let mut sessions: Vec<SignedIn> = Vec::new();
            for _ in 0..arguments.sessions {
                sessions.push(program.sign_in(instance.address(channel), channel).await?);
            }
            for session in &mut sessions {
                session.noop().await?;
            }
            tokio::time::sleep(CLEAR_UP).await;
            let each = (instance.tree.memory()? as f64 - before as f64) / sessions.len() as f64;
            eprintln!("{}, {channel:?}: {each:.1} KiB for each idle session", peer.name());
            ledger.add((Figure::Memory, channel, peer), 0, each);
        }
    }
    Ok(())
}

struct Place<'a> {
    instance: &'a Instance,
    program: &'a Program,
    channel: Channel,
}

impl Place<'_> {
    async fn measure(&self, arguments: &Arguments) -> Outcome<Vec<(Figure, f64)>> {
        let mut figures = vec![
            (Figure::SignInCpu, self.sign_ins(arguments.operations).await?),
            (Figure::Relayed, self.bulk(arguments.mebibytes).await?),
        ];
        figures.extend(self.one_at_a_time(arguments.operations / ONE_IN).await?);
        Ok(figures)
    }

    /// CPU time of a sign-in, in µs.
    async fn sign_ins(&self, operations: usize) -> Outcome<f64> {
        let before = self.instance.tree.cpu()?;
        let left = Arc::new(std::sync::atomic::AtomicUsize::new(operations));
        let mut visitors = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (program, left) = (self.program.clone(), Arc::clone(&left));
            let (address, channel) = (self.instance.address(self.channel), self.channel);
            visitors.spawn(async move {
                use std::sync::atomic::Ordering::Relaxed;
                while left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() {
                    program.visit(address, channel).await.map_err(|error| error.to_string())?;
                }
                Ok::<(), String>(())
            });
        }
        while let Some(visitor) = visitors.join_next().await {
            visitor??;
        }
        tokio::time::sleep(CLEAR_UP).await;
        let used = self.instance.tree.cpu()?.saturating_sub(before);
        Ok(used.as_secs_f64() * 1e6 / operations as f64)
    }

    /// Median and 99th percentile of the time until the program is in, in µs.
    async fn one_at_a_time(&self, operations: usize) -> Outcome<[(Figure, f64); 2]> {
        let mut times = Vec::with_capacity(operations);
        for _ in 0..operations.max(1) {
            let taken = self.program.visit(self.instance.address(self.channel), self.channel).await?;
            times.push(taken.as_secs_f64() * 1e6);
        }
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        Ok([(Figure::Middle, at(0.5)), (Figure::Slowest, at(0.99))])
    }

    /// MiB to the client for each CPU second.
    async fn bulk(&self, mebibytes: usize) -> Outcome<f64> {
        let mut session = self.program.sign_in(self.instance.address(self.channel), self.channel).await?;
        let before = self.instance.tree.cpu()?;
        session.fetch(mebibytes << 20).await?;
        let used = self.instance.tree.cpu()?.saturating_sub(before).as_secs_f64();
        // The kernel counts in steps of 10 ms; nothing can have cost nothing.
        let relayed = (mebibytes << 20) as f64 / MIB;
        Ok(relayed / used.max(0.01))
    }
}
