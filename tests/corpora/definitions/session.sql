create schema s;
create schema s;
create schema if not exists s;
create schema pg_x;
create server west foreign data wrapper dynamodb;
create server west foreign data wrapper dynamodb;
create server if not exists west foreign data wrapper dynamodb;
create foreign table s.t (a text, b integer, c numeric(5,2), d timestamp, e text[], f varchar(10) not null) server west options (table_name 'TABLE');
create foreign table s.t (a text) server west;
create foreign table if not exists s.t (a text) server west;
create foreign table n.t (a text) server west;
create foreign table u (a text, a text) server west;
create foreign table u (a nothing) server west;
create foreign table u (a text) server nothing;
create foreign table u (a text options (x 'y', x 'z')) server west;
\d s.t
\d+ s.t
create view s.v as select a, b as bb from s.t;
create view s.v as select 1 as x;
create or replace view s.v as select a from s.t;
create or replace view s.v as select a, b as cc from s.t;
create view s.w (p, q) as select a, count(*) from s.t group by a;
create view s.z (p, q, r) as select 1 as a;
create view s.z as select 1 as a, 2 as a;
create view s.z as select nothing from s.t;
create view s.z as select * from nothing;
\d s.v
\dv s.*
\d s.w
\det s.*
\des west
\dn s
alter foreign table s.t drop column b;
alter foreign table s.t drop column nothing;
alter foreign table s.t drop column if exists nothing;
alter foreign table s.t add column a text;
alter foreign table s.t add column if not exists a text;
alter foreign table s.t alter column b type bigint;
alter foreign table s.t alter column nothing type bigint;
alter foreign table s.t options (drop x);
alter foreign table s.t alter column nothing options (add x 'y');
alter foreign table nothing add column a text;
alter foreign table if exists nothing add column a text;
alter view s.t rename to x;
alter server nothing options (add x 'y');
alter server west options (set nothing 'y');
drop foreign table s.t;
drop view s.t;
drop foreign table s.v;
drop table s.t;
drop server west;
drop schema s;
drop schema nothing;
drop schema if exists nothing, nothing2;
drop view nothing;
drop view if exists nothing;
drop view if exists nothing.x;
drop view nothing.x;
drop foreign table nothing;
drop foreign table if exists nothing;
drop server nothing;
drop server if exists nothing;
drop user mapping for current_user server west;
drop user mapping if exists for current_user server west;
drop user mapping for current_user server nothing;
create user mapping for current_user server west;
create user mapping for current_user server west;
create user mapping if not exists for current_user server west;
create user mapping for current_user server nothing;
comment on schema nothing is 'x';
comment on table s.t is 'x';
comment on view s.t is 'x';
comment on foreign table s.t is 'x';
comment on foreign table s.nothing is 'x';
comment on column s.t.nothing is 'x';
comment on column s.t.a is 'a column';
\d+ s.t
select obj_description('s.t'::regclass), col_description('s.t'::regclass, 1);
alter foreign table s.t drop column b cascade;
\dv s.*
create view s.v as select a from s.t;
create view s.v2 as select a from s.v;
drop view s.v cascade;
create extension plpgsql;
create extension if not exists plpgsql;
drop extension nothing_at_all;
drop extension if exists nothing_at_all;
alter foreign table s.t rename to t2;
alter foreign table s.t2 set schema nothing;
alter foreign table s.t2 set schema public;
\d t2
begin; create schema tt; create schema tt2; savepoint x; drop schema tt; rollback to x; commit;
drop schema tt, tt2;
import foreign schema x from server nothing into s;
drop server west cascade;
drop schema s cascade;
create view viewx as select $1;
drop schema public2 cascade;
drop schema pg_catalog;
