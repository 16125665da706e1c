//! Register a passkey or security key.

use postern_domain::id::MethodId;
use postern_domain::mfa::MethodKind;
use postern_storage::{MethodRecord, PasskeyCredential, PortalSession};
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::proto::{
    AttestationConveyancePreference, RegisterPublicKeyCredential, RequestRegistrationExtensions,
    ResidentKeyRequirement, UserVerificationPolicy,
};

use super::super::registration::{EnrolError, Registered};
use super::super::second_factor_in::Given;
use super::{Asked, BegunCeremony, Browser, NotTaken, read_answer};
use crate::Service;

impl From<NotTaken> for EnrolError {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::RunOut => Self::RunOut,
            NotTaken::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl Service {
    /// Begins the registration of a passkey or security key. `product` is what the browser names as asking.
    ///
    /// A credential that the device keeps (a passkey that signs in without a user name) is asked for, and user
    /// verification is preferred: a plain security key can be registered as a second factor.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn begin_passkey_registration(
        &self,
        session: &PortalSession,
        product: &str,
    ) -> Result<BegunCeremony, EnrolError> {
        let now = self.now();
        let party = self.relying_party(product).ok_or(EnrolError::NoPasskeysHere)?;
        let mut transaction = self.parts.store.begin().await?;
        let (session, account, _) = self.may_register(session, &mut *transaction, now).await?;
        let known = transaction.method_records_of(account.id).await?;
        let known = known.into_iter().filter_map(|record| Some(record.credential?.id)).collect();
        let extensions = RequestRegistrationExtensions {
            cred_props: Some(true),
            ..RequestRegistrationExtensions::default()
        };
        // The identifier tells an authenticator apart from the account's other names, and nothing of its owner.
        let asked = party
            .new_challenge_register_builder(
                account.id.as_bytes(),
                account.name.as_str(),
                account.name.as_str(),
            )
            .map(|builder| {
                builder
                    .attestation(AttestationConveyancePreference::None)
                    .user_verification_policy(UserVerificationPolicy::Preferred)
                    .exclude_credentials(Some(known))
                    .extensions(Some(extensions))
            })
            .and_then(|builder| party.generate_challenge_register(builder));
        let (mut response, state) = asked.map_err(|error| refused(&error))?;
        if let Some(selection) = &mut response.public_key.authenticator_selection {
            // The builder knows only `required` and `discouraged`.
            selection.resident_key = Some(ResidentKeyRequirement::Preferred);
        }
        let options = serde_json::to_string(&response.public_key).map_err(|_| EnrolError::PasskeyRefused)?;
        let browser = Browser::Session(&session);
        let id = self.keep_ceremony(&mut *transaction, browser, &Asked::Registration(state), now).await?;
        transaction.commit().await?;
        Ok(BegunCeremony { id, options })
    }

    /// Finishes the registration with what the browser answered; as
    /// [`finish_totp_enrolment`](Service::finish_totp_enrolment) does otherwise.
    ///
    /// # Errors
    /// [`EnrolError`]; the ceremony is used up by all but those of ours.
    pub async fn finish_passkey_registration(
        &self,
        session: &PortalSession,
        ceremony: &str,
        label: &str,
        answer: &str,
    ) -> Result<Registered, EnrolError> {
        let now = self.now();
        let party = self.relying_party("").ok_or(EnrolError::NoPasskeysHere)?;
        let mut transaction = self.parts.store.begin().await?;
        let (session, account, methods) = self.may_register(session, &mut *transaction, now).await?;
        let asked = self.take_ceremony(&mut *transaction, Browser::Session(&session), ceremony, now).await?;
        let Asked::Registration(state) = asked else { return Err(EnrolError::RunOut) };
        let answered = read_answer::<RegisterPublicKeyCredential>(answer)
            .ok_or(EnrolError::PasskeyRefused)
            .and_then(|answer| {
                let credential = party.register_credential(&answer, &state, None);
                Ok((answer, credential.map_err(|error| refused(&error))?))
            });
        let (answer, credential) = match answered {
            Ok(answered) => answered,
            Err(error) => {
                transaction.commit().await?;
                return Err(error);
            }
        };
        // What the browser says of the device's store is a hint, and is taken as one.
        let kept = answer.extensions.cred_props.and_then(|properties| properties.rk).unwrap_or(false);
        let kind = MethodKind::Passkey { discoverable: kept && credential.user_verified };
        let id = MethodId::generate(&*self.parts.clock, self.random());
        let record = MethodRecord {
            method: self.new_method(id, kind, label, None),
            secret: self.seal_credential(account.id, id, &credential).ok_or(EnrolError::PasskeyRefused)?,
            last_step: None,
            credential: Some(PasskeyCredential {
                id: credential.cred_id.clone(),
                counter: credential.counter,
            }),
        };
        self.complete_registration(transaction, session, account, methods, &record, Given::Passkey, now).await
    }
}

fn refused(error: &WebauthnError) -> EnrolError {
    tracing::debug!(%error, "a passkey was not registered");
    EnrolError::PasskeyRefused
}
