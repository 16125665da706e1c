-- Whether the account's password is good at doors, as in account_password_seen, beside each of its programs: so they are
-- counted in one index. 1: MFA is not enforced.
alter table account_password_use add column open {int} not null default 1;

update account_password_use set open = 0 where account_id in (select id from account where mfa = 2);

-- Of a deleted account there is none.
delete from account_password_use where account_id in (select id from account where status = 2);

drop index account_password_use_heard;
create index account_password_use_heard on account_password_use (heard_at, open, account_id);
