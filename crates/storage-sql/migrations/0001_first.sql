-- The first schema. Types in braces are filled in for each database: see `src/driver/mod.rs`, Dialect.
-- Moments are milliseconds since 1970, spans are milliseconds, identifiers are 16 bytes, addresses 4 or 16.

create table account (
    id {blob} not null primary key,
    name {text} not null,
    -- The aliases, each on a line: beside account_address, so that a sign-in needs no further read.
    aliases {text} not null,
    kind {int} not null,
    role {int} not null,
    status {int} not null,
    status_at {int},
    status_by {text},
    mfa {int} not null,
    -- The groups, each on a line: beside account_group, as the aliases are.
    group_names {text} not null,
    sid {text},
    -- The mailboxes that it may act for, each on a line: see `src/convert/grant.rs`.
    impersonation {text},
    created_at {int} not null,
    -- Sessions that signed in when this had another value are over.
    sessions_valid_since {int},
    -- How many of its app passwords are not revoked: beside app_password, for lists.
    app_passwords {int} not null,
    -- The addresses, each on a line, as many as fit: what a search looks through.
    sought {text} not null,
    -- The method that is asked for first. It may be gone.
    default_method {blob},
    must_register_again {int} not null
){clustered};

create unique index account_sid on account (sid) where status <> 2 and sid is not null;
create index account_administrator on account (name) where role = 1 and status = 0;
-- All that lists of accounts filter by, in the order of the names: any filter walks this, and reads the rows that it shows.
create index account_list on account (name, sought, kind, role, status, mfa, app_passwords, must_register_again)
    where status <> 2;

-- The addresses that are taken, primary ones and aliases. A deleted account has none.
create table account_address (
    address {text} not null primary key,
    account_id {blob} not null references account (id)
){clustered};

create index account_address_account on account_address (account_id);

-- The addresses that deleted accounts had, each with the last of them.
create table former_address (
    address {text} not null primary key,
    account_id {blob} not null references account (id)
){clustered};

-- Who is in which group, for lists. A deleted account is in none.
create table account_group (
    name {text} not null,
    account_id {blob} not null references account (id),
    primary key (name, account_id)
){clustered};

create index account_group_account on account_group (account_id);

-- What a directory outside said of an account, beside what the account itself has.
create table directory_entry (
    account_id {blob} not null primary key references account (id),
    external_id {text},
    display_name {text},
    given_name {text},
    family_name {text},
    -- Each address on a line, with what the directory says of it: see `src/convert/email.rs`.
    emails {text} not null,
    -- The moment of the block that the directory asked for.
    blocked_at {int}
){clustered};

create unique index directory_entry_external_id on directory_entry (external_id) where external_id is not null;

-- The groups that have an identifier for a directory. Who is in them: see account_group.
create table directory_group (
    id {blob} not null primary key,
    name {text} not null,
    display_name {text} not null,
    external_id {text},
    created_at {int} not null
){clustered};

create unique index directory_group_name on directory_group (name);
create unique index directory_group_external_id on directory_group (external_id) where external_id is not null;

create table account_password (
    account_id {blob} not null primary key references account (id),
    hash {text} not null,
    changed_at {int} not null
){clustered};

-- The programs that signed in, or tried to, with the right account password. The network is that of the address: a /24 or
-- a /64. No client: an empty text, so that it can be part of the key.
create table account_password_use (
    account_id {blob} not null references account (id),
    door {int} not null,
    network {blob} not null,
    client {text} not null,
    address {blob} not null,
    first_at {int} not null,
    -- Its last attempt, however it ended.
    heard_at {int} not null,
    -- The last time that it was let in; none: it never was.
    last_at {int},
    use_count {int} not null,
    -- The last time that it was refused, because it needs an app password.
    refused_at {int},
    reference {text},
    refused_count {int} not null,
    primary key (account_id, door, network, client)
){clustered};

create index account_password_use_heard on account_password_use (heard_at);

