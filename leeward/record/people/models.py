"""Person records and everything learned about a person. Columns of different secrecy are tables of their own."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership, Team, User
from leeward.platform.common.models import Record


class Person(Record):
    """What one circle of people working together knows of a human being."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    # What to call them, in their own choice; the full names are rows of PersonName.
    called = models.CharField("what to call them", max_length=120, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(
        max_length=10, default="unknown", choices=[(v, v) for v in ("day", "month", "year", "about", "unknown")]
    )
    died_on = models.DateField(null=True, blank=True)
    own_word = models.CharField("the word they use for themselves", max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)
    interpreter = models.CharField(max_length=10, default="unknown")  # code list three_answers
    interpreter_note = models.CharField(max_length=300, blank=True)
    communication_needs = models.CharField(max_length=500, blank=True)
    area_code = models.CharField(max_length=9, blank=True)  # of the authority they live in, never finer
    learned_from = models.CharField("from whom the first facts came", max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.BigIntegerField(null=True)
    created_organisation_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)


class Learned(Record):
    """A fact with the date it was learned, from whom, and who wrote it down."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="%(class)s_rows")
    learned_on = models.DateField(default=timezone.localdate)
    learned_from = models.CharField(max_length=120, blank=True)
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_organisation_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField("no longer true since", null=True, blank=True)
    was_error = models.BooleanField("was never true", default=False)

    class Meta:
        abstract = True


class CircleLearned(Learned):
    """A fact that says where somebody can be found, and in which circle (case or contact) it was learned.

    Who meets a person only as somebody named in one case sees what was learned in that case: a child who is known in
    the cases of both parents does not carry one parent's address to the other parent's worker.
    """

    source_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class PersonName(Learned):
    """A name, now or before or also used."""

    given = models.CharField(max_length=200, blank=True)
    family = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, default="current")  # code list name_kind


class NameEntry(Record):
    """A name in the index of names: keyed hashes and the birth date, nothing readable. See people/naming.py."""

    partnership_id = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="name_entries")
    given_key = models.BigIntegerField(null=True)
    family_key = models.BigIntegerField(null=True)
    birth_date = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["family_key", "given_key"], name="name_family_given"),
            models.Index(fields=["given_key", "birth_date"], name="name_given_birth"),
            models.Index(fields=["birth_date", "family_key"], name="name_birth_family"),
            models.Index(fields=["person"], name="name_person"),
        ]


class NameKey(models.Model):
    """The dictionary of names for search with typing errors: key of a variant, key of a name. Keyed hashes only."""

    id = models.BigAutoField(primary_key=True)
    variant = models.BigIntegerField()
    name = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "name"], name="name_variant_once")]


class Identifier(Learned):
    """A number that some agency knows the person by. Unique within the record only: else it tells of hidden rows."""

    kind = models.CharField(max_length=20)  # code list identifier_kind
    value = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "value"], name="identifier_once")]
        indexes = [models.Index(fields=["kind", "value"], name="identifier_value")]


class ContactDetail(CircleLearned):
    """A way to reach somebody, and whether that is safe. Everything is "not safe" until they said so."""

    kind = models.CharField(max_length=10)  # code list contact_kind
    value = models.CharField(max_length=254)
    is_safe = models.CharField(max_length=10, default="unknown")  # code list three_answers
    voicemail = models.CharField(max_length=10, default="unknown")
    text = models.CharField(max_length=10, default="unknown")
    # Weekly windows in which it is safe: [{"days": [0, 1], "from": "10:00", "to": "14:00"}]; none of them: any time.
    windows = models.JSONField(default=list, blank=True)
    who_may_answer = models.CharField(max_length=200, blank=True)
    who_else_sees = models.CharField(max_length=200, blank=True)
    cover_name = models.CharField("what we call ourselves", max_length=120, blank=True)
    message_text = models.CharField("what a message may say", max_length=300, blank=True)
    code_word_sealed = models.BinaryField(default=bytes, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    review_by = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class Address(CircleLearned):
    """Where somebody lives or lived. Seen only with the flag `address`. A UPRN is an address."""

    lines = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    uprn = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=20, default="home")
    from_on = models.DateField(null=True, blank=True)


class SealedAddress(CircleLearned):
    """A refuge's address, or that of anyone in hiding: sealed, and seen by named users and teams only."""

    sealed = models.BinaryField()
    safe_area_note = models.CharField(max_length=120, blank=True)  # area only, for planning; never a place


class ImmigrationStatus(Learned):
    """Sealed, and open only to the organisation that was told. Shared with nobody by default."""

    sealed = models.BinaryField()
    shared_with = ArrayField(models.BigIntegerField(), default=list, blank=True)


class EqualityAnswer(Learned):
    """An answer to one equality question. No row means not asked; declined and not known are rows of their own."""

    list = models.CharField(max_length=40)
    list_version = models.CharField(max_length=20)
    state = models.CharField(max_length=20)  # code list answer_state
    code = models.CharField(max_length=60, blank=True)
    own_words = models.CharField(max_length=120, blank=True)


class Relationship(Record):
    """How two persons are related, from when to when. Stored once: `person` is the `kind` of `other`."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relationships")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="related_from")
    kind = models.CharField(max_length=20)  # code list relationship
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    lives_together = models.CharField(max_length=10, default="unknown")
    learned_on = models.DateField(default=timezone.localdate)
    learned_from = models.CharField(max_length=120, blank=True)
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_in_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(person=models.F("other")), name="related_to_another"),
        ]


class Household(Record):
    """People who live together, without saying where."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.BigIntegerField(null=True)


class HouseholdMember(Record):
    """Somebody's time in a household."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="households")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)  # as CircleLearned: a household says with whom one lives
    ended_in_error_at = models.DateTimeField(null=True, blank=True)  # they never lived there


class KnowsPlace(Learned):
    """Whether `other` knows, or may find out, where `person` lives: what was said, by whom, when. Never where."""

    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="knows_places")
    answer = models.CharField(max_length=10)  # code list knows_place
    how = models.CharField(max_length=300, blank=True)


class FactChange(CircleLearned):
    """What stood before and after a change of a fact that is changed in place: nothing is overwritten unseen."""

    about_kind = models.CharField(max_length=20)  # person or contact_detail
    about_id = models.BigIntegerField()
    version = models.PositiveIntegerField()  # the version that this change made
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-recorded_at"], name="fact_change_person")]


class HarmClaim(Record):
    """Somebody says that one person harms another. A claim with source and date, never a label on a person.

    A correction is a new claim that replaces this one, and reaches everyone who got the first (ClaimNotice).
    """

    harmed = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims_as_harmed")
    harming = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims_as_harming")
    kind = models.CharField(max_length=40, blank=True)  # code list harm_kind
    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, null=True, blank=True, related_name="harm_claims"
    )
    happened_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120)  # who says so
    said_on = models.DateField(default=timezone.localdate)
    status = models.CharField(max_length=20, default="made")  # code list claim_status
    note = models.CharField(max_length=1000, blank=True)
    disputed_on = models.DateField(null=True, blank=True)
    disputed_by = models.CharField("who disputes it", max_length=120, blank=True)
    dispute_note = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_organisation_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)


class ClaimNotice(Record):
    """Whoever got a claim is told that it was disputed or corrected; they say that they have read this.

    Made out to the organisation, team or user that had sight of it, and readable after that sight has ended: hence the
    words are kept here. What else was corrected than a claim (an incident of a case) is named by kind and id, with
    `other_id` for a second person it names: a wall around either of the two hides it.
    """

    claim = models.ForeignKey(HarmClaim, on_delete=models.PROTECT, null=True, related_name="notices")
    about_kind = models.CharField(max_length=20, blank=True, db_default="")
    about_id = models.BigIntegerField(null=True)
    other_id = models.BigIntegerField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claim_notices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=1000)
    ring = models.CharField("who can say more", max_length=250, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by_id = models.BigIntegerField(null=True)


class PersonLink(Record):
    """Two records are of one human being. Nothing is overwritten; the link can be undone."""

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links_first")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links_second")
    reason = models.CharField(max_length=300)
    linked_by_id = models.BigIntegerField(null=True)
    linked_at = models.DateTimeField(default=timezone.now)
    undone_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=300, blank=True)


class Wall(Record):
    """A user or team who may never see this person, whatever their role. Who is walled is not told.

    `kind`: declared (by the user themselves), set (by a manager or the data protection lead), named (the person said
    so), possible (a new record looks like a walled person: until somebody has looked).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="walls")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    set_by_id = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(default=timezone.now)
    lifted_by_id = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=500, blank=True, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="wall_user_or_team",
            )
        ]
        indexes = [models.Index(fields=["user"], name="wall_user"), models.Index(fields=["team"], name="wall_team")]


