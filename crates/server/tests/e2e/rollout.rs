//! The roll-out of MFA as an administrator does it: fifty programs sign in with account passwords, the preview names
//! them, MFA is enabled (all go on working) and then enforced, they are refused with references that explain themselves, get
//! app passwords, the first by its owner in the portal, and work again.

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

/// A browser of somebody who has no method yet, without a window and without JavaScript.
const BROWSER: &str = r#"
import base64, hmac, html.parser, http.cookiejar, json, ssl, struct, subprocess, sys, time, urllib.parse, urllib.request
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

# What is asked on standard input, a line each: a page to read, a form to send, a program to run meanwhile, or a state that
# all in another one are to get.
for line in sys.stdin:
    wanted = json.loads(line)
    if 'read' in wanted:
        print(json.dumps(get(wanted['read']).text), flush=True)
        continue
    if 'send' in wanted:
        print(json.dumps(submit(get(wanted['send']), wanted['send'], **wanted['fields']).text), flush=True)
        continue
    if 'run' in wanted:
        ran = subprocess.run(wanted['run'], input=wanted['input'], capture_output=True, text=True, check=True)
        print(json.dumps(ran.stdout), flush=True)
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

/// Has somebody sign in, register an authenticator app, and do things one after the other; gives what each page said.
async fn in_the_portal(place: &Place, server: &Server, user: &str, wanted: &[Value]) -> Vec<String> {
    let portal = server.ready["portal"].as_str().unwrap();
    let mut python = Command::new("/usr/bin/python3");
    python.args(["-c", BROWSER, portal, user, PASSWORD]).arg(place.ca_file());
    let lines: String = wanted.iter().map(|wanted| format!("{wanted}\n")).collect();
    let Answer { code, out, err } = answer(python, &lines).await;
    assert_eq!(code, 0, "{out}\n{err}");
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The first owner looks the reference up in the portal, and creates an app password; gives its secret.
async fn the_owner_creates(place: &Place, server: &Server, reference: &str) -> String {
    let new = json!({ "purpose": "web-site", "name": "Contact form", "expiry": "never", "idle": "never", "sender": "own" });
    let wanted = [
        json!({ "read": format!("/refusals?reference={reference}") }),
        json!({ "send": "/app-passwords/new", "fields": new }),
    ];
    let said = in_the_portal(place, server, &name(0), &wanted).await;
    let [why, shown] = &said[..] else { panic!("{said:?}") };
    assert!(why.contains("Create an app password"), "{why}");
    let is_secret = |word: &&str| word.split('-').map(str::len).eq([4; 6]);
    shown.split(' ').find(is_secret).unwrap_or_else(|| panic!("no app password: {shown}")).to_owned()
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
    let (port, authority) = (server.tls.port().to_string(), place.ca_file().display().to_string());
    let meanwhile = ["/usr/bin/python3", "-c", PROGRAMS, "localhost", &port, &authority];
    let wanted = [
        read("/admin/mfa/programs?stopped=no"),
        change("disabled", "enabled"),
        json!({ "run": meanwhile, "input": json!(account_passwords).to_string() }),
        change("enabled", "enforced"),
    ];
    let said = in_the_portal(&place, &server, ROOT, &wanted).await;
    let [preview, enable, enabled, between, enforce, enforced] = &said[..] else { panic!("{said:?}") };
    let between: Vec<Value> = between.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(between.len(), ACCOUNTS);
    assert!(between.iter().all(|ended| ended["code"] == 250), "who has no method yet goes on: {between:?}");
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
    let references: Vec<String> =
        after.iter().map(|ended| super::refusals::refusal(ended["text"].as_str().unwrap()).1).collect();
    let distinct: std::collections::BTreeSet<_> = references.iter().collect();
    assert_eq!(distinct.len(), ACCOUNTS, "each refusal has a reference of its own");
    for reference in &references {
        assert_eq!(place.reason(reference).await, "account-password-under-mfa");
    }

    // The first owner reads why, and creates an app password. The others get theirs from the operator.
    let secret = the_owner_creates(&place, &server, &references[0]).await;
    let mut app_passwords = vec![(name(0), secret)];
    for number in 1..ACCOUNTS {
        let name = name(number);
        let create =
            ["app-password", "create", &name, "--json", "--name", "Contact form", "--protocol", "smtp"];
        let made = place.run(&create).await.json();
        app_passwords.push((name, made["secret"].as_str().unwrap().to_owned()));
    }
    let again = programs(&place, &server, &app_passwords).await;
    assert!(again.iter().all(|ended| ended["code"] == 250), "{again:?}");
    postfix.wait_for_messages(3 * ACCOUNTS).await;
    let audit = place.run(&["audit", "verify", "--json"]).await;
    assert_eq!(audit.code, 0, "{audit:?}");
    assert_eq!(server.stop().await, Some(0));
}
