#!/bin/sh
# A release: packages, checks, database, static files, then the new site in the place of
# the old one. Old code must run on the new tables for as long as that takes, so a column
# goes one release after the code that used it (docs/operations.md).
set -eu
cd "$(dirname "$0")/.."
if [ "${1:-}" != in-container ]; then
    pip install --quiet --require-hashes --no-deps -r requirements.txt -r requirements-production.txt
fi
python manage.py check --deploy --fail-level WARNING
# A table that is being read is waited for two seconds, not until everybody queues up.
DATABASE_OPTIONS="-c jit=off -c lock_timeout=2s" python manage.py migrate --noinput
python manage.py collectstatic --noinput --verbosity 0
if [ "${1:-}" != in-container ]; then
    # What does not load takes nobody's place.
    python -c "import learning_site.wsgi"
    sudo systemctl restart street-web street-tasks
fi
