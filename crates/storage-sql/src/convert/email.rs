//! The addresses of a directory's entry: each on a line, `p` where it is the first one, the address, and the rest of the
//! line its kind, between spaces.

use postern_domain::directory::DirectoryEmail;

/// The addresses as one text.
pub(crate) fn email_lines(emails: &[DirectoryEmail]) -> String {
    let line = |email: &DirectoryEmail| {
        let mark = if email.primary { "p" } else { "-" };
        let kind = email.kind.as_ref().map_or("", |kind| kind.as_str());
        format!("{mark} {} {kind}", email.address)
    };
    emails.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The addresses again; none when a line has no meaning.
pub(crate) fn read_emails(text: &str) -> Option<Vec<DirectoryEmail>> {
    text.split('\n').filter(|line| !line.is_empty()).map(read_line).collect()
}

fn read_line(line: &str) -> Option<DirectoryEmail> {
    let mut parts = line.splitn(3, ' ');
    let primary = match parts.next()? {
        "p" => true,
        "-" => false,
        _ => return None,
    };
    let address = parts.next()?.parse().ok()?;
    let kind = match parts.next()? {
        "" => None,
        kind => Some(kind.parse().ok()?),
    };
    Some(DirectoryEmail { address, kind, primary })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back() {
        let email = |address: &str, kind: Option<&str>, primary| DirectoryEmail {
            address: address.parse().unwrap(),
            kind: kind.map(|kind| kind.parse().unwrap()),
            primary,
        };
        let emails = [
            email("anna@example.test", Some("work"), true),
            email("a@example.test", None, false),
            email("b@example.test", Some("at  home, evenings"), false),
        ];
        let text = email_lines(&emails);
        assert_eq!(text, "p anna@example.test work\n- a@example.test \n- b@example.test at  home, evenings");
        assert_eq!(read_emails(&text).as_deref(), Some(emails.as_slice()));
        assert_eq!(read_emails(""), Some(Vec::new()));
        assert_eq!(read_emails("x anna@example.test work"), None);
        assert_eq!(read_emails("p anna@example.test"), None);
    }
}
