"""Forms of agencies' sign-on and of keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from leeward.platform.access import discovery
from leeward.platform.access.keys import SCOPES
from leeward.platform.access.models import Organisation, User
from leeward.platform.access.providers import read_domains
from leeward.platform.common.errors import Refused
from leeward.platform.ui.forms import ChoiceField, Form, LongTextField, ManyField, OnceMixin, Option, TextField


class WhoseForm(Form):
    """For which organisation, where one administers several."""

    organisation = ChoiceField(label="For which organisation?", what="an organisation", drawn_as="select")

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(str(one.id), one.name) for one in organisations]  # type: ignore[attr-defined]  # our own field


def _secret(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, strip=True, max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="It is sealed when you save, and shown to nobody again, you included.",
        error_messages={"required": "Enter the secret that the agency gave you"},
    )  # fmt: skip


class ProviderForm(Form):
    """An agency's sign-on."""

    name = TextField(label="Name on our sign-in page", longest=80, help_text="Like “Estuary Council sign-on”.")
    issuer = TextField(
        label="The provider’s address (issuer)", what="the provider’s address", longest=200,
        help_text="Just as the agency’s technicians give it, like https://login.example.org/agency",
    )  # fmt: skip
    client_id = TextField(label="Client ID", what="the client ID that the agency gave you", longest=200)
    domains = LongTextField(
        label="E-mail domains that it signs in", what="at least one e-mail domain", longest=1000, rows=3,
        help_text="One a line, like example.org. Nobody with another address can come in through it.",
    )  # fmt: skip
    required_amr = TextField(
        label="How it says that a second factor was shown (amr)", required=False, longest=200,
        help_text="Usually mfa. Leave it empty if it does not say: people are then asked for our second factor too.",
    )  # fmt: skip
    required_acr = TextField(
        label="Or which level of assurance it must say (acr)", required=False, longest=300,
        help_text="Only if the agency’s technicians tell you to.",
    )  # fmt: skip

    def clean_issuer(self) -> str:
        """An address of the right form; whether anything answers there is the test's business."""
        issuer = str(self.cleaned_data["issuer"]).strip()
        if words := discovery.well_formed(issuer):
            raise forms.ValidationError(words)
        return issuer

    def clean_domains(self) -> tuple[str, ...]:
        """E-mail domains, one by one."""
        try:
            return read_domains(str(self.cleaned_data["domains"]))
        except Refused as problem:
            raise forms.ValidationError(problem.words.rstrip(".").replace("%", "%%")) from None

    def clean_required_amr(self) -> tuple[str, ...]:
        """Words, one by one."""
        return _words(self.cleaned_data["required_amr"])

    def clean_required_acr(self) -> tuple[str, ...]:
        """Words, one by one."""
        return _words(self.cleaned_data["required_acr"])


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


class ProviderAddForm(OnceMixin, ProviderForm):
    """The same for a new one, with its secret."""

    client_secret = _secret("Client secret")
    field_order = ("name", "issuer", "client_id", "client_secret", "domains", "required_amr", "required_acr")


class SecretForm(Form):
    """Another secret."""

    client_secret = _secret("The new client secret")


LASTS = (("90", "90 days"), ("365", "A year"), ("730", "Two years"))


class KeyForm(OnceMixin, Form):
    """A key for an agency's own system."""

    name = TextField(label="Which system holds it?", what="which system holds it", longest=120)
    user = ChoiceField(
        label="As whom does it act?", what="as whom it acts", drawn_as="select",
        help_text="Best a user of its own with the role of a referring professional. The log shows this name.",
    )  # fmt: skip
    scopes = ManyField(label="What is it for?", what="what it is for", choices=[Option(*one) for one in SCOPES.items()])
    lasts = ChoiceField(label="How long does it last?", what="how long it lasts", choices=list(LASTS))

    def __init__(self, *args: Any, users: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [(str(one.id), one.name) for one in users]  # type: ignore[attr-defined]  # our own field

    @property
    def expires_at(self) -> Any:
        """When it runs out, after `is_valid()`."""
        return timezone.now() + timedelta(days=int(self.cleaned_data["lasts"]))
