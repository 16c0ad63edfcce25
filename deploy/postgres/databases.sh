#!/usr/bin/env bash
# Creates what is missing: for each service one database and one role, which owns it and can connect
# to no other. Runs when the volume is new; run it by hand for a service that is added later:
#
#   docker-compose exec postgres bash /docker-entrypoint-initdb.d/databases.sh
set -euo pipefail

ask() { psql --username=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$@"; }

while read -r name password; do
  ask --set=name="$name" --set=password="$password" << 'SQL'
select format('create role %I login', :'name')
where not exists (select from pg_roles where rolname = :'name') \gexec
select format('alter role %I password %L', :'name', :'password') \gexec
select format('create database %I owner %I', :'name', :'name')
where not exists (select from pg_database where datname = :'name') \gexec
revoke all on database :"name" from public;
SQL
done < /run/secrets/postgres_roles

ask << 'SQL'
revoke all on database postgres from public;
revoke all on database template1 from public;
SQL
