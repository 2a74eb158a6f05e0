"""What a school is called, of its page or of a row of a list."""

from typing import Any

from schools.choices import Level


class NamedSchool:
    """Has a title, a community and a level."""

    title: Any
    community: Any
    level: Any

    @property
    def short_name(self) -> str:
        """The name that neighbours use: of the community, else of the school."""
        return str(self.community or self.title)

    @property
    def is_centre(self) -> bool:
        return bool(self.level == Level.CENTRE)