-- What is done to many accounts at once: asked for by one person, done by whichever server holds it.
create table bulk_job (
    id {blob} not null primary key,
    account_id {blob} not null references account (id),
    asked_by {text} not null,
    change {text} not null,
    chosen {text} not null,
    total {int} not null,
    done {int} not null,
    not_done {int} not null,
    started_at {int} not null,
    -- None: it goes on.
    finished_at {int},
    holder {blob},
    heard_at {int} not null
){clustered};

create index bulk_job_open on bulk_job (heard_at) where finished_at is null;

create table bulk_job_account (
    job_id {blob} not null references bulk_job (id) on delete cascade,
    account_id {blob} not null references account (id),
    name {text} not null,
    -- 0 to come, 1 done, 2 not done
    state {int} not null,
    why {text},
    primary key (job_id, account_id)
){clustered};

create index bulk_job_account_name on bulk_job_account (job_id, state, name);

create table app_password (
    id {blob} not null primary key,
    account_id {blob} not null references account (id),
    name {text} not null,
    folded_name {text} not null,
    note {text},
    profile {int} not null,
    scope {int} not null,
    networks {blob} not null,
    expires_at {int},
    idle_expiry {int},
    sender {int} not null,
    sender_list {text},
    impersonation {text},
    -- Limits; none: the usual ones.
    most_sessions {int},
    most_sign_ins {int},
    most_messages {int},
    most_recipients {int},
    state {int} not null,
    state_at {int},
    state_by {text},
    state_reason {text},
    created_at {int} not null,
    created_by {text} not null,
    created_from {blob},
    overlap_until {int},
    last_at {int},
    last_door {int},
    last_address {blob},
    last_client {text},
    use_count {int} not null,
    -- For the lists of those that are never used, and of those that are stale: whether it was used, and the day of its
    -- last use, or of its creation. They change once, and once a day, so that a use costs their indexes nothing.
    used {int} not null,
    last_day {int} not null
){clustered};

create index app_password_account on app_password (account_id, created_at);
-- The lists of the inventory: see `src/aggregate/inventory.rs`.
create index app_password_live on app_password (id) where state <> 2;
create index app_password_folded_name on app_password (folded_name, id) where state <> 2;
create index app_password_scope on app_password (scope, id) where state <> 2;
create index app_password_never_used on app_password (id) where state <> 2 and used = 0;
create index app_password_last_day on app_password (last_day, id) where state <> 2;
create index app_password_no_expiry on app_password (id)
    where state <> 2 and expires_at is null and idle_expiry is null;
create index app_password_expiry on app_password (expires_at, id) where state <> 2 and expires_at is not null;
create unique index app_password_live_name on app_password (account_id, folded_name) where state <> 2;

-- The sign-ins with an app password, by day since 1970-01-01.
create table app_password_day (
    app_password_id {blob} not null references app_password (id),
    day {int} not null,
    accepted {int} not null,
    refused {int} not null,
    primary key (app_password_id, day)
){clustered};

-- Where an app password was accepted from, and by which client (empty: it said none) at which door: the latest ones.
create table app_password_source (
    app_password_id {blob} not null references app_password (id),
    door {int} not null,
    address {blob} not null,
    client {text} not null,
    first_at {int} not null,
    last_at {int} not null,
    use_count {int} not null,
    primary key (app_password_id, door, address, client)
){clustered};

-- Clustered by the locator, so that the hot path reads it without an index in between. Locators of secrets that are
-- stored with Argon2id have 16 bits, so that several may be alike.
create table secret (
    locator {blob} not null,
    id {blob} not null,
    app_password_id {blob} not null references app_password (id),
    kind {int} not null,
    key_version {int},
    salt {blob},
    hash {blob},
    phc {text},
    created_at {int} not null,
    -- None: the current one.
    works_until {int},
    primary key (locator, id)
){clustered};

create unique index secret_id on secret (id);
create index secret_app_password on secret (app_password_id);

