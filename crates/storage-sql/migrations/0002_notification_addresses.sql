-- Where an account's owner is told, beside the account's own address. Nothing is told at one that is not confirmed.
create table notification_address (
    id {blob} not null primary key,
    account_id {blob} not null references account (id),
    address {text} not null,
    added_at {int} not null,
    -- When a code that was sent there came back, or the operator vouched for it.
    confirmed_at {int}
){clustered};

create unique index notification_address_account on notification_address (account_id, address);

-- A network from which an app password was not used for long counts as new again.
alter table app_password_network add column last_at {int} not null default 0;

update app_password_network set last_at = first_at;

-- A notice may concern no account but the organization, and leads to one page. No database changes such columns alike, so
-- that both tables are made anew.
create table notice_2 (
    sequence {int} not null primary key,
    at {int} not null,
    kind {text} not null,
    account_id {blob} references account (id),
    subject {text} not null,
    -- A JSON list of pairs.
    facts {text} not null,
    advice {text} not null,
    -- A path of the portal.
    link {text} not null
){table};

insert into notice_2 (sequence, at, kind, account_id, subject, facts, advice, link)
    select sequence, at, kind, account_id, subject, facts, advice, '/security-info' from notice;

create table notice_recipient_2 (
    notice {int} not null references notice_2 (sequence) on delete cascade,
    address {text} not null,
    account_id {blob},
    state {int} not null,
    attempts {int} not null,
    -- When it is due, was delivered or given up.
    state_at {int} not null,
    problem {text},
    primary key (notice, address)
){clustered};

insert into notice_recipient_2 (notice, address, account_id, state, attempts, state_at, problem)
    select notice, address, account_id, state, attempts, state_at, problem from notice_recipient;

drop table notice_recipient;
drop table notice;
alter table notice_2 rename to notice;
alter table notice_recipient_2 rename to notice_recipient;

create index notice_at on notice (at);
create index notice_recipient_account on notice_recipient (account_id, notice);
create index notice_recipient_due on notice_recipient (state_at) where state = 0;
create index notice_recipient_troubled on notice_recipient (notice) where problem is not null;
