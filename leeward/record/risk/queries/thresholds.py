"""What a partnership has set for risk, and the instruments that it can use."""

from __future__ import annotations

from functools import lru_cache

from leeward.record.risk.instruments import Instrument
from leeward.record.risk.models import InstrumentVersion, RiskSettings
from leeward.record.risk.rules import Thresholds


def thresholds_of(partnership_id: int) -> Thresholds:
    """What counts as how much here; the shipped values where nothing was set."""
    row = RiskSettings.objects.filter(partnership_id=partnership_id).order_by("-set_at", "-id").first()
    if row is None:
        return Thresholds()
    return Thresholds(
        bands=row.bands,
        paused=frozenset(row.paused),
        escalation_count=row.escalation_count,
        escalation_months=row.escalation_months,
        repeat_months=row.repeat_months,
        review_weeks=row.review_weeks,
        plan_weeks=row.plan_weeks,
    )


def newest_versions(partnership_id: int) -> dict[str, InstrumentVersion]:
    """The newest version of each instrument by key; a partnership's own file stands before the shipped one."""
    found: dict[str, InstrumentVersion] = {}
    for row in InstrumentVersion.objects.order_by("key", "version"):
        known = found.get(row.key)
        own = row.partnership_id == partnership_id
        if known is None or own or known.partnership_id is None:
            found[row.key] = row
    return found


def definition_of(row: InstrumentVersion) -> Instrument:
    """The definition of a version. Versions never change, so that reading one once is enough."""
    if row.id not in _KNOWN:
        _KNOWN[row.id] = Instrument.model_validate(row.definition)
    return _KNOWN[row.id]


_KNOWN: dict[int, Instrument] = {}


@lru_cache(maxsize=1)
def topics() -> dict[str, str]:
    """A word for each topic, from the shipped instruments: the first item that asks about it."""
    from leeward.record.risk.instruments.loading import FOLDER, load_file

    found: dict[str, str] = {}
    for name in ("dash", "stalking", "young_person", "first_screen"):
        for item in load_file(FOLDER / f"{name}.yaml").items.values():
            found.setdefault(item.about, item.label)
    return found
