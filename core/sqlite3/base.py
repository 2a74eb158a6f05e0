"""Django's own backend for SQLite; the transactions of one process come in turn.

SQLite has one writer at a time and no queue: who finds it taken sleeps, longer each time,
and looks again, and whoever comes by meanwhile goes first. With sixteen phones that write,
one in a hundred waited half a second although a report takes five milliseconds. So the
threads of a process line up before they begin. Other processes (the task worker, a
command) still meet SQLite's own rule, which is what keeps the file whole.
"""

import os
import threading
from collections import deque

from django.db.backends.sqlite3 import base


class Turns:
    """Who may write to one file: first come, first served, among the threads here."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._owner: threading.Thread | None = None
        self._line: deque[tuple[threading.Lock, threading.Thread]] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for the turn; False when it did not come in so many seconds."""
        thread, gate = threading.current_thread(), threading.Lock()
        with self._mutex:
            if self._owner is None:
                self._owner = thread
                return True
            gate.acquire()
            self._line.append((gate, thread))
        try:
            if gate.acquire(timeout=seconds):
                return True
        except BaseException:
            # Interrupted: nobody shall wait for who has gone.
            self._leave((gate, thread))
            raise
        with self._mutex:
            if (gate, thread) not in self._line:
                return True  # it came at the last moment
            self._line.remove((gate, thread))
            # A thread that ended in the midst of its transaction gives nothing back.
            if self._owner is None or not self._owner.is_alive():
                self._owner = thread
                return True
            return False

    def _leave(self, waiting: tuple[threading.Lock, threading.Thread]) -> None:
        with self._mutex:
            if waiting in self._line:
                self._line.remove(waiting)
                return
        self.give()

    def give(self) -> None:
        """The next in line has it; or nobody."""
        with self._mutex:
            self._owner = None
            if self._line:
                gate, self._owner = self._line.popleft()
                gate.release()


_turns: dict[str, Turns] = {}
# A process that was forked begins with a line of its own.
os.register_at_fork(after_in_child=_turns.clear)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn at BEGIN and gives it back at the end."""

    _turn: Turns | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._give_turn()
        # Settings of two addresses of one file are the same name.
        turns = _turns.setdefault(str(self.settings_dict["NAME"]), Turns())
        # Who waits in vain asks SQLite itself, and is told by it that it is locked.
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5.0)
        self._turn = turns if turns.take(seconds) else None
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in its types
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in its types
        # Where it failed the transaction is still open, and will be rolled back.
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in its types
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in its types
        finally:
            self._give_turn()

    def _give_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn:
            turn.give()
