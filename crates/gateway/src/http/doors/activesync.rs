//! ActiveSync names the user in the URL too, and servers may take it for the mailbox.

use hyper::StatusCode;
use hyper::http::request::Parts;
use postern_domain::account::{Account, AccountName};
use postern_protocols::activesync;

use super::super::answer::{self, Answer};

/// Whether the URL names nobody else than who signed in. A device is told 403, which it takes for "not enabled for this
/// user": its password is right.
pub(in crate::http) fn check_user(head: &Parts, account: &Account) -> Result<(), Box<Answer>> {
    let query = head.uri.query().unwrap_or_default();
    match activesync::query_user(query) {
        Ok(None) => Ok(()),
        Ok(Some(user)) if is_one(&user, account) => Ok(()),
        Ok(Some(_)) => {
            tracing::warn!(account = %account.name, "ActiveSync request for another user refused");
            let words = "The URL names another user than the one who signed in";
            Err(Box::new(answer::text(StatusCode::FORBIDDEN, words)))
        }
        Err(problem) => {
            let words = format!("The request is refused: {problem}");
            Err(Box::new(answer::text(StatusCode::BAD_REQUEST, &words)))
        }
    }
}

/// `user@domain` must be one of the addresses, and so must `domain\user` where it is a domain of the Internet: it may name
/// another account. `DOMAIN\user` and `user` must be the beginning of one, because devices leave out or make up the domain.
fn is_one(user: &str, account: &Account) -> bool {
    let (domain, bare) = user.rsplit_once('\\').unwrap_or(("", user));
    let is_address = |name: &str| name.parse().is_ok_and(|name: AccountName| account.has_address(&name));
    if bare.contains('@') {
        return is_address(bare);
    }
    if domain.contains('.') {
        return is_address(&format!("{bare}@{domain}"));
    }
    account.addresses().any(|address| {
        let local = address.as_str().rsplit_once('@').map_or(address.as_str(), |(local, _)| local);
        local.eq_ignore_ascii_case(bare)
    })
}
