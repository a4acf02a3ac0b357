"""End a flag before its time, with a reason; and take that back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.response.marac.models import MaracFlag
from leeward.response.marac.queries.maracs import arranged


def _must_arrange(flag: MaracFlag) -> None:
    if flag.marac_id not in arranged():
        raise Refused("Only whoever chairs or coordinates this MARAC can do this.")


@transaction.atomic
def end_flag(*, by: Acting, flag: MaracFlag, why: str) -> MaracFlag:
    """Nobody who meets the person is told any more that they were heard."""
    _must_arrange(flag)
    if not why.strip():
        raise Refused("Say why it ends before its time.")
    changed = MaracFlag.objects.filter(id=flag.id, ended_at=None).update(ended_at=timezone.now(), ended_why=why[:500])
    if not changed:
        raise Refused("This flag has ended already.")
    audit.record("ended_marac_flag", "marac_flag", flag.id, person=flag.person_id)
    return flag


@transaction.atomic
def restore_flag(*, by: Acting, flag: MaracFlag) -> MaracFlag:
    """Take back that a flag was ended."""
    _must_arrange(flag)
    if not MaracFlag.objects.filter(id=flag.id).exclude(ended_at=None).update(ended_at=None, ended_why=""):
        raise Refused("This flag stands already.")
    audit.record("restored_marac_flag", "marac_flag", flag.id, person=flag.person_id)
    return flag
