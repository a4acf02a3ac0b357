"""Users and organisations for the pages of administration; the log for the data protection lead is in log.py."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Organisation
from leeward.platform.access.roles import ROLES, Permission


def administered_organisations(*, by: Acting) -> list[Organisation]:
    """The organisations that whoever acts administers."""
    found = Organisation.objects.filter(partnership_id=by.partnership_id).order_by("name")
    if not by.may(Permission.MANAGE_PARTNERSHIP):
        found = found.filter(id=by.acts_for)
    return list(found)


SEEN = ("never", "long_ago")
LONG_AGO = timedelta(days=90)


def members(*, organisation: Organisation, text: str = "", seen: str = "") -> list[Membership]:
    """Everybody of an organisation, active ones first: two statements. `seen` is one of SEEN, of who may sign in."""
    found = Membership.objects.select_related("user").prefetch_related("teams").filter(organisation=organisation)
    if text:
        found = found.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))
    if seen == "never":
        found = found.filter(is_active=True, user__last_login=None)
    if seen == "long_ago":
        found = found.filter(is_active=True, user__last_login__lt=timezone.now() - LONG_AGO)
    return list(found.order_by("-is_active", "user__name")[:500])


def places_offered(*, by: Acting) -> list[Membership]:
    """Places that other organisations offer to whoever acts, and that wait for their answer."""
    found = Membership.objects.filter(user_id=by.worker_id, is_active=False, offered_at__isnull=False)
    return list(found.select_related("organisation__partnership").order_by("offered_at", "id"))


def role_choices(*, by: Acting) -> list[tuple[str, str, str]]:
    """(key, name, description) of every role, for the form."""
    return [(role.key, role.name, role.description) for role in ROLES.values()]