-- What the hot path reads: a secret with its app password and its account. A view, so that the statement is a short
-- text: it is looked up by its text among the prepared ones each time. The columns stand in the order in which
-- `read_secret`, `read_app_password` and `read_account` take them.
create view candidate as
select
    s.id as secret_id, s.kind as secret_kind, s.key_version, s.salt, s.hash, s.phc, s.works_until,
    p.id as app_password_id, p.account_id, p.name as app_password_name, p.note, p.profile, p.scope, p.networks, p.expires_at,
    p.idle_expiry, p.sender, p.sender_list, p.impersonation as app_password_impersonation, p.most_sessions,
    p.most_sign_ins, p.most_messages, p.most_recipients, p.state, p.state_at, p.state_by, p.state_reason,
    p.created_at as app_password_created_at, p.created_by, p.created_from, p.last_at, p.last_door, p.last_address,
    p.last_client, p.use_count, p.overlap_until,
    a.id as id_of_account, a.name as account_name, a.aliases, a.kind as account_kind, a.role, a.status, a.status_at,
    a.status_by, a.mfa, a.group_names, a.sid, a.impersonation, a.created_at as account_created_at,
    a.sessions_valid_since, a.default_method, a.must_register_again,
    s.locator
from secret s
join app_password p on p.id = s.app_password_id
join account a on a.id = p.account_id;

create table method (
    id {blob} not null primary key,
    account_id {blob} not null references account (id),
    kind {int} not null,
    label {text} not null,
    -- The phone number or the address, masked.
    hint {text},
    registered_at {int} not null,
    last_used_at {int},
    -- What verifies: the secret of an app, the public key of a passkey, a number, an address. Sealed.
    key_version {int} not null,
    secret {blob} not null,
    -- Of an authenticator app.
    last_step {int},
    -- Of a passkey: both or none.
    credential_id {blob},
    counter {int}
){clustered};

create index method_account on method (account_id);
create unique index method_credential on method (credential_id) where credential_id is not null;

create table recovery_code (
    account_id {blob} not null references account (id),
    hash {blob} not null,
    used_at {int},
    primary key (account_id, hash)
){clustered};

-- What browsers were asked to sign with a passkey.
create table ceremony (
    id {blob} not null primary key,
    browser {blob} not null,
    key_version {int} not null,
    state {blob} not null,
    expires_at {int} not null
){clustered};

create index ceremony_expires on ceremony (expires_at);

-- The newest code that was sent in a message, for each thing that one was sent for.
create table sent_code (
    account_id {blob} not null references account (id),
    subject {blob} not null,
    hash {blob} not null,
    -- Where it was sent, while that is not registered. Both or none.
    key_version {int},
    destination {blob},
    expires_at {int} not null,
    tries {int} not null,
    primary key (account_id, subject)
){clustered};

create table code_sending (
    account_id {blob} not null references account (id),
    at {int} not null,
    primary key (account_id, at)
){clustered};

create table remembered_browser (
    id {blob} not null primary key,
    token {blob} not null,
    account_id {blob} not null references account (id),
    remembered_at {int} not null,
    expires_at {int} not null,
    last_used_at {int},
    address {blob} not null,
    user_agent {text} not null
){clustered};

create unique index remembered_browser_token on remembered_browser (token);
create index remembered_browser_account on remembered_browser (account_id);
create index remembered_browser_expires on remembered_browser (expires_at);

create table portal_session (
    id {blob} not null primary key,
    token {blob} not null,
    account_id {blob} not null references account (id),
    started_at {int} not null,
    seen_at {int} not null,
    second_factor_at {int},
    -- How its owner got in: bits 1 password, 2 code, 4 passkey, 8 remembered browser, 16 trusted
    -- network.
    factors {int} not null,
    -- The outside identity provider that they came through.
    outside {text},
    address {blob} not null,
    user_agent {text} not null
){clustered};

