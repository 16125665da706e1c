//! What a mailbox's owner does in the portal, so that programs get to the mailbox: enter its password, consent.

use std::fs;

use postern_testkit::certificates::TestAuthority;
use postern_testkit::{Dovecot, OidcProvider};
use tokio::process::Command;

use super::mailboxes::{DIRECT_PASSWORD, Mailboxes, messages, upstreams};
use super::oauth;
use super::server::{ACCOUNT, Answer, PASSWORD, answer};

/// A browser without a window: signs in at the portal, registers an authenticator app, then does one thing.
const BROWSER: &str = r#"
import base64, hmac, html.parser, http.cookiejar, ssl, struct, sys, time, urllib.parse, urllib.request
portal, user, password, deed, wanted, *authorities = sys.argv[1:]
context = ssl.create_default_context(cafile=authorities[0])
for authority in authorities[1:]:
    context.load_verify_locations(authority)
browser = urllib.request.build_opener(
    urllib.request.HTTPSHandler(context=context),
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

class Page(html.parser.HTMLParser):
    def __init__(self, answer):
        super().__init__()
        self.address, self.forms, self.links, self.form = answer.geturl(), {}, [], {}
        self.feed(answer.read().decode())
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == 'form':
            self.form = self.forms[attributes['action']] = {}
        elif tag == 'input' and attributes.get('type') == 'hidden':
            self.form[attributes['name']] = attributes['value']
        elif tag == 'a':
            self.links.append(attributes['href'])

def get(address):
    return Page(browser.open(urllib.parse.urljoin(portal, address)))

def submit(page, action, **fields):
    data = urllib.parse.urlencode({**page.forms[action], **fields}).encode()
    request = urllib.request.Request(urllib.parse.urljoin(portal, action), data, {'Origin': portal})
    return Page(browser.open(request))

page = submit(get('/sign-in'), '/sign-in', username=user, password=password)
register = '/methods/authenticator/new'
key = page.forms[register]['key'].replace(' ', '').upper()
key = base64.b32decode(key + '=' * (-len(key) % 8))
digest = hmac.digest(key, struct.pack('>Q', int(time.time()) // 30), 'sha1')
code = (struct.unpack('>I', digest[digest[19] & 15:][:4])[0] & 0x7fffffff) % 1000000
submit(page, register, code='%06d' % code, label='Phone')

if deed == 'enter':
    for upstream in ['imap', 'pop3']:
        page = get('/mailbox-password?upstream=' + upstream)
        page = submit(page, '/mailbox-password', password=wanted)
else:
    page = submit(get('/consents'), '/consents/connect')
    page = get(next(link for link in page.links if link.startswith(wanted)))
print(page.address)
"#;

async fn in_the_portal(mailboxes: &Mailboxes, deed: &str, wanted: &str, more: &[&str]) -> Answer {
    let portal = mailboxes.server.ready["portal"].as_str().unwrap();
    let mut python = Command::new("/usr/bin/python3");
    python.args(["-c", BROWSER, portal, ACCOUNT, PASSWORD, deed, wanted]).arg(mailboxes.place.ca_file());
    python.args(more.iter().map(|name| mailboxes.place.path(name)));
    answer(python, "").await
}

#[tokio::test]
async fn e2e_an_owner_enters_the_mailbox_password() {
    let authority = TestAuthority::new("dovecot");
    let dovecot = Dovecot::start(&authority, &[(ACCOUNT, DIRECT_PASSWORD)]);
    let sections = upstreams(&dovecot, "sign_in = \"mailbox\"\n");
    let mailboxes = Mailboxes::start_with(&authority, dovecot, &sections, &[]).await;
    mailboxes.dovecot.deliver(ACCOUNT, &messages(1));
    let list = format!("imaps://{}/INBOX", mailboxes.server.listener("imap", "TLS"));
    let told = mailboxes.curl(&list, &mailboxes.secret, &[]).await;
    assert!(told.err.contains("NO [UNAVAILABLE]"), "nothing was entered: {told:?}");

    let entered = in_the_portal(&mailboxes, "enter", DIRECT_PASSWORD, &[]).await;
    assert!(entered.out.trim_end().ends_with("?done=mailbox-password-set"), "{entered:?}");
    oauth::reads(&mailboxes, ["method=PLAIN", "method=PLAIN"]).await;
    for file in ["data/postern.db", "data/postern.db-wal", "log"] {
        let Ok(content) = fs::read(mailboxes.place.path(file)) else { continue };
        let password = DIRECT_PASSWORD.as_bytes();
        assert!(!content.windows(password.len()).any(|part| part == password), "it is in {file}");
    }
}

#[tokio::test]
async fn e2e_an_owner_connects_the_mailbox() {
    let provider = OidcProvider::start(&TestAuthority::new("provider"), oauth::CALLBACK);
    let mailboxes =
        oauth::start(&provider, &oauth::delegated(&provider), &provider.introspection_of_users()).await;
    mailboxes.dovecot.deliver(ACCOUNT, &messages(1));
    let connected = in_the_portal(&mailboxes, "connect", &provider.issuer, &["provider-ca.pem"]).await;
    assert!(
        connected.out.trim_end().ends_with("/consents?done=mailbox-connected"),
        "{connected:?}\n{}",
        provider.log()
    );
    oauth::reads(&mailboxes, oauth::BOTH_MECHANISMS).await;
}
