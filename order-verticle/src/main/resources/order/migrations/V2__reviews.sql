-- Since when an order has waited for a person, and the list of those that do.
alter table saga add column parked_at timestamptz;
update saga set parked_at = coalesce(
    (select max(l.at) from saga_log l where l.order_id = saga.order_id), step_at)
where state = 'REVIEW';
alter table saga add check ((state = 'REVIEW') = (parked_at is not null));
create index saga_parked on saga (parked_at, order_id) where state = 'REVIEW';
