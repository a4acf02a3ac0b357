"""Forms of sign-in and administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from leeward.platform.access.models import Team
from leeward.platform.reference.lists import choices
from leeward.platform.ui.forms import (
    CodeField,
    ConfirmField,
    EmailField,
    Form,
    ManyField,
    Option,
    PhoneField,
    TextField,
)


class PasswordForm(Form):
    """The first password, asked once and shown if wished: a second box helps nobody who can see what they type."""

    mark_optional = False
    password = forms.CharField(
        label="Choose a password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False,
        help_text="At least 15 characters. Three words that do not belong together are easy to keep and hard to guess.",
        error_messages={"required": "Choose a password"},
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """A password that Django's validators let pass."""
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password


class MembershipForm(Form):
    """Roles and teams of somebody."""

    roles = ManyField(label="Roles", what="at least one role")
    teams = ManyField(label="Teams", required=False)

    def __init__(self, *args: Any, roles: list[tuple[str, str, str]], teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [Option(key, name, hint=words) for key, name, words in roles]
        self.fields["roles"].choices = options  # type: ignore[attr-defined]  # our own field
        if teams:
            self.fields["teams"].choices = [Option(str(team.id), team.name) for team in teams]  # type: ignore[attr-defined]  # as above
        else:
            del self.fields["teams"]


class UserForm(MembershipForm):
    """Somebody new."""

    name = TextField(label="Name", longest=120, help_text="As colleagues know them.")
    email = EmailField(label="Work e-mail address", help_text="They sign in with it. Nothing is sent to it.")
    field_order = ("name", "email", "roles", "teams")


class AccountForm(Form):
    """What a colleague is called, signs in with and is rung on."""

    name = TextField(
        label="Name", longest=120, help_text="As colleagues know them. What they wrote before keeps the old one."
    )
    email = EmailField(
        label="Work e-mail address",
        help_text="They sign in with it. With another one they are signed out everywhere, and the old and the new "
        "address get a message that says so. Be sure that it is they who ask.",
    )  # fmt: skip
    phone = PhoneField(
        label="Work telephone", required=False, longest=40, help_text="Shown to colleagues of a case that they lead."
    )


class OrganisationForm(Form):
    """An organisation of the partnership."""

    name = TextField(label="Name", longest=120)
    kind = CodeField(
        label="What kind of organisation is it?", choices=[Option(c, w) for c, w in choices("organisation_kind")]
    )
    phone = PhoneField(
        label="Telephone for colleagues", required=False,
        help_text="Whom to ring about somebody they help. A refuge gives no street address anywhere here.",
    )  # fmt: skip
    signs_off_closing = ConfirmField(label="A manager signs off when a case is closed", required=False)


class OrganisationChangeForm(OrganisationForm):
    """The same, and whether anybody may act for it."""

    is_active = ConfirmField(label="Colleagues may act for it", required=False)


class TeamForm(Form):
    """A team."""

    name = TextField(label="Name of the team", longest=120)


class TeamChangeForm(TeamForm):
    """The same, whether it takes contacts (at the access point) and whether it is switched off."""

    holds_triage = ConfirmField(
        label="Takes what is sent on the public pages", required=False,
        help_text="One team does: ticked here, it takes over from the team that did. What waits there stays there.",
    )  # fmt: skip
    off = ConfirmField(
        label="Switched off: what was shared with this team alone is then seen by nobody through it", required=False
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (team.organisation.is_access_point or team.holds_triage):
            del self.fields["holds_triage"]
