-- When an app password was renewed after it had gone unused for too long: its idleness counts from then on.
alter table app_password add column renewed_at {int};

-- The columns stand in the order in which `read_secret`, `read_app_password` and `read_account` take them.
drop view candidate;

create view candidate as
select
    s.id as secret_id, s.kind as secret_kind, s.key_version, s.salt, s.hash, s.phc, s.works_until,
    p.id as app_password_id, p.account_id, p.name as app_password_name, p.note, p.profile, p.scope, p.networks, p.expires_at,
    p.idle_expiry, p.sender, p.sender_list, p.impersonation as app_password_impersonation, p.most_sessions,
    p.most_sign_ins, p.most_messages, p.most_recipients, p.state, p.state_at, p.state_by, p.state_reason,
    p.created_at as app_password_created_at, p.created_by, p.created_from, p.last_at, p.last_door, p.last_address,
    p.last_client, p.use_count, p.overlap_until, p.renewed_at,
    a.id as id_of_account, a.name as account_name, a.aliases, a.kind as account_kind, a.role, a.status, a.status_at,
    a.status_by, a.mfa, a.group_names, a.sid, a.impersonation, a.created_at as account_created_at,
    a.sessions_valid_since, a.default_method, a.must_register_again,
    s.locator
from secret s
join app_password p on p.id = s.app_password_id
join account a on a.id = p.account_id;
