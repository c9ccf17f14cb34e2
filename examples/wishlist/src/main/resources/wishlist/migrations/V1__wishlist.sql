-- One row for each customer who ever wished for something; its version orders the events about the list.
create table wishlist (
    user_id uuid   primary key,
    version bigint not null
);

create table wish (
    user_id  uuid        not null references wishlist on delete cascade,
    sku      text        not null,
    added_at timestamptz not null default now(),
    primary key (user_id, sku)
);
