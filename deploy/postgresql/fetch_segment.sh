#!/bin/sh
# restore_command: a file of the log out of the archive.
#     fetch_segment.sh FOLDER NAME PATH
# 1 where it is not there, as PostgreSQL asks beyond the end, or where it is damaged.
set -eu
test -e "$1/$2.gz" || exit 1
gzip -dc "$1/$2.gz" > "$3"
