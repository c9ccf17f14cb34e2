-- Orders as their owners see them, and the saga behind each of them. What is true of an order whatever the code does is
-- said here: states only move forward, a cart version becomes one order, logs are only ever added to.

-- Statements are planned once per connection, the first of them while the tables are still empty. A plan made then must not
-- be one that reads the whole table for ever after: everything here is found by key.
do $$
declare
    setting text;
begin
    foreach setting in array array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'] loop
        execute format('alter role %I in database %I set %I = off', current_user, current_database(), setting);
    end loop;
end
$$;

create sequence order_number;

-- Declared in the order in which a payment proceeds, so that greatest() keeps the later of two pieces of news.
create type payment_status as enum (
    'PENDING', 'UNKNOWN', 'AUTHORIZED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DECLINED', 'VOIDED');

create table orders (
    id               uuid primary key,
    number           text not null unique,
    user_id          uuid not null,
    status           text not null check (status in (
        'PENDING', 'RESERVED', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'REJECTED', 'CANCELLED', 'RETURNED')),
    currency         text not null check (currency ~ '^[A-Z]{3}$'),
    total_minor      bigint not null check (total_minor >= 0),
    shipping_address jsonb,
    payment_method   text not null,
    payment_id       uuid,
    payment_status   payment_status,
    refunded_minor   bigint not null default 0 check (refunded_minor >= 0),
    reason_code      text,
    reason_detail    text,
    cart_id          text,
    cart_version     bigint,
    version          bigint not null default 1,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    constraint one_order_of_a_cart_version unique (cart_id, cart_version),
    check ((cart_id is null) = (cart_version is null)),
    check ((payment_id is null) = (payment_status is null)),
    check ((reason_code is null) = (reason_detail is null))
) with (fillfactor = 70);
create index orders_of_user on orders (user_id, created_at desc, id desc);

create function orders_move_forward() returns trigger language plpgsql as $$
begin
    if new.status = any (case old.status
        when 'PENDING' then array['RESERVED', 'REJECTED', 'CANCELLED']
        when 'RESERVED' then array['CONFIRMED', 'REJECTED', 'CANCELLED']
        when 'CONFIRMED' then array['SHIPPED', 'CANCELLED']
        when 'SHIPPED' then array['DELIVERED']
        when 'DELIVERED' then array['RETURNED']
        else array[]::text[] end)
    then
        return new;
    end if;
    raise exception 'order % cannot go from % to %', old.id, old.status, new.status using errcode = 'check_violation';
end
$$;
create trigger orders_status_moves_forward before update of status on orders
    for each row when (old.status is distinct from new.status) execute function orders_move_forward();

-- The lines are a snapshot: names and prices as they were when the order was placed.
create table order_line (
    order_id   uuid not null references orders,
    line       integer not null,
    sku        text not null,
    product_id text not null,
    name       text not null,
    quantity   integer not null check (quantity between 1 and 99),
    unit_minor bigint not null check (unit_minor >= 0),
    primary key (order_id, sku)
);

-- What happened to an order, in words for its owner; one entry at most for each version.
create table order_timeline (
    order_id uuid not null references orders,
    version  bigint not null,
    at       timestamptz not null default now(),
    status   text not null,
    detail   text not null,
    primary key (order_id, version)
);

-- How far each order's distributed transaction has come. A step is written before its command is sent, so a row says what
-- may have been sent. Every write is fenced by (order_id, epoch, step); all times are this database's.
create table saga (
    order_id       uuid primary key references orders,
    state          text not null check (state in ('RUNNING', 'UNWINDING', 'REVIEW', 'DONE')),
    step           text not null check (step in (
        'RESERVE', 'AUTHORIZE', 'COMMIT', 'CAPTURE', 'CONFIRMED', 'VOID', 'RELEASE', 'CLOSED')),
    step_at        timestamptz not null default now(),
    attempt        integer not null default 1,
    failures       integer not null default 0,
    epoch          bigint not null default 1,
    next_run_at    timestamptz not null default now(),
    lease_owner    text,
    lease_until    timestamptz,
    deadline_at    timestamptz not null,
    cancelled      boolean not null default false,
    verdict_code   text,
    verdict_detail text,
    last_error     text,
    check ((lease_owner is null) = (lease_until is null)),
    check ((verdict_code is null) = (verdict_detail is null)),
    -- Nothing is unwound without somebody or something having asked for it.
    check (step not in ('VOID', 'RELEASE', 'CLOSED') or cancelled or verdict_code is not null),
    check ((state = 'DONE') = (step in ('CONFIRMED', 'CLOSED')))
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index saga_unfinished on saga (next_run_at) where state <> 'DONE';

create table saga_log (
    id       bigint generated always as identity primary key,
    order_id uuid not null,
    epoch    bigint not null,
    "from"   text,
    "to"     text not null,
    at       timestamptz not null default now(),
    owner    text not null,
    note     text
);
create index saga_log_of_order on saga_log (order_id, id);

create function append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger saga_log_append_only before update or delete or truncate on saga_log
    for each statement execute function append_only();

-- Accounts that are gone: the addresses of their orders go as soon as each order has ended.
create table erased_user (
    user_id   uuid primary key,
    erased_at timestamptz not null default now()
);
