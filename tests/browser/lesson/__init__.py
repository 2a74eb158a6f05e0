"""A lesson on a phone, in a real browser."""
