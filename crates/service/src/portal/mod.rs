//! What a person does in the portal to get in, and with their authentication methods.

mod change_own_password;
mod delete_method;
mod end_portal_session;
mod enrol_totp;
mod make_recovery_codes;
mod message_code;
mod own_methods;
mod passkey;
mod registration;
mod remember_browser;
mod second_factor_in;
mod session;
mod set_up_first_administrator;
mod start_portal_session;
mod totp_secret;
mod verify_second_factor;

pub use change_own_password::{ChangeOwnPassword, ChangeOwnPasswordError};
pub use enrol_totp::Enrolment;
pub(crate) use message_code::Attempts;
pub use message_code::{Destination, SendCodeError};
pub use own_methods::{ChangedMethod, MethodChange, SecondFactors};
pub use passkey::{BegunCeremony, PasskeySignIn, PasskeySignInError};
pub use postern_storage::{PortalSession, RememberedBrowser};
pub use registration::{EnrolError, Registered};
pub(crate) use second_factor_in::actor;
pub use session::{FullSession, HalfSession, SessionToken, Standing};
pub(crate) use session::{end_others, is_fresh, is_over, read_anew};
pub use set_up_first_administrator::{SetUpError, SetupLink};
pub(crate) use start_portal_session::NewSession;
pub use start_portal_session::{PortalSignIn, StartPortalSessionError, StartedPortalSession};
pub use verify_second_factor::SecondFactorError;

#[cfg(test)]
mod tests;