create unique index portal_session_token on portal_session (token);
create index portal_session_account on portal_session (account_id);

-- Of tokens and client secrets a keyed hash. Scopes are names, separated by spaces.
create table api_token (
    id {blob} not null primary key,
    token {blob} not null,
    account_id {blob} not null references account (id),
    name {text} not null,
    folded_name {text} not null,
    scopes {text} not null,
    networks {blob} not null,
    -- Whether it changes what is others', from any network: for the inventory.
    wide {int} not null,
    created_at {int} not null,
    created_by {text} not null,
    expires_at {int} not null,
    -- Both or none.
    last_at {int},
    last_address {blob},
    -- Both or none.
    revoked_at {int},
    revoked_by {text}
){clustered};

create unique index api_token_token on api_token (token);
create index api_token_account on api_token (account_id, id);
-- The lists of the inventory: see `src/aggregate/other_credentials.rs`.
create index api_token_live on api_token (id) where revoked_at is null;
create index api_token_never_used on api_token (id) where revoked_at is null and last_at is null;
create index api_token_wide on api_token (id) where revoked_at is null and wide = 1;
create index api_token_idle on api_token ((coalesce(last_at, created_at))) where revoked_at is null;
create index api_token_expiry on api_token (expires_at) where revoked_at is null;
create index api_token_folded_name on api_token (folded_name) where revoked_at is null;

create table service_principal (
    id {blob} not null primary key,
    secret {blob} not null,
    name {text} not null,
    folded_name {text} not null,
    scopes {text} not null,
    networks {blob} not null,
    wide {int} not null,
    created_at {int} not null,
    created_by {text} not null,
    secret_expires_at {int},
    -- Both or none.
    last_at {int},
    last_address {blob},
    -- Both or none.
    revoked_at {int},
    revoked_by {text}
){clustered};

create unique index service_principal_name on service_principal (name) where revoked_at is null;

-- Attempts with API tokens and client secrets that have ended, by the id of the token or the principal.
create table bearer_tried (
    id {blob} not null primary key,
    first_at {int} not null,
    last_at {int} not null,
    address {blob} not null,
    tries {int} not null
){clustered};

create table access_token (
    token {blob} not null primary key,
    principal_id {blob} not null references service_principal (id),
    scopes {text} not null,
    expires_at {int} not null
){clustered};

create index access_token_principal on access_token (principal_id);
create index access_token_expiry on access_token (expires_at);

-- Requests at the API with an idempotency key, for a day. The caller is a token or a service principal.
create table keyed_request (
    caller {blob} not null,
    key {text} not null,
    request {blob} not null,
    began_at {int} not null,
    -- None while it is worked on.
    answer {text},
    primary key (caller, key)
){clustered};

create index keyed_request_age on keyed_request (began_at);

-- The running servers that have live sessions, each under a name that it has from its start to its end.
create table node (
    id {blob} not null primary key,
    heard_at {int} not null
){clustered};

-- Live sessions at the doors, as their servers report them: for people to look at.
create table live_session (
    id {blob} not null primary key,
    node_id {blob} not null references node (id) on delete cascade,
    account_id {blob} not null references account (id),
    app_password_id {blob} references app_password (id),
    door {int} not null,
    address {blob} not null,
    client {text},
    acting_for {text},
    since {int} not null,
    octets_from_client {int} not null,
    octets_to_client {int} not null,
    -- When it was asked to end.
    to_end_at {int}
){clustered};

create index live_session_node on live_session (node_id);
create index live_session_account on live_session (account_id);
create index live_session_app_password on live_session (app_password_id) where app_password_id is not null;
create index live_session_to_end on live_session (id) where to_end_at is not null;

