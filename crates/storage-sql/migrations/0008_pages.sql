-- Lists that are read page by page: each in the order of an index, so that a page costs what it shows.

-- Those with tokens to renew. A lapsed one stays as it is for good, and is not passed again each time.
drop index consent_refreshed;
create index consent_refreshed on consent (refreshed_at, account_id, provider) where lapsed = 0;

create index live_session_since on live_session (since, id);

-- With the revoked ones, whose names may be taken again.
create index service_principal_place on service_principal (name, id);
