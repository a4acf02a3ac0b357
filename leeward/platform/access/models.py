"""Partnerships, organisations, teams, users and their roles; the read log; drafts; once-only tokens."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from leeward.platform.common.ids import new_id
from leeward.platform.common.models import Record


class Partnership(Record):
    """A partnership that shares one system: the council area and everyone who responds there."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)
    phone = models.CharField("local helpline", max_length=40, blank=True)
    logo = models.CharField(max_length=200, blank=True)
    # What the public pages say in the partnership's own words: hours, numbers, who answers for privacy.
    facts = models.JSONField(default=dict, blank=True)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Organisation(Record):
    """An agency or charity of the partnership. A refuge has no street address here, on purpose."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="organisations")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)  # code list organisation_kind
    phone = models.CharField("whom to ring", max_length=40, blank=True)
    is_access_point = models.BooleanField(default=False)
    signs_off_closing = models.BooleanField("closing needs a supervisor's sign-off", default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "name"], name="organisation_name_once")]

    def __str__(self) -> str:
        return self.name


class Team(Record):
    """A team of an organisation. The team that holds triage is the single point of access."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    holds_triage = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; the command line and the administration pages use it through actions."""

    def create_user(self, email: str, password: str | None = None, **extra: object) -> User:
        """A user with a normalised e-mail address and a hashed password (or none that works)."""
        user: User = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from memberships."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    toured_at = models.DateTimeField("saw the first tour", null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    # allauth and Django's own checks ask for these; nobody is a superuser here: rights come from roles and rows.
    is_staff = False
    is_superuser = False

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name as other users see it."""
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's own permissions are not used."""
        return False


class Membership(Record):
    """A user's place in an organisation: roles and teams. A user acts for one organisation at a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=40), default=list)
    teams = models.ManyToManyField(Team, blank=True, related_name="memberships")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Offered to somebody who acts elsewhere already: it opens nothing until they accept it themselves.
    offered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]


class ChainHead(models.Model):
    """The newest entry of each chain of the log. One chain a user, so that users never wait for one another."""

    chain = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()


class AuditCheck(Record):
    """One check of the whole log: how many entries, and where it does not hold. Written by audit_check or the owner."""

    at = models.DateTimeField(default=timezone.now)
    entries = models.BigIntegerField()
    chains = models.IntegerField()
    anchors = models.IntegerField()
    broken = ArrayField(models.TextField(), default=list)  # a line for each place, without what the entry says

    class Meta:
        indexes = [models.Index(fields=["-at"], name="audit_check_newest")]


class AuditEntry(models.Model):
    """One thing that somebody did or looked at. Append-only; written by the SQL function audit_append alone.

    No foreign keys into live data: nothing may stop a lawful deletion, and the entry must outlive it. No name and no
    search text in clear.
    """

    id = models.BigAutoField(primary_key=True)
    chain = models.BigIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    partnership_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    listed = ArrayField(models.BigIntegerField(), default=list)
    detail = models.JSONField(default=dict)
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_chain_seq")]
        indexes = [
            models.Index(fields=["person_id", "-at"], name="audit_person", condition=models.Q(person_id__isnull=False)),
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["user_id", "-at"], name="audit_user"),
            GinIndex(fields=["listed"], name="audit_listed"),
        ]


class Draft(Record):
    """What somebody has typed and not yet saved: sealed, their own, gone when the form is sent."""

    user_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField()
    form = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(default=0)  # the case, contact or person it is about; 0 for none
    sealed = models.BinaryField()
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "organisation_id", "form", "subject_id"], name="draft_once")
        ]


class OnceToken(models.Model):
    """A form that was sent: sending it again leads to what the first one made."""

    token = models.CharField(primary_key=True, max_length=64)
    result = models.CharField(max_length=200, blank=True)  # where the first sending led: an address without secrets
    used_at = models.DateTimeField(default=timezone.now)


def all_scopes() -> list[str]:
    """What a key may do that was made before keys had scopes, or on the command line."""
    return ["refer", "receipts"]


class ApiKey(Record):
    """A key with which an organisation's own system acts, as one of its users. Kept as a hash; shown once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="api_keys")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("which system holds it", max_length=120)
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_id = models.BigIntegerField(null=True)
    scopes = ArrayField(models.CharField(max_length=20), default=all_scopes)  # see keys.SCOPES
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the nearest ten minutes


class RateCount(models.Model):
    """How often something was done in an hour from one session or network: keyed hashes and a number, no address."""

    key = models.CharField(primary_key=True, max_length=64)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["hour"], name="rate_hour")]


class IdentityProvider(Record):
    """An agency's own OpenID Connect provider. Users are keyed on issuer and subject, never on e-mail."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="identity_providers")
    name = models.CharField(max_length=80)
    issuer = models.URLField(unique=True)
    client_id = models.CharField(max_length=200)
    client_secret_sealed = models.BinaryField(default=bytes)
    # Which claim proves a second factor; without it the sign-in is refused or asked for ours.
    required_amr = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    required_acr = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    # Whose e-mail addresses it may sign in; empty for every address (they are still joined by hand, one by one).
    domains = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.BigIntegerField(null=True)
    secret_set_at = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    test_passed = models.BooleanField(null=True)
    test_words = models.CharField("what the last test found", max_length=500, blank=True)
