-- The payments that wait for a person are few and are found without reading all.
create index payment_for_review on payment (id) where review is not null;
create index provider_call_for_review on provider_call (payment_id) where state = 'REVIEW';
