-- Indexes for lists that are long.

-- Lists of sign-ins of everybody: without these, one that is narrowed to what is rare (the portal, a door that hardly
-- anybody uses, refusals) looks for it through every sign-in that there is. The ids grow with time, so that a new row goes to
-- the end of its part of an index.
create index sign_in_event_place on sign_in_event (place, id);
create index sign_in_event_refused on sign_in_event (id) where reason is not null;

-- The counts of the inventory: a row of each index has all that its condition asks of, so that counting ten thousand reads
-- none of their app passwords.
drop index app_password_live;
create index app_password_live on app_password (id, state) where state <> 2;
drop index app_password_never_used;
create index app_password_never_used on app_password (id, used, state) where state <> 2 and used = 0;
drop index app_password_no_expiry;
create index app_password_no_expiry on app_password (id, expires_at, idle_expiry, state)
    where state <> 2 and expires_at is null and idle_expiry is null;
drop index app_password_expiry;
create index app_password_expiry on app_password (expires_at, id, state)
    where state <> 2 and expires_at is not null;
