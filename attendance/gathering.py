"""Who is expected at a session, and who wants to know what the roll says.

This app knows nothing of courses or enrolment. The app that fills a session with people
registers a provider when it starts (`AppConfig.ready`), as with `core.slots`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Gathering:
    """The people expected at a session and what they meet for.

    `people` are accounts in the order of the list; `title` is content, in the language
    in which it was written; `href` leads to the group at the desk, if there is a page.
    """

    title: str
    people: Sequence[Any] = ()
    href: str = ""

    @property
    def ids(self) -> set[int]:
        """The numbers of the people expected."""
        return {one.pk for one in self.people}


Provider = Callable[[Any], Gathering | None]
# Called in the transaction of the roll with the session and the ids of whose record
# changed. What it raises undoes the roll, so it must not raise for what can wait.
Listener = Callable[[Any, Collection[int]], None]

_providers: list[Provider] = []
_listeners: list[Listener] = []


def register_gathering(provider: Provider) -> None:
    """Let `provider(session)` say who is expected; None where it knows nothing of it."""
    if provider not in _providers:
        _providers.append(provider)


def on_roll(listener: Listener) -> None:
    """Have `listener(session, ids)` called for each change of the roll."""
    if listener not in _listeners:
        _listeners.append(listener)


def gathering_of(session: Any) -> Gathering:
    """Who is expected; nobody where no app knows the session."""
    for provide in _providers:
        found = provide(session)
        if found is not None:
            return found
    return Gathering(title="")


def tell_of_roll(session: Any, ids: Collection[int]) -> None:
    """Tell every listener whose record changed."""
    for listen in _listeners:
        listen(session, ids)
