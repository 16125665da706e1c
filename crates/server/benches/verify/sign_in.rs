//! Signing in: the service on the same store, and what it is given.

use std::net::IpAddr;
use std::sync::Arc;

use postern_domain::app_password::{AppPasswordSecret, Profile, TypedSecret};
use postern_domain::door::Door;
use postern_service::door::{DoorAnswer, DoorSignIn};
use postern_service::messenger::NoMessenger;
use postern_service::system::{SystemClock, SystemRandom};
use postern_service::upstream::NoTokenEndpoint;
use postern_service::{Parts, Service};

use crate::Outcome;
use crate::population::{Credential, Population, keys};

/// A service as the server makes it.
pub(crate) async fn open(population: &Population) -> Outcome<Arc<Service>> {
    let parts = Parts {
        store: Arc::clone(&population.store),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        keys: keys(),
        portal_url: "https://portal.example.test".to_owned(),
        hashing_permits: 2,
        providers: Vec::new(),
        token_endpoint: Arc::new(NoTokenEndpoint),
        identity_providers: Vec::new(),
        mailbox_password_upstreams: Vec::new(),
        messenger: Arc::new(NoMessenger),
    };
    Ok(Service::open(parts).await?)
}

/// An attempt with what is right.
pub(crate) fn right(credential: &Credential) -> DoorSignIn {
    attempt(credential, credential.secret.as_bytes())
}

/// An attempt on the account with a fresh secret of the right form, its check symbol included.
pub(crate) fn garbage(credential: &Credential) -> DoorSignIn {
    let secret = AppPasswordSecret::generate(Profile::Standard, &SystemRandom);
    attempt(credential, secret.expose_ungrouped().as_bytes())
}

fn attempt(credential: &Credential, secret: &[u8]) -> DoorSignIn {
    DoorSignIn {
        door: Door::Smtp,
        name: credential.name.to_string(),
        secret: TypedSecret::new(secret),
        authorization_id: None,
        address: IpAddr::from([192, 0, 2, 7]),
        client: Some("client.example.test".to_owned()),
    }
}

/// Makes the attempts, one after the other. Gives how many were accepted.
pub(crate) async fn all(service: &Service, attempts: Vec<DoorSignIn>) -> Outcome<usize> {
    let mut accepted = 0;
    for attempt in attempts {
        if let DoorAnswer::Accepted(_session) = service.sign_in_at_door(attempt).await? {
            accepted += 1;
        }
    }
    Ok(accepted)
}
