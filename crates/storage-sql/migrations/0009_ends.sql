-- App passwords by the day on which they end if they are not used. What it is made of changes once a day, as last_day.
create index app_password_idle on app_password
    ((case when renewed_at / 86400000 > last_day then renewed_at / 86400000 else last_day end
        + idle_expiry / 86400000), id)
    where state = 0 and idle_expiry is not null;

create index service_principal_expiry on service_principal (secret_expires_at) where revoked_at is null;

-- Who has a method of a kind, and whether they have one of another kind, without the rows.
create index method_kind on method (kind, account_id);
drop index method_account;
create index method_account on method (account_id, kind);
