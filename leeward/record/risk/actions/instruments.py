"""Load instruments into the database: the shipped ones after each migration, a partnership's own by command."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Partnership
from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.record.risk.instruments import Instrument, demands
from leeward.record.risk.instruments.loading import FOLDER, load_file
from leeward.record.risk.models import InstrumentVersion, RiskSettings
from leeward.record.risk.queries.thresholds import thresholds_of
from leeward.record.risk.rules import Thresholds


def load_shipped(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Bring the shipped instruments into the database, each version once; answers how many were new."""
    return sum(
        store_instrument(load_file(file), partnership_id=None, loaded_by="Leeward", using=using)
        for file in sorted(FOLDER.glob("*.yaml"))
    )


def shipped_id(instrument: Instrument) -> int:
    """The identifier of a shipped version: the same in every database, so that what is loaded in bulk can name it."""
    return int.from_bytes(hashlib.sha256(f"{instrument.instrument} {instrument.version}".encode()).digest()[:5])


def store_instrument(
    instrument: Instrument, *, partnership_id: int | None, loaded_by: str, using: str = DEFAULT_DB_ALIAS
) -> bool:
    """Keep one version of an instrument; True when it is new. Runs as the owner: the web role only reads them.

    Raises Refused where the same version was loaded before and says something else, or where it asks for steps that
    nobody has written down.
    """
    unknown = {key for item in instrument.items.values() for key in item.demands} - set(demands())
    if unknown:
        raise Refused(f"It asks for next steps that are not known here: {', '.join(sorted(unknown))}.")
    definition = instrument.model_dump(mode="json", by_alias=True)
    with transaction.atomic(using=using):
        same = InstrumentVersion.objects.using(using).filter(key=instrument.instrument, version=instrument.version)
        own = same.filter(partnership=None) if partnership_id is None else same.filter(partnership_id=partnership_id)
        known = own.first()
        if known is not None:
            # As it is read: what was kept before the schema knew a part of it says the same without it.
            if Instrument.model_validate(known.definition).model_dump(mode="json", by_alias=True) == definition:
                return False
            raise Refused(
                f"Version {instrument.version} of “{instrument.instrument}” is loaded already and says something else. "
                "Assessments keep the version they were made with: raise the version in the file."
            )
        InstrumentVersion(
            id=new_id() if partnership_id else shipped_id(instrument),
            partnership_id=partnership_id,
            key=instrument.instrument,
            version=instrument.version,
            title=instrument.title,
            definition=definition,
            loaded_by=loaded_by,
        ).save(using=using, force_insert=True)  # fmt: skip
    return True


def load_from_command_line(*, file: Path, partnership: str = "", using: str = "owner") -> str:
    """Load a partnership's own instrument; answers what was done in words. Raises InstrumentError and Refused."""
    instrument = load_file(file)
    found = list(
        Partnership.objects.using(using)
        .filter(**({"name__iexact": partnership} if partnership else {}))
        .order_by("name")
    )
    if len(found) != 1:
        names = ", ".join(one.name for one in Partnership.objects.using(using).order_by("name")[:20])
        raise Refused(f"Say which partnership with --partnership. There is: {names or 'none yet'}.")
    new = store_instrument(instrument, partnership_id=found[0].id, loaded_by="command line", using=using)
    if not new:
        return f"Version {instrument.version} of “{instrument.title}” was loaded before; nothing is different."
    items = len(instrument.items)
    return f"Loaded “{instrument.title}”, version {instrument.version}, for {found[0].name}: {items} items."


@transaction.atomic
def set_thresholds(*, by: Acting, thresholds: Thresholds, why: str) -> RiskSettings:
    """Set what counts as how much from now on. Finished assessments keep what they came to."""
    if "partnership_administrator" not in by.roles:
        raise Refused("Only the administrator of the partnership can change this.")
    if not why.strip():
        raise Refused("Say who decided this, and when: others will ask.")
    if thresholds == thresholds_of(by.partnership_id):
        raise Refused("Nothing is different from what stands now.")
    row = RiskSettings(
        partnership_id=by.partnership_id, bands=thresholds.bands, paused=sorted(thresholds.paused),
        escalation_count=thresholds.escalation_count, escalation_months=thresholds.escalation_months,
        repeat_months=thresholds.repeat_months, review_weeks=thresholds.review_weeks, set_by_id=by.user_id,
        set_by_name=by.user_name, why=why,
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record("set_risk_thresholds", "risk_settings", row.id)
    return row
