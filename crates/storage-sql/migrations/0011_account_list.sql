-- With the identifier in it PostgreSQL reads the list of accounts in the index alone, whatever it is narrowed by: a search
-- that finds little looked at each account's row. (In SQLite a clustered table's index has it anyhow.)
drop index account_list;
create index account_list on account
    (name, sought, kind, role, status, mfa, app_passwords, must_register_again, methods, passkeys, id)
    where status <> 2;
