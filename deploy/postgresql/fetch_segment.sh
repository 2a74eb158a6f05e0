#!/bin/sh
# restore_command: a file of the log out of the archive.
#     fetch_segment.sh FOLDER NAME PATH
# 1 where it is not there, as PostgreSQL asks beyond the end. 200 where it is damaged or the
# archive itself is away: above 125 PostgreSQL stops, and does not take this for the end.
set -eu
test -d "$1" || exit 200
test -e "$1/$2.gz" || exit 1
gzip -dc "$1/$2.gz" > "$3" || exit 200
