#!/bin/sh
# The scheduler of the compose file: each minute, and once a night. On a machine of one's
# own the timers of deploy/systemd do this.
cd "$(dirname "$0")/.."
night=
while :; do
    python manage.py tick || echo "tick failed" >&2
    if [ "$(date +%H)" = 02 ] && [ "$night" != "$(date +%F)" ]; then
        night=$(date +%F)
        python manage.py nightly || echo "nightly failed" >&2
    fi
    sleep $((60 - $(date +%s) % 60))
done
