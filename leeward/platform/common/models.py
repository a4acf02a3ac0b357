"""What every table of ours begins with."""

from __future__ import annotations

from django.db import models

from leeward.platform.common.ids import new_id


class Record(models.Model):
    """A row with an identifier made beforehand (see ids.new_id)."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Derived(models.GeneratedField):
    """A column that the database works out from others, and that is not read back as the row is written.

    Django reads generated columns back with RETURNING, which needs leave to read the row: who writes one (a visitor who
    asks for help) may not be who reads it.
    """

    db_returning = False  # type: ignore[assignment]  # the stubs know no other value
