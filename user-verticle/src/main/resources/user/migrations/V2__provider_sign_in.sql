-- Sign-in with an OpenID provider: an account may have a password, identities at a provider, or both.
alter table account drop constraint account_whole_or_erased;
alter table account add constraint account_whole_or_erased check (
  case when erased_at is null
    then email is not null and name is not null and roles <> '{}'
    else email is null and name is null and password_hash is null and roles = '{}'
  end);

-- Who somebody is at a provider: issuer and subject together never change and are never given to somebody else
-- (OpenID Connect Core 1.0, section 2). Deleted with the account's other personal data.
create table identity (
  id        uuid primary key,
  user_id   uuid not null references account (id),
  issuer    text not null,
  subject   text not null,
  linked_at timestamptz not null default now(),
  constraint identity_of_one_account unique (issuer, subject),
  constraint identity_one_each unique (user_id, issuer)
);
