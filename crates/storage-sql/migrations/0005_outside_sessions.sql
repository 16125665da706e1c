-- Through which outside identity somebody got in, or confirmed who they are, so that their sessions end with it.
alter table portal_session add column outside_identity {blob};

-- What the provider calls its own session.
alter table portal_session add column outside_sid {text};

-- Its identity token, sealed, where signing out here signs out there. Both or none.
alter table portal_session add column outside_key_version {int};
alter table portal_session add column outside_token {blob};

create index portal_session_outside on portal_session (outside_identity);
create index portal_session_sid on portal_session (outside_sid);

-- Tokens by which providers ended sessions: each is good once. Issuer and name, hashed.
create table spent_logout_token (
    token {blob} not null primary key,
    expires_at {int} not null
){clustered};
