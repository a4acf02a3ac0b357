"""What a partnership has set for risk, and the instruments that it can use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from leeward.record.risk.instruments import Instrument
from leeward.record.risk.models import InstrumentVersion, RiskSettings
from leeward.record.risk.rules import Thresholds


def thresholds_of(partnership_id: int) -> Thresholds:
    """What counts as how much here; the shipped values where nothing was set."""
    row = RiskSettings.objects.filter(partnership_id=partnership_id).order_by("-set_at", "-id").first()
    return Thresholds() if row is None else _set(row)


def settings_history(
    partnership_id: int, titles: Mapping[str, str], most: int = 20
) -> list[tuple[RiskSettings, list[str]]]:
    """What was set, newest first, each with what it changed, from what to what; `titles`: of the instruments by key."""
    rows = list(RiskSettings.objects.filter(partnership_id=partnership_id).order_by("-set_at", "-id")[: most + 1])
    before = [_set(row) for row in rows[1:]]
    if len(rows) <= most:
        before.append(Thresholds())  # before the first one stood what is shipped
    return [(row, _changed(old, _set(row), titles)) for row, old in zip(rows, before, strict=False)][:most]


WORDS = {
    "escalation_count": "Incidents that are an escalation",
    "escalation_months": "Months in which they count",
    "repeat_months": "Months within which abuse is a repeat",
    "review_weeks": "Weeks until the next assessment",
    "plan_weeks": "Weeks until a safety plan is gone through again",
}


def _changed(old: Thresholds, new: Thresholds, titles: Mapping[str, str]) -> list[str]:
    found = [
        f"{words}: {getattr(new, name)}, before {getattr(old, name)}"
        for name, words in WORDS.items()
        if getattr(new, name) != getattr(old, name)
    ]
    for key in sorted({*old.bands, *new.bands}):
        if old.bands.get(key) != new.bands.get(key):
            found.append(f"{titles.get(key, key)}: {_bands(new.bands.get(key))}, before {_bands(old.bands.get(key))}")
    found += [f"{titles.get(key, key)}: no longer offered" for key in sorted(new.paused - old.paused)]
    return found + [f"{titles.get(key, key)}: offered again" for key in sorted(old.paused - new.paused)]


def _bands(bands: dict[str, int] | None) -> str:
    if not bands:
        return "as its file says"
    return " and ".join(f"{level} from {points}" for level, points in sorted(bands.items(), key=lambda one: one[1]))


def _set(row: RiskSettings) -> Thresholds:
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
