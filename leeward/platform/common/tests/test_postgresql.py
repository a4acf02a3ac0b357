"""Whole numbers reach the database as they are."""

import pytest
from django.db.models import F, Func, Value

from leeward.platform.access.models import Partnership
from tests.worlds import World

LONG = 250_197_709_910_382_782  # an id as ours are: far more than four bytes hold


@pytest.mark.django_db
def test_a_long_number_without_a_field_is_not_cut_short(world: World) -> None:
    rows = Partnership.objects.annotate(as_sent=Func(F("id"), Value(LONG), function="GREATEST"))
    for _ in range(5):  # the statement is prepared after some times
        assert rows.get(id=world.partnership.id).as_sent == max(LONG, world.partnership.id)
