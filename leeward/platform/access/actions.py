"""Add and change organisations, teams, users and their roles. Everything acts at once, in open sessions too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import acting, audit, leaving
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import IdentityProvider, Membership, Organisation, Partnership, Team, User
from leeward.platform.access.notices import send_account_notice
from leeward.platform.access.roles import Permission
from leeward.platform.access.rules import (
    must_administer,
    must_give_roles,
    must_leave_protected,
    must_not_be_own,
    must_reset,
    tell_of_place,
)
from leeward.platform.common.errors import Refused

INVITATION_DAYS = 3
TAKEN = "Somebody has this e-mail address already."
LONGEST_NAME = 120
_SALT = "leeward.access.invitation"


def invitation_token(user: User) -> str:
    """A token for one use: setting a password makes it worthless, and so does a new invitation."""
    return signing.dumps({"u": user.pk, "h": _fingerprint(user)}, salt=_SALT)


def invited_user(token: str) -> User | None:
    """Whose invitation this is; None if it is used, too old, or nobody's."""
    try:
        content = signing.loads(token, salt=_SALT, max_age=INVITATION_DAYS * 86400)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=content["u"], is_active=True).first()
    return user if user and _fingerprint(user) == content["h"] else None


def _fingerprint(user: User) -> str:
    # With the address: an invitation that went to a wrong one is worth nothing once the address is put right.
    said = f"{user.pk}{user.email}{user.password}{settings.SECRET_KEY}"
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def _must_fit(what: str, text: str) -> None:
    """Raise Refused for a text that no column holds: the command line has no form that would say so before."""
    if "\0" in text:
        raise Refused(f"{what} holds a hidden character that cannot be kept: type it anew.")
    if len(text) > LONGEST_NAME:
        raise Refused(f"{what} is too long: {LONGEST_NAME} characters are the most.")


@transaction.atomic
def add_user(
    *, by: Acting, email: str, name: str, organisation: Organisation, roles: list[str], teams: Iterable[Team] = ()
) -> tuple[User, str]:
    """Invite somebody into an organisation. Answers the user and the address of the invitation.

    Somebody who acts for another organisation is offered a further place, and keeps their sign-in: it opens nothing
    until they accept it themselves.
    """
    must_administer(by, organisation.id)
    must_give_roles(by, roles)
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("Enter an e-mail address such as name@example.org.") from None
    if not name.strip():
        raise Refused("Enter the name as colleagues know it.")
    _must_fit("The name", name)
    if not roles:
        raise Refused("Choose at least one role.")
    user = User.objects.select_for_update(no_key=True).filter(email=email.strip().lower()).first()
    token, offered_at = "", None
    if user is None:
        user = User.objects.create_user(email.strip(), name=name.strip())
        token = reverse("invitation", args=[invitation_token(user)])
    else:
        must_not_be_own(by, user.pk)
        offered_at = timezone.now() if _acts_elsewhere(user.pk, organisation.id) else None
    try:
        with transaction.atomic():
            membership = Membership(
                user=user, organisation=organisation, roles=roles, is_active=offered_at is None, offered_at=offered_at
            )
            membership.save(force_insert=True)
    except IntegrityError:
        raise Refused("This person is in the organisation already.") from None
    membership.teams.set([team for team in teams if team.organisation_id == organisation.id])
    tell_of_place(user)
    audit.record(
        "offered_membership" if offered_at else "added_user", "user", user.pk,
        detail={"organisation": organisation.id, "roles": roles},
    )  # fmt: skip
    return user, token


def _acts_elsewhere(user_id: int, organisation_id: int) -> bool:
    """Whether somebody has another place to sign in with: then a further one is theirs to accept."""
    others = Membership.objects.filter(user_id=user_id, is_active=True, user__is_active=True)
    return others.filter(organisation__is_active=True).exclude(organisation_id=organisation_id).exists()


def _offered(by: Acting, membership_id: int) -> Membership:
    found = Membership.objects.select_for_update(no_key=True).filter(id=membership_id, user_id=by.worker_id).first()
    if found is None or found.is_active or found.offered_at is None:
        raise Refused("This place is no longer offered to you.")
    return found


