create table thing (id text primary key, version bigint not null, seen int not null default 0 check (seen <= 1));