class WallDeclaration(Record):
    """A user says whom they know, in their own words: matched against people now and later by the index.

    Keyed hashes of the name and the birth date, so that the declaration itself tells nobody anything.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    given_key = models.BigIntegerField()
    family_key = models.BigIntegerField()
    birth_date = models.DateField(null=True, blank=True)
    relation = models.CharField(max_length=120, blank=True)
    declared_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # The user asks for it to be taken back; the data protection lead decides (decision 0014).
    asked_back_at = models.DateTimeField(null=True, blank=True)
    asked_back_why = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True)


class PersonSight(Record):
    """Who has sight of a person record: narrow, and kept by SQL functions alone (no code of ours can write it)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    scope = models.PositiveSmallIntegerField()  # 1 index, 2 summary, 3 full
    address = models.BooleanField(default=False)
    risk = models.BooleanField(default=False)
    side = models.CharField(max_length=20)  # harmed, child, causing_harm (as subject); named (mentioned in a case)
    is_lead = models.BooleanField(default=False)
    is_restricted = models.BooleanField(default=False)
    until = models.DateTimeField(null=True)
    # Whom the case or contact is about. Who is walled from them sees nobody who is known in it either.
    subject_id = models.BigIntegerField()
    source_kind = models.CharField(max_length=10)  # case or contact
    source_id = models.BigIntegerField()
    # How it came about. Emergency sight (break_glass) reads, and changes nothing of a person's record.
    source = models.CharField(max_length=20, default="involvement", db_default="involvement")
    # They look after the child whom the case is about: a wall around them stands around the child too.
    cares = models.BooleanField(default=False, db_default=False)
    # They are said to cause harm to whom the case is about: a wall around them stands around that person too.
    harms = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["person", "organisation"], name="sight_person_organisation"),
            models.Index(fields=["source_kind", "source_id"], name="sight_source"),
        ]


class IndexCheck(Record):
    """That somebody asked "is she known?", and why. Counted to limit the rate; answered by the index alone."""

    user_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300)
    found = models.PositiveSmallIntegerField(default=0)
    asked = models.CharField("keyed hash of whom", max_length=24, blank=True)  # the same name again and again shows

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-at"], name="index_check_user"),
            models.Index(fields=["asked", "-at"], name="index_check_asked"),
            models.Index(fields=["organisation_id", "-at"], name="index_check_organisation"),
        ]
