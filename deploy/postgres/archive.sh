#!/usr/bin/env bash
# Archives a finished segment of PostgreSQL's log: `archive.sh PATH NAME`, its archive_command.
# A segment that is already there with the same content was archived just before PostgreSQL stopped.
set -euo pipefail
kept="/archive/$2.gz"
if [ -e "$kept" ]; then
  gunzip --stdout "$kept" | cmp --silent - "$1"
  exit
fi
gzip --stdout "$1" > "$kept.part"
sync "$kept.part"
mv "$kept.part" "$kept"
sync /archive
