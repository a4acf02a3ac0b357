"""What the public pages say of a partnership."""

from __future__ import annotations

from leeward.platform.access.models import Partnership
from leeward.platform.access.partnership import fact
from leeward.response.front_door.content import FACTS, HOURS


def missing_facts(partnership: Partnership) -> list[str]:
    """Facts that pages name and the partnership has not given.

    Its name and helpline stand in its own columns; the promised hours follow its targets.
    """
    known = {"partnership", *HOURS, *(["local_number"] if partnership.phone else [])}
    return [name for name in FACTS if name not in known and not fact(partnership.facts, name, "en")]