create table sign_in_event (
    id {blob} not null primary key,
    at {int} not null,
    place {text} not null,
    account_id {blob},
    address {blob} not null,
    client {text},
    credential {int} not null,
    tag {int},
    app_password_id {blob},
    -- The mailbox of another that was asked for.
    acting_for {text},
    -- Both or none: none for an accepted one.
    reason {text},
    reference {text},
    -- Of an accepted one: what would have refused it, had its door not been in report-only mode.
    would_refuse {text},
    -- The place of the audit record that seals it.
    seal {int} not null
){clustered};

-- Refusals that owners asked the administrators about.
create table help_request (
    account_id {blob} not null references account (id),
    event_id {blob} not null,
    at {int} not null,
    primary key (account_id, event_id)
){clustered};

create index sign_in_event_seal on sign_in_event (seal);

create index sign_in_event_would_refuse on sign_in_event (id) where would_refuse is not null;
create index sign_in_event_account on sign_in_event (account_id, id);
create index sign_in_event_app_password on sign_in_event (app_password_id, id) where app_password_id is not null;
create index sign_in_event_reference on sign_in_event (reference, id) where reference is not null;

-- The outbox: what people are told, written with the deed that it tells of. The last row is never deleted.
create table notice (
    sequence {int} not null primary key,
    at {int} not null,
    kind {text} not null,
    account_id {blob} not null references account (id),
    subject {text} not null,
    -- A JSON list of pairs.
    facts {text} not null,
    advice {text} not null
){table};

create index notice_at on notice (at);

-- Where a notice goes to, and how far it has come. State 0: waiting, 1: delivered, 2: given up.
create table notice_recipient (
    notice {int} not null references notice (sequence) on delete cascade,
    address {text} not null,
    account_id {blob},
    state {int} not null,
    attempts {int} not null,
    -- When it is due, was delivered or given up.
    state_at {int} not null,
    problem {text},
    primary key (notice, address)
){clustered};

create index notice_recipient_account on notice_recipient (account_id, notice);
create index notice_recipient_due on notice_recipient (state_at) where state = 0;
create index notice_recipient_troubled on notice_recipient (notice) where problem is not null;

-- Sign-ins by the hour, written with their events. `ended`: 0 accepted, 1 accepted and would be refused, 2 refused.
create table sign_in_tally (
    hour {int} not null,
    place {text} not null,
    credential {int} not null,
    ended {int} not null,
    reason {text} not null,
    sign_ins {int} not null,
    primary key (hour, place, credential, ended, reason)
){clustered};

-- Attempts with app passwords that have ended.
create table tried_after_end (
    app_password_id {blob} not null primary key references app_password (id),
    reason {text} not null,
    first_at {int} not null,
    last_at {int} not null,
    door {int} not null,
    address {blob} not null,
    client {text},
    tries {int} not null
){clustered};

create index tried_after_end_last on tried_after_end (last_at, app_password_id);

-- The networks from which an app password was used, so that the first use from another is noticed.
create table app_password_network (
    app_password_id {blob} not null references app_password (id),
    network {text} not null,
    first_at {int} not null,
    primary key (app_password_id, network)
){clustered};

-- Which expiries their owners were told of: of an app password (what is empty), or of an account's consent to a provider.
create table expiry_told (
    subject {blob} not null,
    what {text} not null,
    expires_at {int} not null,
    primary key (subject, what)
){clustered};

-- How far records were shipped to destinations outside, and which process ships them.
create table shipping (
    destination {text} not null primary key,
    position {int} not null,
    holder {blob},
    lease_until {int},
    shipped_at {int},
    -- Both or none.
    failing_since {int},
    problem {text}
){clustered};

create table audit_record (
    sequence {int} not null primary key,
    at {int} not null,
    actor {text} not null,
    operation {text} not null,
    account_id {blob},
    app_password_id {blob},
    -- A JSON list of pairs.
    details {text} not null,
    previous {blob} not null,
    digest {blob} not null
){table};

create index audit_record_account on audit_record (account_id, sequence) where account_id is not null;
create index audit_record_app_password on audit_record (app_password_id, sequence) where app_password_id is not null;
create index audit_record_operation on audit_record (operation, sequence);
create index audit_record_actor on audit_record (actor, sequence);
create index audit_record_at on audit_record (at, sequence);

