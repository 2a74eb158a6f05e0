"""SQLite as a setting: Django's own backend, whose writers take turns."""
