-- Where the provider, our books and the order's saga disagree and only a person can tell who is right. Found again each
-- time the reconciler looks, and resolved when it looks and all agree.
create table mismatch (
    id            uuid primary key,
    kind          text not null,
    provider_ref  text not null,
    payment_id    uuid,
    order_id      uuid,
    detail        text not null,
    first_seen_at timestamptz not null default now(),
    last_seen_at  timestamptz not null default now(),
    resolved_at   timestamptz
);
create unique index mismatch_open on mismatch (provider_ref, kind) where resolved_at is null;
create index mismatch_waiting on mismatch (last_seen_at) where resolved_at is null;

-- Whose turn it is to reconcile, and how far the comparison has come: one row, taken by one instance at a time.
create table reconciler (
    one           boolean primary key default true check (one),
    holder        text,
    epoch         bigint not null default 0,
    lease_until   timestamptz not null default '-infinity',
    next_round_at timestamptz not null default '-infinity',
    sweep_from    timestamptz,
    sweep_to      timestamptz,
    listed_after  text,                     -- the provider's payment at which its list goes on; null: from the newest
    looked_after  uuid                      -- our payment at which looking them up goes on; null: from the oldest
);
insert into reconciler default values;
