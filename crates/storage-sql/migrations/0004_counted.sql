-- What lists count, kept beside what is counted, in the transaction that changes it.

-- How many methods an account has, and how many of them are passkeys: beside method, as app_passwords is.
alter table account add column methods {int} not null default 0;
alter table account add column passkeys {int} not null default 0;

update account set
    methods = (select count(*) from method m where m.account_id = account.id),
    passkeys = (select count(*) from method m where m.account_id = account.id and m.credential_id is not null)
    where id in (select account_id from method);

-- App passwords that were revoked of many accounts at once were still counted.
update account set
    app_passwords = (select count(*) from app_password p where p.account_id = account.id and p.state <> 2)
    where app_passwords > 0;

drop index account_list;
create index account_list on account
    (name, sought, kind, role, status, mfa, app_passwords, must_register_again, methods, passkeys)
    where status <> 2;

-- Those with a role, who are few.
create index account_privileged on account (role, name, status, mfa, passkeys) where status <> 2 and role <> 0;

-- For counts alone. The second condition always holds: a list, which does not say it, keeps to the order of its names.
create index account_counted on account (mfa, status, methods) where status <> 2 and mfa >= 0;

-- The programs of account_password_use, those of an account together. A deleted account has none.
create table account_password_seen (
    account_id {blob} not null primary key references account (id),
    -- The last time that one was let in; none: none ever was.
    last_at {int},
    -- The last time that one was refused, because it needs an app password.
    refused_at {int},
    -- 1: the password is good at doors, as MFA is not enforced.
    open {int} not null
){clustered};

insert into account_password_seen (account_id, last_at, refused_at, open)
    select u.account_id, max(u.last_at), max(u.refused_at), max(case when a.mfa = 2 then 0 else 1 end)
    from account_password_use u join account a on a.id = u.account_id where a.status <> 2 group by u.account_id;

create index account_password_seen_open on account_password_seen (account_id, last_at, open)
    where open = 1 and last_at is not null;
create index account_password_seen_tried on account_password_seen (account_id, refused_at, last_at)
    where refused_at > coalesce(last_at, 0);

-- With the state, as in 0003_lists.sql, a place in one of these lists is found, and the list counted, without its rows.
drop index app_password_folded_name;
create index app_password_folded_name on app_password (folded_name, id, state) where state <> 2;
drop index app_password_scope;
create index app_password_scope on app_password (scope, id, state) where state <> 2;
drop index app_password_last_day;
create index app_password_last_day on app_password (last_day, id, state) where state <> 2;

-- All that the sign-ins of one account are narrowed by, so that what is rare among them is found without their rows.
drop index sign_in_event_account;
create index sign_in_event_account on sign_in_event (account_id, id, place, reason, would_refuse, at);
