-- One payment an order. The checks hold whatever the code does: never more back than was taken, never more taken than
-- was authorized.
create table payment (
    id               uuid primary key,
    order_id         uuid not null unique,
    user_id          uuid,                    -- null: the order was cancelled before it was to be paid
    payment_method   text,
    amount           bigint not null check (amount >= 0),
    currency         text,
    captured         bigint not null check (captured between 0 and amount),
    refunded         bigint not null check (refunded >= 0),
    refunding        bigint not null check (refunding >= 0),
    status           text not null check (status in ('PENDING', 'AUTHORIZED', 'CAPTURED', 'PARTIALLY_REFUNDED',
                                                     'REFUNDED', 'DECLINED', 'VOIDED', 'UNKNOWN')),
    provider_ref     text unique,
    open_step        text check (open_step in ('AUTHORIZE', 'CAPTURE', 'VOID')),
    cancel_requested boolean not null,
    reason_code      text,
    reason_detail    text,
    review           text,
    epoch            bigint not null,
    version          bigint not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    check (refunded + refunding <= captured)
);

-- What the provider is, or was, asked: committed before it is asked. An open row is a question whose answer is unknown.
-- The key is the provider's idempotency key; unique, so that no step of an order is ever sent under two.
create table provider_call (
    id            uuid primary key,
    payment_id    uuid not null references payment,
    order_id      uuid not null,
    step          text not null check (step in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND', 'LOOK')),
    key           text not null unique,
    amount        bigint not null,
    refund_id     uuid,
    ref           text,
    state         text not null default 'OPEN' check (state in ('OPEN', 'DONE', 'REVIEW')),
    attempt       int not null default 1,
    first_sent_at timestamptz not null default now(),
    last_sent_at  timestamptz not null default now(),
    next_run_at   timestamptz not null default now(),
    lease_owner   text,
    lease_until   timestamptz,
    last_error    text
);
create index provider_call_due on provider_call (next_run_at) where state = 'OPEN';
create index provider_call_of_payment on provider_call (payment_id) where state = 'OPEN';

create table refund (
    id           uuid primary key,
    payment_id   uuid not null references payment,
    amount       bigint not null check (amount > 0),
    reason       text not null,
    status       text not null check (status in ('PENDING', 'SUCCEEDED', 'FAILED')),
    provider_ref text unique,
    created_at   timestamptz not null,
    updated_at   timestamptz not null
);
create index refund_of_payment on refund (payment_id);

-- Events of the provider that were heeded; a repeat finds its row and changes nothing.
create table webhook_event (
    provider    text not null,
    event_id    text not null,
    received_at timestamptz not null default now(),
    primary key (provider, event_id)
);
create index webhook_event_age on webhook_event (received_at);
