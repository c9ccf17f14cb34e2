-- Gateways read what one user's browsers have missed.
create index event_log_of_user on event_log ((data ->> 'userId'), position);
