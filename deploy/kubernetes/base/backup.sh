#!/bin/sh
# Dump the named databases, and copy uploaded files that are not in the backup yet.
#   PGHOST=... PGUSER=... KEEP_DAYS=14 backup.sh identity certification ...
# Reads FILES (one folder per service), writes BACKUPS/<day>/<database>.dump and BACKUPS/files.
# The password comes from PASSWORD_FILE, because libpq rejects a .pgpass that a group can read.
set -eu
files=${FILES:-/files} backups=${BACKUPS:-/backups}
today=$backups/$(date -u +%Y-%m-%d)
PGPASSWORD=$(cat "${PASSWORD_FILE:-/run/secrets/credence/password}")
export PGPASSWORD

mkdir -p "$today" "$backups/files"
for database; do
  pg_dump --format=custom --file="$today/$database.partial" "$database"
  mv "$today/$database.partial" "$today/$database.dump"
  echo "dumped $database: $(wc -c < "$today/$database.dump") bytes"
done

# A file is named by the hash of its content, so an existing copy needs no check.
# A file with any other name is still being received.
(cd "$files" && find . -type f -regex '.*/[0-9a-f]*') | while read -r file; do
  [ -e "$backups/files/$file" ] && continue
  mkdir -p "$(dirname "$backups/files/$file")"
  cp "$files/$file" "$backups/files/$file.partial"
  mv "$backups/files/$file.partial" "$backups/files/$file"
done

# Only once today's backup is complete.
find "$backups" -maxdepth 1 -name '20*' -mtime "+${KEEP_DAYS:-14}" -exec rm -r {} +
