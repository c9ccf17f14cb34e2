#!/bin/sh
# Runs once, in an empty MongoDB: the catalogue's own account, with rights on its own database only.
set -eu
mongosh --quiet "mongodb://$MONGO_INITDB_ROOT_USERNAME:$MONGO_INITDB_ROOT_PASSWORD@127.0.0.1/admin" --eval '
  db.getSiblingDB("omnibus_product").createUser({
    user: "omnibus_product", pwd: process.env.PRODUCT_DB_PASSWORD,
    roles: [{role: "readWrite", db: "omnibus_product"}]})'
