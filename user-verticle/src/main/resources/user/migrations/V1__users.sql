-- Accounts, their sessions and addresses, sign-in limits and signing keys.
-- Whoever changes anything of an account (its sessions and addresses included) first locks its row: one order of
-- locks, and versions of its events that rise in commit order. Several administrators are locked by ascending id.

-- An erased account keeps its id, so that orders and payments still name somebody, and nothing else.
create table account (
  id               uuid primary key,
  email            text,
  name             text,
  roles            text[] not null,
  password_hash    text,
  password_version integer not null default 1,
  version          bigint not null default 0,
  created_at       timestamptz not null default now(),
  erased_at        timestamptz,
  constraint account_roles_known check (roles <@ array['customer', 'admin']),
  constraint account_whole_or_erased check (
    case when erased_at is null
      then email is not null and name is not null and password_hash is not null and roles <> '{}'
      else email is null and name is null and password_hash is null and roles = '{}'
    end)
);
create unique index account_email on account (lower(email));
create index account_newest on account (created_at desc, id desc) where erased_at is null;
create index account_admins on account (id) where 'admin' = any (roles);

create table address (
  id          uuid primary key,
  user_id     uuid not null references account (id),
  name        text not null,
  line1       text not null,
  line2       text,
  city        text not null,
  postal_code text not null,
  region      text,
  country     text not null,
  created_at  timestamptz not null default now(),
  constraint address_country_form check (country ~ '^[A-Z]{2}$')
);
create index address_newest on address (user_id, created_at desc, id desc);

-- One row is a whole family of refresh tokens: only the hash of the current one and of the one before it are needed,
-- since any other token that knows the family's handle has been used before.
create table session (
  id           uuid primary key,
  user_id      uuid not null references account (id),
  family       text not null constraint session_family unique,
  token        text not null,
  previous     text,
  nonce        text,
  created_at   timestamptz not null,
  last_used_at timestamptz not null,
  expires_at   timestamptz not null
);
create index session_of_user on session (user_id, last_used_at);
create index session_expiry on session (expires_at);

-- Ids that access tokens may still carry: kept until the last such token has expired.
create table ended_session (
  session  uuid primary key,
  ended_at timestamptz not null
);
create index ended_session_latest on ended_session (ended_at);

-- The newest failures per subject (a hash of an e-mail or of a client address), newest first. One row a subject, so
-- that a flood of attempts cannot fill the table and each attempt is counted under the row's lock.
create table sign_in_failure (
  subject text primary key,
  at      timestamptz[] not null
);

-- Addresses (hashed) from which a user has signed in: strangers who guess elsewhere cannot lock these out.
create table known_address (
  user_id      uuid not null references account (id),
  address      text not null,
  last_used_at timestamptz not null,
  primary key (user_id, address)
);

create table signing_key (
  kid         text primary key,
  private_key bytea not null,
  created_at  timestamptz not null default now(),
  signs_from  timestamptz not null,
  valid_until timestamptz
);
