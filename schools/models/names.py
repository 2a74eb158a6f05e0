"""What a school is called, of its page or of a row of a list."""

from typing import Any

from schools.choices import Level


def short_name(title: str, community: str) -> str:
    """What neighbours call the school: the name of the community, else of the school."""
    return str(community or title)


class NamedSchool:
    """Has a title, a community and a level."""

    title: Any
    community: Any
    level: Any

    @property
    def short_name(self) -> str:
        """The name that neighbours use: of the community, else of the school."""
        return short_name(self.title, self.community)

    @property
    def is_centre(self) -> bool:
        return bool(self.level == Level.CENTRE)
