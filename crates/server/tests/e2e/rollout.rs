//! The roll-out of MFA as an administrator does it: fifty programs sign in with account passwords, the preview names
//! them, MFA is enabled and then enforced, they are refused with references that explain themselves, get app passwords,
//! and work again.

use postern_testkit::Postfix;
use postern_testkit::certificates::TestAuthority;
use serde_json::{Value, json};
use tokio::process::Command;

use super::server::{Answer, PASSWORD, Place, Server, answer};

const ROOT: &str = "root@example.test";
const ACCOUNTS: usize = 50;

/// Fifty programs with Python's `smtplib`: each signs in and sends a message, and says how that ended.
const PROGRAMS: &str = r#"
import json, smtplib, ssl, sys
host, port, authority = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
for user, secret in json.load(sys.stdin):
    with smtplib.SMTP_SSL('localhost', int(port), local_hostname='contact-form.example.test', context=context) as smtp:
        try:
            smtp.login(user, secret)
            smtp.sendmail(user, ['visitor@example.net'], 'From: %s\r\nTo: visitor@example.net\r\nSubject: roll-out\r\n\r\nIt works.\r\n' % user)
            print(json.dumps({'user': user, 'code': 250, 'text': ''}))
        except smtplib.SMTPAuthenticationError as refused:
            print(json.dumps({'user': user, 'code': refused.smtp_code, 'text': refused.smtp_error.decode()}))
"#;

/// An administrator's browser, without a window and without JavaScript.
const BROWSER: &str = r#"
import base64, hmac, html.parser, http.cookiejar, json, ssl, struct, sys, time, urllib.parse, urllib.request
portal, user, password, authority = sys.argv[1:]
browser = urllib.request.build_opener(
    urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority)),
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

class Page(html.parser.HTMLParser):
    def __init__(self, answer):
        super().__init__()
        self.address, self.forms, self.text, self.form = answer.geturl(), {}, '', []
        self.feed(answer.read().decode())
        self.text = ' '.join(self.text.split())
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == 'form':
            self.form = self.forms[attributes['action']] = []
        elif tag == 'input' and attributes.get('type') == 'hidden':
            self.form.append((attributes['name'], attributes['value']))
    def handle_data(self, data):
        self.text += data

def get(address):
    return Page(browser.open(urllib.parse.urljoin(portal, address)))

def submit(page, action, **fields):
    data = urllib.parse.urlencode(page.forms[action] + list(fields.items())).encode()
    request = urllib.request.Request(urllib.parse.urljoin(portal, action), data, {'Origin': portal})
    return Page(browser.open(request))

