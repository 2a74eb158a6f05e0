"""The site with the guard of its seats taken away: served by `seat_rush --unguarded`."""

from learning_site.wsgi import application  # first: it loads the apps

# isort: split
from tests.drills.unguarded import take_guard_away_behind_server

__all__ = ["application"]

take_guard_away_behind_server()
