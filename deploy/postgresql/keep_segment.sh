#!/bin/sh
# archive_command: a file of PostgreSQL's log into the archive, as NAME.gz.
#     keep_segment.sh PATH NAME FOLDER
# Ends with 0 only when every byte is on the disk, since PostgreSQL then drops its own.
# What is there is never written over. The same bytes once more are well: a server that
# died between the copy and its note of it asks again.
set -eu
path=$1 name=$2 folder=$3
kept=$folder/$name.gz
part=$folder/.$name.$$.part
if [ ! -e "$kept" ]; then
    trap 'rm -f "$part"' EXIT
    # A file that the time has ended is mostly zeros, and small as .gz.
    gzip -1nc "$path" > "$part"
    sync "$part"
    # A link fails where the name is taken meanwhile; mv would not.
    ln "$part" "$kept"
elif ! gzip -dc "$kept" | cmp -s - "$path"; then
    echo "归档里已有另一份 $name，没有覆盖。 / Another $name is in the archive already." >&2
    exit 1
fi
sync "$kept" "$folder"