@transaction.atomic
def accept_membership(*, by: Acting, membership_id: int) -> Membership:
    """Take up a place that another organisation offers: theirs alone to do, signed in as they always do."""
    membership = _offered(by, membership_id)
    membership.is_active, membership.offered_at = True, None
    membership.save(update_fields=["is_active", "offered_at"])
    tell_of_place(User.objects.get(pk=membership.user_id))
    audit.record(
        "accepted_membership", "user", by.user_id,
        detail={"organisation": membership.organisation_id, "roles": membership.roles},
    )  # fmt: skip
    return membership


@transaction.atomic
def decline_membership(*, by: Acting, membership_id: int) -> None:
    """Say no to a place that another organisation offers."""
    membership = _offered(by, membership_id)
    membership.offered_at, membership.ended_at = None, timezone.now()
    membership.save(update_fields=["offered_at", "ended_at"])
    audit.record("declined_membership", "user", by.user_id, detail={"organisation": membership.organisation_id})


@transaction.atomic
def change_membership(*, by: Acting, membership: Membership, roles: list[str], teams: Iterable[Team]) -> None:
    """Give somebody else other roles and teams. It acts on their next request."""
    must_administer(by, membership.organisation_id)
    must_not_be_own(by, membership.user_id)
    must_give_roles(by, [role for role in roles if role not in membership.roles])
    must_leave_protected(by, membership.roles, roles)
    if not roles:
        raise Refused("Choose at least one role, or end the membership.")
    before = list(membership.roles)
    membership.roles = roles
    membership.save(update_fields=["roles"])
    membership.teams.set([team for team in teams if team.organisation_id == membership.organisation_id])
    audit.record("changed_membership", "user", membership.user_id, detail={"before": before, "after": roles})


@transaction.atomic
def end_membership(*, by: Acting, membership: Membership) -> int:
    """End somebody's place in an organisation, or take the offer of one back: at once, in open sessions too.

    What they held that cannot wait is free again; answers how much. Cases and tasks stay, and managers are told.
    """
    must_administer(by, membership.organisation_id)
    if membership.user_id == by.user_id:
        raise Refused("You cannot end your own membership: ask another administrator.")
    must_leave_protected(by, membership.roles, [])
    membership.is_active, membership.offered_at, membership.ended_at = False, None, timezone.now()
    membership.save(update_fields=["is_active", "offered_at", "ended_at"])
    freed = leaving.let_go(membership.user_id, membership.organisation_id)
    audit.record("ended_membership", "user", membership.user_id, detail={"organisation": membership.organisation_id})
    return freed


@transaction.atomic
def restore_membership(*, by: Acting, membership: Membership) -> None:
    """Take the end of a membership back. Who acts for another organisation now is offered it, and accepts it."""
    must_administer(by, membership.organisation_id)
    must_not_be_own(by, membership.user_id)
    must_leave_protected(by, membership.roles, [])
    if membership.is_active or membership.offered_at:
        return
    offered = _acts_elsewhere(membership.user_id, membership.organisation_id)
    membership.is_active, membership.ended_at = not offered, None
    membership.offered_at = timezone.now() if offered else None
    membership.save(update_fields=["is_active", "ended_at", "offered_at"])
    tell_of_place(membership.user)
    audit.record(
        "offered_membership" if offered else "restored_membership", "user", membership.user_id,
        detail={"organisation": membership.organisation_id, "roles": membership.roles},
    )  # fmt: skip


@transaction.atomic
def reset_sign_in(*, by: Acting, membership: Membership) -> str:
    """For somebody who lost password or second factor: ends sessions, takes factors off, answers a new invitation."""
    must_administer(by, membership.organisation_id)
    if membership.user_id == by.user_id:
        raise Refused("You cannot reset your own sign-in: ask another administrator.")
    user = User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    must_reset(by, user)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    from allauth.mfa.models import Authenticator  # imported late: allauth's models need the app registry

    Authenticator.objects.filter(user_id=user.pk).delete()
    end_sessions(user.pk)
    audit.record("reset_sign_in", "user", user.pk)
    return reverse("invitation", args=[invitation_token(user)])


