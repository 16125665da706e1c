//! What to do at the device, step by step, with what was chosen on the form that created its app password.

use postern_domain::app_password::{AppPassword, SenderRestriction};
use postern_domain::door::Door;

/// Where the fields are in a kind of client, by the key of its preset, and what to do there.
pub(crate) fn where_to_type(preset: &str) -> &'static str {
    match preset {
        "web-site" => {
            "Open the mail settings of the web site: in WordPress an SMTP plugin, in a shop \u{201c}E-mail\u{201d} or \u{201c}Mailer\u{201d}, in a program of your own its configuration file. Choose SMTP."
        }
        "printer" => {
            "Open the device's own page in a browser (its address is on its display) and look for \u{201c}SMTP\u{201d}, \u{201c}E-mail\u{201d} or \u{201c}Scan to e-mail\u{201d}. Switch SMTP authentication on."
        }
        "alerts" => "Open the notification settings of the device or program and choose e-mail by SMTP.",
        "script" => {
            "Keep the password where only the script's user can read it: a file of mode 600, or the job's secret store. Never in the script itself."
        }
        "mail-imap" | "mail-pop" => {
            "Add an account and choose to set it up by hand. In Thunderbird: Account Settings, Account Actions, Add Mail Account, Configure manually; \u{201c}Normal password\u{201d}."
        }
        "apple-mail" => {
            "Easiest with the profile below. By hand: Settings, Apps, Mail, Mail Accounts, Add Account, Other, Add Mail Account."
        }
        "crm" | "mailbox-reader" => {
            "Open the program's settings for incoming mail and choose IMAP with user name and password, not \u{201c}Sign in with Microsoft\u{201d} or \u{201c}Google\u{201d}."
        }
        "outlook-2010" => {
            "Open the control panel's Mail item or Outlook's account settings. When Outlook asks for a password, give the app password and let it be remembered."
        }
        "exchange-web-services" => {
            "Choose Exchange Web Services with basic authentication and the account below. The address of the service is the server with /EWS/Exchange.asmx."
        }
        "phone" => {
            "Add an account of the kind Exchange and choose to set it up by hand; leave the domain empty."
        }
        "calendar" => {
            "Add a CalDAV account, and a CardDAV account for contacts. On Android with an app such as DAVx\u{2075}."
        }
        "files" => {
            "Connect a network drive, or open the address in the program; give user name and password when asked."
        }
        _ => "Open the program's settings for its account.",
    }
}

/// What to type as the sender of mail; none where no mail is sent.
pub(crate) fn sender_to_type(app_password: &AppPassword, owner: &str) -> Option<String> {
    let sends = [Door::Smtp, Door::Sasl].into_iter().any(|door| app_password.scope.contains(door));
    sends.then(|| match &app_password.sender {
        SenderRestriction::AccountAddresses => format!("{owner}, or one of its other addresses"),
        SenderRestriction::Listed(list) => list.join(", "),
        SenderRestriction::Unrestricted => "any that your mail server lets pass".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use postern_domain::app_password::Preset;

    use super::*;

    #[test]
    fn every_preset_says_where_to_type() {
        let own = where_to_type("own");
        for preset in Preset::ALL {
            let is_general = where_to_type(preset.key) == own;
            assert_eq!(is_general, matches!(preset.key, "web-service" | "ldap"), "{}", preset.key);
        }
    }
}
