"""PostgreSQL as a setting: Django's own backend, which prepares what is kept."""
