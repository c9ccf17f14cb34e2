#!/bin/sh
# Runs once, in an empty PostgreSQL: a database and a role of its own for each service, closed to the others.
set -eu
create() {
  psql -v ON_ERROR_STOP=1 -v name="$1" -v password="$2" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}
create omnibus_user "$USER_DB_PASSWORD"
create omnibus_order "$ORDER_DB_PASSWORD"
create omnibus_inventory "$INVENTORY_DB_PASSWORD"
create omnibus_payment "$PAYMENT_DB_PASSWORD"
