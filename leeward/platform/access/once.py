"""A form counts once, however often its button is pressed.

The page carries a random token (`ui.forms.OnceMixin`). The first sending claims it and keeps where it led; a second
one, also one that arrives while the first is still at work, is led to the same place and makes nothing.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from leeward.platform.access.models import OnceToken


def claim(token: str) -> str | None:
    """None if this is the first sending; else where the first one led.

    A second sending that comes while the first is at work waits for it here: the insert meets the same key.
    """
    try:
        with transaction.atomic():
            OnceToken(token=token).save(force_insert=True)
    except IntegrityError:
        return OnceToken.objects.values_list("result", flat=True).get(token=token)
    return None


def led(token: str) -> str:
    """Where the first sending led; empty where there was none. Claims nothing."""
    return OnceToken.objects.filter(token=token).values_list("result", flat=True).first() or ""


def keep(token: str, result: str) -> None:
    """Say where the first sending led: an address without secrets."""
    OnceToken.objects.filter(token=token).update(result=result)
