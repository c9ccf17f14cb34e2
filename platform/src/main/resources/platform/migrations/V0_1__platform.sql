-- The service's event log. Rows are inserted without a position; stamp_events() gives the committed ones the next.
create table event_log (
    row_id    bigint generated always as identity primary key,
    position  bigint unique,
    event_id  uuid not null unique,
    type      text not null,
    aggregate text not null,
    version   bigint not null,
    at        timestamptz not null,
    data      jsonb not null
);
create index event_log_unstamped on event_log (row_id) where position is null;

-- A log that is restored from a backup gets a new id, so that its followers start over.
create table event_log_identity (
    only_one boolean primary key default true check (only_one),
    log_id   uuid not null default gen_random_uuid()
);
insert into event_log_identity default values;

create function stamp_events() returns void language plpgsql as $$
begin
    if not exists (select 1 from event_log where position is null) then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('omnibus.event_log'));
    with top as (
        select coalesce(max(position), 0) as head from event_log
    ), fresh as (
        select row_id, row_number() over (order by row_id) as n from event_log where position is null
    )
    update event_log set position = top.head + fresh.n
    from fresh, top
    where event_log.row_id = fresh.row_id;
end
$$;

-- Where this service stands in the logs it follows; the holder of the row is the one that pulls.
create table follower_cursor (
    follower    text not null,
    source      text not null,
    log_id      text not null,
    position    bigint not null,
    holder      text not null,
    lease_until timestamptz not null,
    primary key (follower, source)
);

create table idempotency_key (
    user_id     uuid not null,
    key         text not null,
    fingerprint text not null,
    resource    text not null,
    created_at  timestamptz not null default now(),
    primary key (user_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);
