//! The card on Security info: who the owner is at outside identity providers.

use postern_service::outside::LinkedIdentity;

use super::unlink::stop;
use super::{Portal, buttons};
use crate::answer::Stop;
use crate::session::Inside;
use crate::view::Moment;

/// What the card shows.
pub(in crate::portal) struct IdentitiesCard {
    pub(in crate::portal) identities: Vec<IdentityView>,
    pub(in crate::portal) may_link: bool,
}

/// A link.
pub(in crate::portal) struct IdentityView {
    pub(in crate::portal) id: String,
    pub(in crate::portal) label: String,
    /// None: the provider is not configured any more.
    pub(in crate::portal) provider: Option<String>,
    pub(in crate::portal) linked: Moment,
    pub(in crate::portal) last_used: Option<Moment>,
}

impl IdentitiesCard {
    /// The card of whoever is in.
    pub(in crate::portal) async fn of(portal: &Portal, inside: &Inside) -> Result<Self, Stop> {
        let now = portal.now();
        let links = portal.service.outside_identities_of(inside.by(), &inside.account().name).await;
        let view = |linked: LinkedIdentity| IdentityView {
            id: linked.identity.id.to_string(),
            label: linked.identity.label,
            provider: linked.provider.map(|(_, label)| label),
            linked: Moment::new(linked.identity.linked_at, now),
            last_used: linked.identity.last_used_at.map(|at| Moment::new(at, now)),
        };
        let identities = links.map_err(stop)?.into_iter().map(view).collect();
        Ok(Self { identities, may_link: !buttons(portal).is_empty() })
    }

    /// Whether there is anything to show.
    pub(in crate::portal) fn is_empty(&self) -> bool {
        self.identities.is_empty() && !self.may_link
    }
}
