"""Add, change, pause and retire services. Nothing is deleted: what was offered once must stay readable."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, time

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation, Team
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.directory.models import Service
from leeward.platform.directory.rules import CHANGED, must_change


@dataclass(frozen=True)
class ServiceFacts:
    """What a service says of itself. A refuge gives no street here: there is no field for one."""

    name: str
    description: str = ""
    phone: str = ""
    team_id: int | None = None
    sides: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    youngest: int | None = None
    oldest: int | None = None
    opens: time | None = None
    closes: time | None = None
    weekdays: tuple[int, ...] = ()
    on_bank_holidays: bool = False
    answers_within_hours: int = 8
    referral_terms: str = ""
    capacity: str = ""


def _checked(facts: ServiceFacts, organisation: Organisation, *, but: int = 0) -> dict[str, object]:
    if not facts.name.strip():
        raise Refused("Enter the name of the service.")
    if facts.youngest is not None and facts.oldest is not None and facts.youngest > facts.oldest:
        raise Refused("The youngest age must not be above the oldest.")
    if (facts.opens is None) != (facts.closes is None):
        raise Refused("Enter both when it opens and when it closes, or neither.")
    if facts.opens and facts.closes and facts.opens >= facts.closes:
        raise Refused("It must close after it opens.")
    same = Service.objects.filter(organisation=organisation, name__iexact=facts.name.strip()).exclude(id=but)
    if same.exists():
        raise Refused("This organisation has a service of that name already. It may be retired: bring it back instead.")
    if facts.team_id and not Team.objects.filter(id=facts.team_id, organisation=organisation).exists():
        raise Refused("This team belongs to another organisation.")
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(facts).items()}
    return values | {"name": facts.name.strip()}


@transaction.atomic
def add_service(*, by: Acting, organisation: Organisation, facts: ServiceFacts) -> Service:
    """Add what an organisation offers. No rule proposes it yet: add one next."""
    made = Service(partnership_id=organisation.partnership_id, organisation=organisation)
    must_change(by, made)
    for name, value in _checked(facts, organisation).items():
        setattr(made, name, value)
    made.save(force_insert=True)
    audit.record("added_service", "service", made.id)
    return made


@transaction.atomic
def change_service(*, by: Acting, service: Service, version: int, facts: ServiceFacts) -> Service:
    """Change what a service says of itself. Raises Conflict where somebody else did meanwhile."""
    must_change(by, service)
    now = Service.objects.select_for_update(no_key=True).select_related("organisation").get(id=service.id)
    if now.version != version:
        raise Conflict(CHANGED, theirs={"version": now.version})
    changed = [name for name, value in _checked(facts, now.organisation, but=now.id).items()
               if getattr(now, name) != value]  # fmt: skip
    for name, value in _checked(facts, now.organisation, but=now.id).items():
        setattr(now, name, value)
    now.version += 1
    now.save()
    audit.record("changed_service", "service", now.id, detail={"fields": changed})
    return now


@transaction.atomic
def pause_service(*, by: Acting, service: Service, reason: str, until: date | None = None) -> None:
    """Let no rule propose a service for a while: it is full, or nobody is there. Workers see the reason."""
    must_change(by, service)
    if not reason.strip():
        raise Refused("Say why, in a few words: workers see it.")
    if until is not None and until <= timezone.localdate():
        raise Refused("The day on which it goes on must lie ahead.")
    Service.objects.filter(id=service.id).update(
        paused_at=timezone.now(), paused_until=until, paused_reason=reason.strip(), version=service.version + 1
    )
    audit.record("paused_service", "service", service.id, detail={"until": until.isoformat() if until else ""})


@transaction.atomic
def resume_service(*, by: Acting, service: Service) -> None:
    """Let rules propose it again."""
    must_change(by, service)
    Service.objects.filter(id=service.id).update(
        paused_at=None, paused_until=None, paused_reason="", version=service.version + 1
    )
    audit.record("resumed_service", "service", service.id)


@transaction.atomic
def retire_service(*, by: Acting, service: Service) -> None:
    """Take a service out of every list of choices. What was offered to it goes on; it can be brought back."""
    must_change(by, service)
    Service.objects.filter(id=service.id).update(
        is_active=False, retired_at=timezone.now(), version=service.version + 1
    )
    audit.record("retired_service", "service", service.id)


@transaction.atomic
def restore_service(*, by: Acting, service: Service) -> None:
    """Bring a retired service back."""
    must_change(by, service)
    Service.objects.filter(id=service.id).update(is_active=True, retired_at=None, version=service.version + 1)
    audit.record("restored_service", "service", service.id)