@transaction.atomic
def invite_again(*, by: Acting, membership: Membership) -> str:
    """A new invitation for somebody who has never signed in; the one before is worthless from then on."""
    must_administer(by, membership.organisation_id)
    user = User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    must_reset(by, user)
    if not membership.is_active or user.last_login is not None or user.has_usable_password():
        raise Refused("They have signed in already. If they cannot any more, reset their sign-in.")
    user.set_unusable_password()  # another random one: what the first invitation was made for no longer fits
    user.save(update_fields=["password"])
    audit.record("invited_again", "user", user.pk)
    return reverse("invitation", args=[invitation_token(user)])


@transaction.atomic
def change_account(*, by: Acting, membership: Membership, name: str, email: str, phone: str) -> list[str]:
    """Change what a colleague is called, signs in with and is rung on; answers what changed.

    With another address every session of theirs ends, and both addresses are told. Their password, second factors and
    joined sign-ons stay: an agency's sign-on knows people by its own number, never by an address, and one that would
    not let the new address in is said before, so that nobody is locked out.
    """
    must_administer(by, membership.organisation_id)
    user = User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    must_reset(by, user)
    said = {"name": name.strip(), "email": email.strip().lower(), "phone": phone.strip()}
    if not said["name"]:
        raise Refused("Enter the name as colleagues know it.")
    _must_fit("The name", said["name"])
    before, changed = user.email, [field for field, value in said.items() if value != getattr(user, field)]
    if not changed:
        return []
    if "email" in changed:
        _must_be_theirs(user, said["email"])
    for field in changed:
        setattr(user, field, said[field])
    try:
        with transaction.atomic():
            user.save(update_fields=changed)
    except IntegrityError:  # somebody took it a moment ago
        raise Refused(TAKEN) from None
    if "email" in changed:
        _sign_in_with(user)
        send_account_notice.defer(addresses=[before, user.email])
    if "name" in changed:
        tell_of_place(user)
    audit.record("changed_account", "user", user.pk, detail={"changed": changed})
    return changed


def _must_be_theirs(user: User, email: str) -> None:
    """Raise Refused for an address that is another's, or that a sign-on joined to the account would turn away."""
    from allauth.account.models import EmailAddress  # imported late: allauth's models need the app registry
    from allauth.socialaccount.models import SocialAccount

    from leeward.platform.access.providers import provider_key, signs_in  # providers use the actions of this module

    try:
        validate_email(email)
    except ValidationError:
        raise Refused("Enter an e-mail address such as name@example.org.") from None
    others = User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists()
    if others or EmailAddress.objects.filter(email__iexact=email).exclude(user_id=user.pk).exists():
        raise Refused(TAKEN)
    joined = set(SocialAccount.objects.filter(user_id=user.pk).values_list("provider", flat=True))
    for provider in IdentityProvider.objects.all():
        if provider_key(provider) in joined and not signs_in(provider, email):
            raise Refused(
                f"They sign in through {provider.name}, which is not for this e-mail address. Add the part after the @ "
                "to that sign-on first, or have them part their account from it."
            )


def _sign_in_with(user: User) -> None:
    """From now on the new address alone: sessions end, and nothing is left that would let the old one in."""
    from allauth.account.models import EmailAddress  # imported late: allauth's models need the app registry

    EmailAddress.objects.filter(user_id=user.pk).delete()
    end_sessions(user.pk)


def end_sessions(user_id: int, *, but: str = "") -> int:
    """End every session of a user (but one); answers how many."""
    from allauth.usersessions.models import UserSession  # imported late: allauth's models need the app registry

    keys = list(
        UserSession.objects.filter(user_id=user_id).exclude(session_key=but).values_list("session_key", flat=True)
    )
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return ended


