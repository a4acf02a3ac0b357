"""What there is: joining the scheme, sites and spaces, what is free, what is out of use. Done by its own provider."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, QuerySet
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Team
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.common.vault import seal
from leeward.response.accommodation.actions.closing import settle
from leeward.response.accommodation.actions.periods import cut_short, guarded, lock_spaces
from leeward.response.accommodation.models import Occupancy, Provider, Site, SiteAddress, Space, Statement
from leeward.response.accommodation.queries.places import opened
from leeward.response.accommodation.rules.periods import is_taken, still_to_come
from leeward.response.accommodation.rules.streets import shared_words, tells_street

NOT_SAID = "not_said"  # the reason of a space that is said not to be free, and no more is said


@dataclass(frozen=True)
class SiteFacts:
    """What a site is. `area_code` is a district; a street is set apart (`set_address`)."""

    name: str
    form: str
    area_code: str
    danger_areas: tuple[str, ...] = ()
    takes_local: bool = False
    support_hours: str = "day"
    specialisms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    turnaround_days: int = 1


@dataclass(frozen=True)
class SpaceFacts:
    """What a space is. Ages in whole years; `sons_up_to` None: sons of any age."""

    label: str
    kind: str = "room"
    beds: int = 1
    cots: int = 0
    self_contained: bool = False
    step_free: bool = False
    wheelchair: bool = False
    ground_floor: bool = False
    for_whom: str = "women"
    sons_up_to: int | None = None
    pets: str = "none"
    no_recourse: str = "ask"
    substance_use: str = "ask"
    mental_health: str = "ask"
    offending: str = "ask"


def _must_run(by: Acting, organisation_id: int) -> None:
    by.must(Permission.PLACES, "Only a manager of the provider can do this.")
    if organisation_id != by.acts_for:
        raise Refused("This place is another provider’s.")


@transaction.atomic
def join_scheme(*, by: Acting) -> Provider:
    """The organisation that acts houses people from now on; one that left comes back with its sites and history."""
    by.must(Permission.PLACES, "Only a manager of the organisation can do this.")
    found = Provider.objects.filter(organisation_id=by.acts_for).first()
    if found is None:
        found = Provider(partnership_id=by.partnership_id, organisation_id=by.acts_for)
        found.save(force_insert=True)
    elif found.left_on is not None:
        found.left_on, found.left_why, found.joined_on = None, "", timezone.localdate()
        found.save(update_fields=["left_on", "left_why", "joined_on"])
    audit.record("joined_scheme", "accommodation_provider", found.id)
    return found


@transaction.atomic
def name_team(*, by: Acting, provider: Provider, team_id: int | None) -> Provider:
    """Say which team of the provider a person is shared with from now on; None: all who work with cases there."""
    _must_run(by, provider.organisation_id)
    if team_id is not None and not Team.objects.filter(id=team_id, organisation_id=provider.organisation_id).exists():
        raise Refused("Choose a team of your own.")
    provider.team_id = team_id
    provider.save(update_fields=["team"])
    audit.record("named_place_team", "accommodation_provider", provider.id)
    return provider


@transaction.atomic
def open_site(*, by: Acting, facts: SiteFacts) -> Site:
    """Add a site. Raises Refused where its name looks like a street: everybody who looks for a place reads it."""
    provider = join_scheme(by=by)
    _check_name(facts.name)
    _check_once(Site.objects.filter(provider=provider, name__iexact=facts.name), "You have a site of this name.")
    site = Site(
        provider=provider, partnership_id=by.partnership_id, organisation_id=by.acts_for, **_lists(asdict(facts))
    )
    site.save(force_insert=True)
    audit.record("opened_site", "site", site.id)
    return site


@transaction.atomic
def change_site(*, by: Acting, site: Site, facts: SiteFacts) -> Site:
    """Change what a site is."""
    _must_run(by, site.organisation_id)
    _check_name(facts.name, site)
    if facts.form in Site.APART and SiteAddress.objects.filter(site=site, space=None).exists():
        raise Refused("One street is sealed for all of this site. Open a site of its own for homes that lie apart.")
    same = Site.objects.filter(provider_id=site.provider_id, name__iexact=facts.name).exclude(id=site.id)
    _check_once(same, "You have another site of this name.")
    for name, value in _lists(asdict(facts)).items():
        setattr(site, name, value)
    site.version += 1
    site.save(update_fields=[*asdict(facts), "version"])
    audit.record("changed_site", "site", site.id)
    return site


@transaction.atomic
def set_address(*, by: Acting, site: Site, lines: str, space: Space | None = None) -> None:
    """Seal where a site is, or one home of it. The words never reach the log, a title or another table.

    Raises Refused where a name that everybody reads has a word of them; of homes that lie apart, say which one.
    """
    _must_run(by, site.organisation_id)
    if space is not None and space.site_id != site.id:
        raise Refused("This space is of another site.")
    if space is None and site.form in Site.APART:
        raise Refused("These homes lie apart. Say for each of them where it is.")
    if any(shared_words(name, lines) for name in (site.name, *site.spaces.values_list("label", flat=True))):
        raise Refused("The name of this site, or of a space in it, has a word of this address. Change that name first.")
    found = SiteAddress.objects.filter(site=site, space=space).first()
    if found is None:
        found = SiteAddress(site=site, space=space, organisation_id=site.organisation_id, sealed=b"")
        found.sealed = seal(lines.encode(), table="accommodation_siteaddress", row=found.id)
        found.save(force_insert=True)
    else:
        found.sealed = seal(lines.encode(), table="accommodation_siteaddress", row=found.id)
        found.changed_at = timezone.now()
        found.save(update_fields=["sealed", "changed_at"])
    audit.record("set_site_address", "site", site.id)


@transaction.atomic
def close_site(*, by: Acting, site: Site, why: str, may_stay: bool = False) -> Site:
    """Close a site for good. `may_stay`: who lives there stays until they have a next place, and nobody new comes.

    Raises Refused while somebody is expected or promised a space there, or lives there and may not stay. Who asked for
    a space there is told.
    """
    _must_run(by, site.organisation_id)
    settle(by=by, spaces=Space.objects.filter(site=site).order_by("id"), may_stay=may_stay)
    _close_site(site, why, timezone.now())
    audit.record("closed_site", "site", site.id)
    return site


def _close_site(site: Site, why: str, now: datetime) -> None:
    site.closed_on, site.closed_why = timezone.localdate(now), why
    site.version += 1
    site.save(update_fields=["closed_on", "closed_why", "version"])


@transaction.atomic
def add_space(*, by: Acting, site: Site, facts: SpaceFacts) -> Space:
    """Add a space to a site."""
    _must_run(by, site.organisation_id)
    _check_name(facts.label, site)
    _check_once(Space.objects.filter(site=site, label__iexact=facts.label), "This site has a space of this name.")
    space = Space(
        site=site,
        partnership_id=site.partnership_id,
        organisation_id=site.organisation_id,
        position=Space.objects.filter(site=site).count(),
        **asdict(facts),
    )
    space.save(force_insert=True)
    audit.record("added_space", "space", space.id)
    return space


@transaction.atomic
def change_space(*, by: Acting, space: Space, facts: SpaceFacts) -> Space:
    """Change what a space is. Who stays there stays."""
    _must_run(by, space.organisation_id)
    _check_name(facts.label, space.site)
    same = Space.objects.filter(site_id=space.site_id, label__iexact=facts.label).exclude(id=space.id)
    _check_once(same, "This site has another space of this name.")
    for name, value in asdict(facts).items():
        setattr(space, name, value)
    space.version += 1
    space.save(update_fields=[*asdict(facts), "version"])
    audit.record("changed_space", "space", space.id)
    return space


@transaction.atomic
def close_space(*, by: Acting, space: Space, why: str, may_stay: bool = False) -> Space:
    """Take a space away for good; `may_stay` and what is refused: as for a site."""
    _must_run(by, space.organisation_id)
    settle(by=by, spaces=[space], may_stay=may_stay)
    space.closed_on, space.closed_why = timezone.localdate(), why
    space.version += 1
    space.save(update_fields=["closed_on", "closed_why", "version"])
    audit.record("closed_space", "space", space.id)
    return space


@transaction.atomic
def state_free(
    *, by: Acting, site: Site, free: frozenset[int], shown: frozenset[int] | None = None, note: str = ""
) -> Statement:
    """Say which spaces of a site are free now; none is a statement too ("full").

    A space that is said not to be free, and is taken by nobody, is out of use from now without a reason; one that is
    said to be free is so again. A space that somebody stays in or is promised is not free, whatever is said: such a
    tick is refused, because one of the two is wrong. `shown`: which spaces the page asked about; of others it said
    nothing, such as one that was added since or was taken when the page was opened. None: all of them.
    """
    by.must(Permission.CASEWORK)
    if site.organisation_id != by.acts_for:
        raise Refused("Only the provider itself can say what is free here.")
    if site.closed_on is not None:
        raise Refused("This site is closed.")
    spaces = list(Space.objects.filter(site=site, closed_on=None).order_by("position", "id"))
    lock_spaces(space.id for space in spaces)
    now = timezone.now()
    taken = {row.space_id: row for row in is_taken(_locked(space__site=site), now)}
    before = sorted({space.id for space in spaces} - set(taken))
    with guarded():
        for space in spaces:
            row = taken.get(space.id)
            if space.id in free and row is not None and row.kind in (Occupancy.STAY, Occupancy.HOLD):
                raise Refused(f"{space.label} is taken or promised. End that first, then say that it is free.")
            if space.id in free and row is not None:
                cut_short(row, now)
            elif space.id not in free and row is None and (shown is None or space.id in shown):
                take_out_of_use(by=by, space=space, reason=NOT_SAID, until=None)
    held = is_taken(Occupancy.objects.filter(space__site=site), timezone.now()).values_list("space_id", flat=True)
    after = sorted({space.id for space in spaces} - set(held))
    said = Statement(
        site=site,
        partnership_id=site.partnership_id,
        organisation_id=site.organisation_id,
        at=now,
        by_id=by.user_id,
        by_name=by.user_name,
        free=len(after),
        spaces=len(spaces),
        free_before=before,
        free_after=after,
        note=note,
    )
    said.save(force_insert=True)
    Site.objects.filter(id=site.id).update(said_at=now, version=F("version") + 1)
    audit.record("stated_free", "site", site.id)
    return said


@transaction.atomic
def take_out_of_use(*, by: Acting, space: Space, reason: str, until: date | None, note: str = "") -> Occupancy:
    """A space cannot be used from now: why, and until when where that is known. Raises Refused where it is taken."""
    by.must(Permission.CASEWORK)
    if space.organisation_id != by.acts_for:
        raise Refused("This space is another provider’s.")
    lock_spaces([space.id])
    now = timezone.now()
    if until is not None and until <= timezone.localdate(now):
        raise Refused("The day on which it can be used again must lie ahead.")
    with guarded():
        for row in is_taken(_locked(space=space), now):
            if row.kind in (Occupancy.STAY, Occupancy.HOLD):
                raise Refused("Somebody stays here or is promised this space. End or move that first.")
            cut_short(row, now)
        # What is promised later limits how long it can be out of use.
        later = still_to_come(_locked(space=space), now).order_by("during").first()
        end = timezone.make_aware(datetime.combine(until, datetime.min.time())) if until else None
        if later is not None and (end is None or end > later.during.lower):
            raise Refused("Somebody is expected in this space before then. Move or end that first.")
        row = Occupancy(
            space=space,
            partnership_id=space.partnership_id,
            organisation_id=space.organisation_id,
            kind=Occupancy.VOID,
            during=DateTimeTZRange(now, end, "[)"),
            reason=reason,
            note=note,
            set_by_id=by.user_id,
            set_at=now,
        )
        row.save(force_insert=True)
    audit.record("took_space_out_of_use", "space", space.id, detail={"reason": reason})
    return row


@transaction.atomic
def bring_back(*, by: Acting, space: Space) -> None:
    """A space can be used again now, also before the days between two stays are over."""
    by.must(Permission.CASEWORK)
    if space.organisation_id != by.acts_for:
        raise Refused("This space is another provider’s.")
    lock_spaces([space.id])
    now = timezone.now()
    with guarded():
        for row in is_taken(_locked(space=space, kind__in=("void", "turnaround")), now):
            cut_short(row, now)
    audit.record("brought_space_back", "space", space.id)


def _locked(**which: Any) -> QuerySet[Occupancy]:
    return Occupancy.objects.select_for_update(of=("self",), no_key=True).filter(**which)


def _check_name(name: str, site: Site | None = None) -> None:
    """Everybody who looks for a place reads names and labels: they say neither a street nor a word of this one."""
    sealed = SiteAddress.objects.filter(site=site) if site is not None else []
    if tells_street(name) or any(shared_words(name, opened(one)) for one in sealed):
        raise Refused(
            "This looks like a street. Everybody who looks for a place reads this name: choose one that says nothing."
        )


def _check_once(found: object, words: str) -> None:
    if found.exists():  # type: ignore[attr-defined]  # a query set
        raise Refused(words)


def _lists(values: dict[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
