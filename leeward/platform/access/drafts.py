"""What somebody has typed and not yet sent: kept sealed, for them alone, until the form is sent or put away.

A draft is the form's own fields as the browser posted them, so that whatever was typed comes back exactly, also what
would not be a valid answer. It belongs to a user in an organisation, to a form, and to one subject (a case, a note).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Draft
from leeward.platform.common import vault
from leeward.platform.common.errors import Refused

KEPT_FOR = timedelta(days=30)
LONGEST = 300_000  # bytes: a note of the longest kind many times over
_TABLE = "access_draft"
# What the browser posts beside the answers. A once-only token must be fresh each time a form is shown.
_NOT_ANSWERS = ("csrfmiddlewaretoken", "autosave", "once_token")


@dataclass(frozen=True)
class Saved:
    """A draft as it was left."""

    data: QueryDict
    at: datetime

    def initial(self, form: type[forms.BaseForm] | forms.BaseForm) -> dict[str, Any]:
        """What the form shows, as its widgets would have read it: dates in their boxes, wrong ones too."""
        fields = form.fields if isinstance(form, forms.BaseForm) else form.base_fields  # type: ignore[attr-defined]  # set by Django's metaclass
        read = {
            name: field.widget.value_from_datadict(self.data, {}, name)
            for name, field in fields.items()
            if name not in _NOT_ANSWERS and not field.widget.value_omitted_from_data(self.data, {}, name)
        }
        return {name: value for name, value in read.items() if value is not None}


def save(*, by: Acting, form: str, subject: int = 0, data: Mapping[str, Any] | QueryDict) -> datetime:
    """Keep what was typed, in place of what was kept before. Raises Refused where it is far too long to keep."""
    sealed_data = _pack(data)
    now = timezone.now()
    for _ in range(2):
        row = _own(by, form, subject)
        if row is not None:
            row.sealed = vault.seal(sealed_data, table=_TABLE, row=row.id)
            row.updated_at = now
            row.save(update_fields=["sealed", "updated_at"])
            return now
        Draft.objects.filter(user_id=by.worker_id, updated_at__lt=now - KEPT_FOR).delete()
        row = Draft(user_id=by.worker_id, organisation_id=by.acts_for, form=form, subject_id=subject, updated_at=now)
        row.sealed = vault.seal(sealed_data, table=_TABLE, row=row.id)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # the same person's other tab was a moment earlier
            continue
        return now
    raise Refused("This could not be saved just now. What you typed is still on the page.")


def load(*, by: Acting, form: str, subject: int = 0) -> Saved | None:
    """What was kept, or None. A draft that no longer opens (its key is gone) counts as none."""
    row = _own(by, form, subject)
    if row is None:
        return None
    try:
        packed = vault.unseal(row.sealed, table=_TABLE, row=row.id)
    except vault.SealBroken:
        return None
    data = QueryDict(mutable=True)
    for name, value in json.loads(packed):
        data.appendlist(name, value)
    return Saved(data, row.updated_at)


def discard(*, by: Acting, form: str, subject: int = 0) -> None:
    """Forget what was kept: it was sent, or put away."""
    Draft.objects.filter(user_id=by.worker_id, organisation_id=by.acts_for, form=form, subject_id=subject).delete()


def _own(by: Acting, form: str, subject: int) -> Draft | None:
    return Draft.objects.filter(
        user_id=by.worker_id, organisation_id=by.acts_for, form=form, subject_id=subject
    ).first()


def _pack(data: Mapping[str, Any] | QueryDict) -> bytes:
    pairs: list[tuple[str, str]] = []
    for name in data:
        if name in _NOT_ANSWERS:
            continue
        values = data.getlist(name) if isinstance(data, QueryDict) else [data[name]]
        pairs += [(name, str(value)) for value in values]
    packed = json.dumps(pairs).encode()
    if len(packed) > LONGEST:
        raise Refused("This is too long to keep as a draft. Send part of it first.")
    return packed
