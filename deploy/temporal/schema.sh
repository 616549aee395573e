#!/bin/sh
# Creates Temporal's two databases in PostgreSQL, or brings them to the schema of this version. Safe to repeat.
# Reads SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD.
set -eu

tool="${TEMPORAL_SQL_TOOL:-temporal-sql-tool}"
export SQL_PLUGIN=postgres12

for database in temporal:temporal temporal_visibility:visibility; do
  name="${database%%:*}"
  schema="postgresql/v12/${database##*:}"
  "$tool" --database "$name" create-database
  # Versioning tables only: the schema itself comes with the update, which knows what is there already.
  "$tool" --database "$name" setup-schema --version 0.0
  "$tool" --database "$name" update-schema --schema-name "$schema"
done