@transaction.atomic
def accept_invitation(*, user: User, password: str) -> None:
    """Set the first password; the second factor is asked for next."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("accepted_invitation", "user", user.pk)


def end_tour(*, by: Acting) -> None:
    """The first tour was seen, or passed over: the first page no longer offers it. Help still does."""
    User.objects.filter(pk=by.worker_id, toured_at=None).update(toured_at=timezone.now())


@transaction.atomic
def add_organisation(
    *, by: Acting, name: str, kind: str, phone: str = "", signs_off_closing: bool = False
) -> Organisation:
    """Add an organisation to the partnership. A refuge gets no street address: there is no field for one."""
    by.must(Permission.MANAGE_PARTNERSHIP, "Only the administrator of the partnership adds organisations.")
    if Organisation.objects.filter(partnership_id=by.partnership_id, name=name.strip()).exists():
        raise Refused("There is an organisation of this name already.")
    made = Organisation(
        partnership_id=by.partnership_id, name=name.strip(), kind=kind, phone=phone, signs_off_closing=signs_off_closing
    )
    made.save(force_insert=True)
    audit.record("added_organisation", "organisation", made.id)
    return made


@transaction.atomic
def change_organisation(
    *,
    by: Acting,
    organisation: Organisation,
    name: str,
    kind: str,
    phone: str,
    signs_off_closing: bool,
    is_active: bool,
) -> None:
    """Change what colleagues see of an organisation. Switched off, nobody acts for it any more, at once."""
    by.must(Permission.MANAGE_PARTNERSHIP, "Only the administrator of the partnership changes organisations.")
    if not is_active and organisation.id == by.organisation_id:
        raise Refused("You act for this organisation: it cannot be switched off from here.")
    others = Organisation.objects.filter(partnership_id=organisation.partnership_id).exclude(id=organisation.id)
    if others.filter(name=name.strip()).exists():
        raise Refused("There is an organisation of this name already.")
    organisation.name, organisation.kind, organisation.phone = name.strip(), kind, phone
    organisation.signs_off_closing, organisation.is_active = signs_off_closing, is_active
    organisation.save(update_fields=["name", "kind", "phone", "signs_off_closing", "is_active"])
    audit.record("changed_organisation", "organisation", organisation.id, detail={"active": is_active})


@transaction.atomic
def add_team(*, by: Acting, organisation: Organisation, name: str) -> Team:
    """Add a team to an organisation."""
    must_administer(by, organisation.id)
    if Team.objects.filter(organisation=organisation, name=name.strip()).exists():
        raise Refused("There is a team of this name already.")
    team = Team(organisation=organisation, name=name.strip())
    team.save(force_insert=True)
    audit.record("added_team", "team", team.id)
    return team


@transaction.atomic
def change_team(*, by: Acting, team: Team, name: str, is_active: bool) -> None:
    """Rename a team, or switch it off: what was shared with it alone is then seen by nobody through it."""
    must_administer(by, team.organisation_id)
    if not is_active and team.holds_triage:
        raise Refused("This team takes contacts: let another team take them before this one is switched off.")
    others = Team.objects.filter(organisation_id=team.organisation_id).exclude(id=team.id)
    if others.filter(name=name.strip()).exists():
        raise Refused("There is a team of this name already.")
    team.name, team.is_active = name.strip(), is_active
    team.save(update_fields=["name", "is_active"])
    audit.record("changed_team", "team", team.id, detail={"active": is_active})


def invite_from_command_line(*, email: str, name: str, organisation: str, roles: tuple[str, ...]) -> str:
    """`leeward user add`: for the first administrators. Makes the partnership where there is none.

    Answers the path of the invitation; empty for somebody who signs in already.
    """
    if not organisation.strip():
        raise Refused("Enter the organisation's name.")
    _must_fit("The organisation's name", organisation)
    with transaction.atomic():
        partnership = Partnership.objects.order_by("id").first()
        if partnership is None:
            partnership = Partnership(name="Our partnership", slug="partnership")
            partnership.save(force_insert=True)
        found = Organisation.objects.filter(partnership=partnership, name=organisation).first()
        if found is None:
            found = Organisation(partnership=partnership, name=organisation, kind="council")
            found.save(force_insert=True)
        acting.begin_job(partnership.id, "command line")
        by = Acting(
            kind="job", partnership_id=partnership.id, organisation_id=found.id, user_name="command line",
            permissions=frozenset({Permission.MANAGE_PARTNERSHIP, Permission.MANAGE_USERS}),
        )  # fmt: skip
        _, link = add_user(by=by, email=email, name=name, organisation=found, roles=list(roles))
    return link
