-- Gives the oldest committed events that have no position the next ones, as many as are asked for: what has gathered in a
-- log that nobody read for long is more than one statement may take, and would be rolled back each time. Answers how many
-- it were; fewer than were asked for were all.
create function stamp_events(most int) returns int language plpgsql as $$
declare
    stamped int;
begin
    if not exists (select 1 from event_log where position is null) then
        return 0;
    end if;
    perform pg_advisory_xact_lock(hashtext('omnibus.event_log'));
    with top as (
        select coalesce(max(position), 0) as head from event_log
    ), oldest as (
        select row_id from event_log where position is null order by row_id limit most
    ), fresh as (
        select row_id, row_number() over (order by row_id) as n from oldest
    )
    update event_log set position = top.head + fresh.n
    from fresh, top
    where event_log.row_id = fresh.row_id;
    get diagnostics stamped = row_count;
    return stamped;
end
$$;

-- Instances of an earlier version, which run beside new ones while they are replaced, call it so.
create or replace function stamp_events() returns void language plpgsql as $$
begin
    perform stamp_events(5000);
end
$$;
