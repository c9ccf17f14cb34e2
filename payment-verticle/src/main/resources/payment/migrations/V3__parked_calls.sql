-- How often the answer to a call could not be written: after some times it is parked (REVIEW) and no longer asked.
alter table provider_call add column failures int not null default 0;
