"""What Today is made of: things that need somebody, of one kind after the other."""

from __future__ import annotations

from dataclasses import dataclass, field

SHOWN = 5  # of each kind: the rest is one press away
MOST = 200  # what is counted before it says "200+"


@dataclass(frozen=True)
class Item:
    """One thing that needs somebody, where it is, and why it is here."""

    text: str
    href: str
    why: str
    late: bool = False


@dataclass(frozen=True)
class Section:
    """Things of one kind; `href` opens their whole list."""

    key: str
    title: str
    tone: str
    count: int
    href: str
    items: list[Item] = field(default_factory=list)
    late: int = 0  # how many are past their time

    @property
    def counted(self) -> str:
        """The count in words."""
        return f"{MOST}+" if self.count > MOST else str(self.count)


def name_of(names: dict[int, str], person_id: int) -> str:
    """What somebody is called, as a line of Today says it."""
    return names.get(person_id, "") or "Name not known"
