//! What a program of several processes has used: its CPU time and its memory, from the kernel's own accounts.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use crate::Outcome;

/// Clock ticks in a second of `/proc/*/stat`: fixed for user space on every architecture that Linux has today.
const TICKS: u64 = 100;

/// A process and everything below it.
pub(crate) struct Tree {
    root: u32,
}

impl Tree {
    /// The tree under a process.
    pub(crate) const fn of(root: u32) -> Self {
        Self { root }
    }

    /// CPU time, user and system, of all its processes, those that have ended included. Counted in steps of 10 ms.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        let mut ticks = 0;
        for process in self.processes()? {
            // A process that has just ended is in its parent's account.
            let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { continue };
            // The name in parentheses may hold anything.
            let Some((_, fields)) = stat.rsplit_once(") ") else { continue };
            let times = fields.split(' ').skip(11).take(4);
            ticks += times.filter_map(|field| field.parse::<u64>().ok()).sum::<u64>();
        }
        Ok(Duration::from_millis(ticks * 1_000 / TICKS))
    }

    /// Memory in use (proportional set size) of all its processes, in KiB.
    pub(crate) fn memory(&self) -> Outcome<u64> {
        let mut sum = 0;
        for process in self.processes()? {
            let Ok(text) = fs::read_to_string(format!("/proc/{process}/smaps_rollup")) else { continue };
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
            sum +=
                line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(sum)
    }

    fn processes(&self) -> Outcome<Vec<u32>> {
        let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for entry in fs::read_dir("/proc")? {
            let Some(process) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { continue };
            let parent =
                stat.rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(1)?.parse().ok());
            children.entry(parent.unwrap_or_default()).or_default().push(process);
        }
        let mut found = vec![self.root];
        let mut next = 0;
        while let Some(process) = found.get(next).copied() {
            found.extend(children.get(&process).into_iter().flatten());
            next += 1;
        }
        Ok(found)
    }
}
