//! Sign out at the provider too, after signing out here (OpenID Connect RP-Initiated Logout 1.0).

use postern_storage::{PortalSession, Vouched};

use super::{IdentityProvider, OutsideStart, VerifiedIdentity};
use crate::Service;
use crate::upstream::Form;

impl Service {
    /// Where the browser of a session that is over goes to sign out at the provider that vouched for it, to come back to
    /// [`Service::signed_out_there`] with `state`. None: no provider did, it has no such page, or the configuration does
    /// not want it; a provider that does not answer keeps nobody signed in.
    pub async fn sign_out_there(&self, session: &PortalSession, state: &str) -> Option<OutsideStart> {
        let vouched = session.vouched.as_ref()?;
        let name = session.factors.outside.as_ref()?;
        let found = self.outside.find(name).filter(|(_, provider)| provider.sign_out_there)?;
        let (_, provider) = found;
        let known = self.outside.known(&*self.upstreams.endpoint, found, self.now()).await;
        let known = known.inspect_err(|trouble| {
            tracing::warn!(provider = %name, %trouble, "nobody is sent there to sign out");
        });
        let endpoint = known.ok()?.metadata.end_session_endpoint.clone()?;
        let token = vouched.token.as_ref().and_then(|token| {
            // Its key may be gone. The provider then asks who it is.
            self.open_identity_token(vouched.identity, name, token).ok()
        });
        let query = Form::new()
            .field("client_id", &provider.client_id)
            .field("post_logout_redirect_uri", &self.signed_out_there())
            .field("state", state)
            .field_if("id_token_hint", token.as_ref().map(|token| token.as_str()));
        Some(OutsideStart {
            provider: provider.label.clone(),
            host: endpoint.authority().to_owned(),
            url: endpoint.with_query(&query.text()),
        })
    }

    /// Where a provider sends the browser back to after signing out. Registered there.
    #[must_use]
    pub fn signed_out_there(&self) -> String {
        format!("{}/sign-in/outside/signed-out", self.parts.portal_url)
    }

    /// What a session keeps of who vouched for it.
    pub(super) fn vouched(
        &self,
        provider: &IdentityProvider,
        link: postern_domain::id::OutsideIdentityId,
        identity: &VerifiedIdentity,
    ) -> Vouched {
        let token = identity.token.as_ref().filter(|_| provider.sign_out_there);
        Vouched {
            identity: link,
            sid: identity.sid.clone(),
            token: token.map(|token| self.seal_identity_token(link, &provider.name, token.expose())),
        }
    }
}
