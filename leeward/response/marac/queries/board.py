"""Each agency's part in a MARAC, in numbers for the board: no person, no case, no item."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.response.marac.models import Marac
from leeward.response.marac.queries.returns import Period

# A share of fewer than so many says more about one day than about an agency: the numbers stand without a share.
SMALL = 5


@dataclass(frozen=True)
class Share:
    """So many of so many; a share where there are enough to have one."""

    number: int
    of: int

    @property
    def per_cent(self) -> int | None:
        """Rounded; nothing where the whole is small."""
        return round(100 * self.number / self.of) if self.of >= SMALL else None


@dataclass(frozen=True)
class Part:
    """What one agency did."""

    name: str
    returned: Share
    in_time: Share
    present: Share
    done: Share
    done_in_time: Share
    late: int


def parts_of(*, by: Acting, marac: Marac, period: Period) -> list[Part]:
    """The agencies of a MARAC over a period, in two statements. Whoever may not count is answered with nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM marac_parts(%s, %s, %s)", [marac.id, period.since, period.until])
        rows = cursor.fetchall()
    names = dict(Organisation.objects.filter(id__in=[row[0] for row in rows]).values_list("id", "name"))
    audit.record(
        "counted_marac_parts", "marac", marac.id,
        detail={"since": period.since.isoformat(), "until": period.until.isoformat()},
    )  # fmt: skip
    made = [
        Part(
            names.get(organisation, ""), Share(returned, asked), Share(in_time, asked), Share(present, meetings),
            Share(done, due), Share(done_in_time, due), late,
        )
        for organisation, asked, returned, in_time, meetings, present, due, done, done_in_time, late in rows
    ]  # fmt: skip
    return sorted(made, key=lambda one: one.name)