-- The end of the chain, beside the records, so that a cut-off end is noticed. One row.
create table audit_head (
    one {int} not null primary key check (one = 1),
    sequence {int} not null,
    digest {blob} not null
){table};

-- By which the database knows the key file that belongs to it.
create table key_check (
    version {int} not null primary key,
    value {blob} not null
){table};

-- A mailbox owner's consent at a provider. With a refresh token exactly while it has not lapsed.
create table consent (
    account_id {blob} not null references account (id),
    provider {text} not null,
    mailbox {text},
    connected_at {int} not null,
    refreshed_at {int} not null,
    -- The last use, written at most once an hour.
    used_at {int},
    access_until {int} not null,
    expires_at {int},
    refused_at {int},
    lapsed {int} not null,
    -- Both or none.
    error {text},
    error_at {int},
    generation {int} not null,
    key_version {int},
    refresh_token {blob},
    primary key (account_id, provider)
){clustered};

create index consent_expiry on consent (expires_at) where expires_at is not null;
create index consent_refreshed on consent (refreshed_at);
create index consent_lapsed on consent (account_id, provider) where lapsed = 1;
create index consent_idle on consent ((coalesce(used_at, connected_at)));
create index consent_no_expiry on consent (account_id, provider) where expires_at is null;
create index consent_never_used on consent (account_id, provider) where used_at is null;

-- Which process renews a consent's tokens.
create table refresh_lease (
    account_id {blob} not null references account (id),
    provider {text} not null,
    holder {blob} not null,
    ends_at {int} not null,
    primary key (account_id, provider)
){clustered};

-- Whom an outside identity provider may sign in to which account. Issuer and subject are the key, nothing else.
create table outside_identity (
    id {blob} not null primary key,
    account_id {blob} not null references account (id),
    issuer {text} not null,
    subject {text} not null,
    label {text} not null,
    linked_at {int} not null,
    linked_by {text} not null,
    last_used_at {int}
){clustered};

create unique index outside_identity_issuer_subject on outside_identity (issuer, subject);
create index outside_identity_account on outside_identity (account_id, linked_at);

-- A sign-in at an outside identity provider that is under way in somebody's browser.
create table outside_request (
    state {blob} not null primary key,
    browser {blob} not null,
    provider {text} not null,
    -- 0: to sign in; 1: to link the identity to a session's account; 2: to confirm that it is still the same person.
    purpose {int} not null,
    -- None: to sign in. The session may end before it.
    session_id {blob},
    key_version {int} not null,
    verifier {blob} not null,
    next_path {text} not null,
    asked_at {int} not null,
    expires_at {int} not null
){clustered};

create index outside_request_expires on outside_request (expires_at);

-- A request for a consent that is under way in somebody's browser. The session may end before it.
create table consent_request (
    state {blob} not null primary key,
    account_id {blob} not null references account (id),
    session_id {blob} not null,
    provider {text} not null,
    key_version {int} not null,
    verifier {blob} not null,
    expires_at {int} not null
){clustered};

create table mailbox_password (
    account_id {blob} not null references account (id),
    upstream {text} not null,
    key_version {int} not null,
    secret {blob} not null,
    set_at {int} not null,
    primary key (account_id, upstream)
){clustered};

create table setting (
    name {text} not null primary key,
    value {text} not null
){clustered};

-- What groups have of their own in place of the organization's values.
create table setting_override (
    group_name {text} not null,
    name {text} not null,
    value {text} not null,
    primary key (group_name, name)
){clustered};

create table setup_link (
    one {int} not null primary key check (one = 1),
    token {blob} not null,
    expires_at {int} not null
){table};

-- The change feed. Old rows are pruned, the last one never.
create table change (
    sequence {int} not null primary key,
    kind {int} not null,
    subject {blob},
    object {blob}
){table};
