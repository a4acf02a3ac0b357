"""What every table of ours begins with."""

from __future__ import annotations

from django.db import models

from leeward.platform.common.ids import new_id


class Record(models.Model):
    """A row with an identifier made beforehand (see ids.new_id)."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True
