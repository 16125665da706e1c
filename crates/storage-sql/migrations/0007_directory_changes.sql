-- When what a directory client reads of an account or a group became another (SCIM's meta.lastModified). What was never
-- changed has the moment at which it was made; of changes before this migration nothing is known.
alter table account add column directory_changed_at {int} not null default 0;
update account set directory_changed_at = created_at;

alter table directory_group add column changed_at {int} not null default 0;
update directory_group set changed_at = created_at;

create index account_directory_changed on account (directory_changed_at, id, status) where status <> 2;
