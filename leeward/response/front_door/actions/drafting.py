"""A visitor's answers between two pages: sealed, and gone on leaving, when they are sent, and after an hour.

The session holds a random token, the table its hash; neither leads to the other's holder. Nothing is in the browser.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from leeward.platform.common import vault
from leeward.response.front_door.models import PublicDraft

KEPT_FOR = timedelta(minutes=60)
JOURNEYS = ("ask", "refer")
_TABLE = "front_door_publicdraft"

Session = MutableMapping[str, Any]


@dataclass
class Answering:
    """Where somebody is in a journey: the answers so far, by question key (see questions.schema.Answers).

    `sent` is what the confirmation says, once they were sent; the answers themselves are gone then. `more` are answers
    to the questions about equality.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)


def begin(session: Session, journey: str, answers: dict[str, Any] | None = None) -> Answering:
    """Start a journey anew; what was there of it is forgotten."""
    forget(session, journey)
    token = secrets.token_urlsafe(32)
    state = Answering(answers=dict(answers or {}))
    row = PublicDraft(token_hash=_hash(token))
    row.sealed = _seal(row.id, state)
    row.save(force_insert=True)
    session[_key(journey)] = token
    return state


def load(session: Session, journey: str, *, lock: bool = False) -> Answering | None:
    """What was answered so far; None when there is nothing (left, too long ago, another browser).

    With `lock`, whoever sends the same answers at the same moment waits here until the first sending is done, and then
    sees that they were sent.
    """
    row = _row(session, journey, lock=lock)
    if row is None:
        return None
    try:
        kept = json.loads(vault.unseal(row.sealed, table=_TABLE, row=row.id))
    except vault.SealBroken:
        return None
    return Answering(**kept)


def save(session: Session, journey: str, state: Answering) -> None:
    """Keep the answers for another hour."""
    row = _row(session, journey)
    if row is not None:
        row.sealed, row.updated_at = _seal(row.id, state), timezone.now()
        row.save(update_fields=["sealed", "updated_at"])


def forget(session: Session, journey: str) -> None:
    """Delete the answers of a journey."""
    if token := session.pop(_key(journey), None):
        PublicDraft.objects.filter(token_hash=_hash(token)).delete()


def forget_all(request: HttpRequest) -> None:
    """Delete everything that this visitor has answered and not sent: they leave."""
    for journey in JOURNEYS:
        if _key(journey) in request.session:
            forget(request.session, journey)


def purge_drafts() -> int:
    """Delete what nobody has touched for an hour (work for later, and before every look). Answers how many."""
    old = PublicDraft.objects.filter(updated_at__lt=timezone.now() - KEPT_FOR)
    # Two visitors may tidy at once: each takes what the other has not.
    return PublicDraft.objects.filter(pk__in=old.select_for_update(skip_locked=True).values("pk")[:200]).delete()[0]


def _row(session: Session, journey: str, *, lock: bool = False) -> PublicDraft | None:
    token = session.get(_key(journey))
    if not token:
        return None
    purge_drafts()
    rows = PublicDraft.objects.filter(token_hash=_hash(token))
    return (rows.select_for_update(no_key=True) if lock else rows).first()


def _seal(row: int, state: Answering) -> bytes:
    packed = json.dumps({"answers": state.answers, "more": state.more, "sent": state.sent})
    return vault.seal(packed.encode(), table=_TABLE, row=row)


def _key(journey: str) -> str:
    return f"answers_{journey}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