page = submit(get('/sign-in'), '/sign-in', username=user, password=password)
register = '/methods/authenticator/new'
key = dict(page.forms[register])['key'].replace(' ', '').upper()
key = base64.b32decode(key + '=' * (-len(key) % 8))
digest = hmac.digest(key, struct.pack('>Q', int(time.time()) // 30), 'sha1')
code = (struct.unpack('>I', digest[digest[19] & 15:][:4])[0] & 0x7fffffff) % 1000000
submit(page, register, code='%06d' % code, label='Phone')

# What is asked on standard input, a line each: a page to read, or a state that all in another one are to get.
for line in sys.stdin:
    wanted = json.loads(line)
    if 'read' in wanted:
        print(json.dumps(get(wanted['read']).text), flush=True)
        continue
    bulk = '/admin/accounts/bulk'
    question = submit(get('/admin/mfa?mfa=' + wanted['from']), bulk, which='matching', change='mfa ' + wanted['to'])
    page = submit(question, bulk)
    while 'Finished' not in page.text:
        page = get(page.address)
    print(json.dumps(question.text), flush=True)
    print(json.dumps(page.text), flush=True)
"#;

fn name(number: usize) -> String {
    format!("person{number:02}@example.test")
}

/// Has every program sign in and send; gives how each ended.
async fn programs(place: &Place, server: &Server, secrets: &[(String, String)]) -> Vec<Value> {
    let mut python = Command::new("/usr/bin/python3");
    python.args(["-c", PROGRAMS, "localhost", &server.tls.port().to_string()]).arg(place.ca_file());
    let Answer { code, out, err } = answer(python, &json!(secrets).to_string()).await;
    assert_eq!(code, 0, "{out}\n{err}");
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Has the administrator do things one after the other; gives what each page said.
async fn administrator(place: &Place, server: &Server, wanted: &[Value]) -> Vec<String> {
    let portal = server.ready["portal"].as_str().unwrap();
    let mut python = Command::new("/usr/bin/python3");
    python.args(["-c", BROWSER, portal, ROOT, PASSWORD]).arg(place.ca_file());
    let lines: String = wanted.iter().map(|wanted| format!("{wanted}\n")).collect();
    let Answer { code, out, err } = answer(python, &lines).await;
    assert_eq!(code, 0, "{out}\n{err}");
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn e2e_a_roll_out_of_mfa_leaves_every_program_working() {
    let postfix = Postfix::start(&TestAuthority::new("postfix"));
    let upstream = format!("host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", postfix.starttls_port);
    let place = Place::new(&upstream);
    let add = async |name: &str, options: &[&str]| {
        let command = [&["account", "add", name, "--password-stdin", "--json"], options].concat();
        place.run_with(&command, PASSWORD).await.json();
    };
    add(ROOT, &["--mfa", "enforced", "--role", "global-administrator"]).await;
    for number in 0..ACCOUNTS {
        add(&name(number), &["--mfa", "disabled"]).await;
    }
    let server = place.serve().await;

    // Before: every program works with the account password.
    let account_passwords: Vec<_> = (0..ACCOUNTS).map(|number| (name(number), PASSWORD.to_owned())).collect();
    let before = programs(&place, &server, &account_passwords).await;
    assert!(before.iter().all(|ended| ended["code"] == 250), "{before:?}");

    // The preview names them; enabled, they still work; enforced, they stop.
    let read = |path: &str| json!({ "read": path });
    let change = |from: &str, to: &str| json!({ "from": from, "to": to });
    let wanted = [
        read("/admin/mfa/programs?stopped=no"),
        change("disabled", "enabled"),
        change("enabled", "enforced"),
    ];
    let said = administrator(&place, &server, &wanted).await;
    let [preview, enable, enabled, enforce, enforced] = &said[..] else { panic!("{said:?}") };
    for text in [preview, enable, enforce] {
        assert!(text.contains("50 programs of 50 accounts"), "{text}");
        assert!(text.contains("contact-form.example.test"), "{text}");
    }
    for number in 0..ACCOUNTS {
        assert!(preview.contains(&name(number)), "{} is not in the preview", name(number));
    }
    for text in [enabled, enforced] {
        assert!(text.contains("Changed50 Not changed0"), "{text}");
    }

    // After: refused, each with a reference that says what to do.
    let after = programs(&place, &server, &account_passwords).await;
    assert!(after.iter().all(|ended| ended["code"] == 535), "{after:?}");
    for ended in [&after[0], &after[ACCOUNTS - 1]] {
        let (_, reference) = super::refusals::refusal(ended["text"].as_str().unwrap());
        assert_eq!(place.reason(&reference).await, "account-password-under-mfa");
    }

    // App passwords: all programs work again.
    let mut app_passwords = Vec::new();
    for number in 0..ACCOUNTS {
        let name = name(number);
        let create =
            ["app-password", "create", &name, "--json", "--name", "Contact form", "--protocol", "smtp"];
        let made = place.run(&create).await.json();
        app_passwords.push((name, made["secret"].as_str().unwrap().to_owned()));
    }
    let again = programs(&place, &server, &app_passwords).await;
    assert!(again.iter().all(|ended| ended["code"] == 250), "{again:?}");
    postfix.wait_for_messages(2 * ACCOUNTS).await;
    let audit = place.run(&["audit", "verify", "--json"]).await;
    assert_eq!(audit.code, 0, "{audit:?}");
    assert_eq!(server.stop().await, Some(0));
}
