//! Where the one next step after a refusal is done.

use postern_service::refusal::NextStep;

/// The page of the portal, below its address, and what to call the way there. None for what is done elsewhere: in the
/// program, or by asking.
#[must_use]
pub fn next_page(step: &NextStep) -> Option<(String, &'static str)> {
    Some(match step {
        NextStep::CreateAppPassword { like: Some(like), .. } => {
            (format!("/app-passwords/new?like={like}"), "Create one like it")
        }
        NextStep::CreateAppPassword { door: Some(door), like: None } => {
            (format!("/app-passwords/new?door={door}"), "Create an app password")
        }
        NextStep::CreateAppPassword { door: None, like: None } => {
            ("/app-passwords/new".to_owned(), "Create an app password")
        }
        NextStep::CorrectUserName { app_password, .. } => {
            (format!("/app-passwords/{app_password}#where"), "See what to type where")
        }
        NextStep::AddNetwork { app_password, address } => {
            (format!("/app-passwords/{app_password}/edit?network={address}"), "Allow this address")
        }
        NextStep::AddDoor { app_password, door } => {
            (format!("/app-passwords/{app_password}/edit?door={door}"), "Allow this too")
        }
        NextStep::Renew { app_password } => {
            (format!("/app-passwords/{app_password}/edit?renew=1"), "Renew it")
        }
        NextStep::Resume { app_password } => {
            (format!("/app-passwords/{app_password}"), "Open it to resume it")
        }
        NextStep::Rotate { app_password } => {
            (format!("/app-passwords/{app_password}/rotate"), "Make a new secret")
        }
        NextStep::ChangeLimits { app_password } => {
            (format!("/app-passwords/{app_password}/edit#limits"), "Look at its limits")
        }
        NextStep::ConnectMailbox => ("/consents".to_owned(), "Connect the mailbox"),
        NextStep::SignInAgain => ("/security-info".to_owned(), "Continue to Security info"),
        NextStep::ReviewMethods => ("/security-info#methods".to_owned(), "Look at your methods"),
        NextStep::ChangeAccountPassword => ("/password".to_owned(), "Change the account password"),
        NextStep::OpenSettings => ("/admin/settings".to_owned(), "Open the settings"),
        NextStep::OpenAccount { account } => (format!("/admin/accounts/{account}"), "Open the account"),
        NextStep::AskAdministrator | NextStep::CorrectProgram => return None,
    })
}
