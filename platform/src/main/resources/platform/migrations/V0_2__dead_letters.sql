-- Events that a follower of this service could not apply and has put aside.
create table dead_letter (
    follower  text not null,
    source    text not null,
    event_id  uuid not null,
    log_id    text not null,
    position  bigint not null,
    type      text not null,
    aggregate text not null,
    version   bigint not null,
    at        timestamptz not null,
    data      jsonb not null,
    error     text not null,
    since     timestamptz not null default now(),
    primary key (follower, source, event_id)
);
