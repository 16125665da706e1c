//! What routes and upstreams must be before a gateway takes them.

use postern_domain::door::Door;
use postern_service::Service;
use postern_service::upstream::Provider;

use super::Router;
use crate::config::UpstreamSignIn;
use crate::start_error::StartProblem;
use crate::upstream::{Table, Target};

/// Everything that is wrong with them together.
pub(crate) fn problems(router: &Router, upstreams: &Table, service: &Service) -> Vec<StartProblem> {
    let routes = router.routes().iter().filter_map(|route| {
        let name = route.upstream.as_ref()?;
        let target = upstreams.targets().iter().find(|target| target.config.name == *name);
        let serves = target.is_some_and(|target| target.config.doors.contains(route.door));
        (!serves).then(|| StartProblem::Route {
            path: route.path.clone(),
            door: route.door,
            upstream: name.clone(),
        })
    });
    let too_powerful = upstreams.targets().iter().filter(|target| opens_others_mailboxes(target, service));
    let too_powerful =
        too_powerful.map(|target| StartProblem::ApplicationDoors { upstream: target.config.name.clone() });
    routes.chain(too_powerful).collect()
}

/// Whether one app password would open every mailbox there: our token does, and only of EWS do we know how to say which
/// one is meant.
fn opens_others_mailboxes(target: &Target, service: &Service) -> bool {
    let UpstreamSignIn::OAuth { provider, .. } = &target.config.sign_in else { return false };
    target.mail_door().is_none()
        && target.config.doors.iter().any(|door| door != Door::Ews)
        && service.provider(provider).is_some_and(Provider::acts_as_application)
}
