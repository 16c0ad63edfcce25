#!/usr/bin/env bash
# Keeps a finished piece of PostgreSQL's log: `archive.sh PATH NAME`, its archive_command.
# A piece that is there already, and the same, was kept just before PostgreSQL ended.
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
