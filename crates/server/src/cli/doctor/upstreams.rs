//! Whether the upstreams can be reached, with their certificates and our sign-in there.

use postern_gateway::check_upstream;

use super::check::Report;
use crate::config::Config;
use crate::wiring;

pub(super) async fn check(report: &mut Report, config: &Config) {
    if config.upstreams.is_empty() {
        report.bad(
            "upstream",
            "none is configured: programs are told to try again later",
            "add an [[upstream]] to the configuration",
        );
        return;
    }
    let doors = match wiring::doors(config) {
        Ok(doors) => doors,
        Err(error) => {
            report.bad("upstream", error.to_string(), "correct the file named");
            return;
        }
    };
    for door in config.doors().iter() {
        if !doors.upstreams.iter().any(|upstream| upstream.doors.contains(door)) {
            report.bad(
                format!("door {door}"),
                "no upstream has it: programs are told to try again later",
                format!("add an [[upstream]] with doors = [\"{door}\"], or close the door"),
            );
        }
    }
    for upstream in doors.upstreams {
        let check = format!("upstream {}", upstream.name);
        let place = format!("{}:{}", upstream.host, upstream.port);
        match check_upstream(upstream, &doors.host_name, &doors.limits).await {
            Ok(()) => report.good(check, format!("{place} is ready")),
            Err(problem) => report.bad(check, format!("{place}: {problem}"), problem.remedy()),
        }
    }
}
