-- Double entry: every movement of money is a journal whose postings (debit positive, credit negative) sum to 0.
create table ledger_account (
    name    text primary key,
    purpose text not null
);
insert into ledger_account values
    ('provider', 'What the payment provider holds for the shop'),
    ('sales', 'What customers have paid'),
    ('refunds', 'What went back to customers');

create table ledger_journal (
    id         uuid primary key,
    payment_id uuid not null references payment,
    about      text not null unique,          -- capture:<payment> or refund:<refund>: each is booked once
    currency   text not null,
    booked_at  timestamptz not null default now()
);
create index ledger_journal_of_payment on ledger_journal (payment_id);

create table ledger_posting (
    journal_id uuid not null references ledger_journal,
    account    text not null references ledger_account,
    amount     bigint not null check (amount <> 0),
    primary key (journal_id, account)
);

-- Checked at commit: a journal is complete by then, or the transaction does not happen.
create function ledger_balances() returns trigger language plpgsql as $$
declare
    journal uuid;
    total   numeric;
begin
    if tg_table_name = 'ledger_journal' then journal := new.id; else journal := new.journal_id; end if;
    select sum(amount) into total from ledger_posting where journal_id = journal;
    if total is distinct from 0 then
        raise exception 'journal % sums to %, not to 0', journal, coalesce(total::text, 'nothing')
            using errcode = 'check_violation', constraint = 'ledger_balances';
    end if;
    return null;
end
$$;
create constraint trigger ledger_journal_balances after insert on ledger_journal
    deferrable initially deferred for each row execute function ledger_balances();
create constraint trigger ledger_posting_balances after insert on ledger_posting
    deferrable initially deferred for each row execute function ledger_balances();

-- Books are corrected by another journal, never by an eraser.
create function ledger_is_final() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger ledger_journal_is_final before update or delete or truncate on ledger_journal
    for each statement execute function ledger_is_final();
create trigger ledger_posting_is_final before update or delete or truncate on ledger_posting
    for each statement execute function ledger_is_final();
