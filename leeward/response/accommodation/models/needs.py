"""What a household needs, each search for it, who was asked, and what is done meanwhile.

A need belongs to a case and is seen with the whole of it. What a provider is told first is the sheet of its ask: no
name, no birth date, no place. The person follows as a share of the case once the provider has said that it can talk.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership
from leeward.platform.common.models import Record
from leeward.record.cases.models import Case, Involvement
from leeward.record.people.models import Person
from leeward.response.accommodation.models.places import Space


def _codes(length: int = 40) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=length), default=list, blank=True)


class MatchRules(Record):
    """The rules of the match, as a partnership has edited them. The newest version holds; a search keeps its own."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    body = models.JSONField(default=dict)
    why = models.CharField("why they were changed", max_length=300, blank=True)
    made_by_id = models.BigIntegerField(null=True)
    made_by = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "version"], name="match_rules_once")]


class Need(Record):
    """One household's need of a safe place, open until it is housed or no longer needs one."""

    OPEN, PLACED, ENDED = "open", "placed", "ended"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # who looks for it
    status = models.CharField(max_length=10, default=OPEN)
    risk = models.CharField(max_length=10, blank=True)  # code list risk_level, as the case has it
    tonight = models.BooleanField(default=False)
    by_on = models.DateField("by when", null=True, blank=True)
    pets = models.CharField(max_length=10, default="none")  # code list space_pets
    pets_words = models.CharField(max_length=120, blank=True)
    recourse = models.CharField("recourse to public funds", max_length=10, default="unknown")  # code list recourse
    wheelchair = models.BooleanField(default=False)
    step_free = models.BooleanField(default=False)
    ground_floor = models.BooleanField(default=False)
    self_contained = models.BooleanField("cannot share", default=False)
    substance_use = models.BooleanField(default=False)
    mental_health = models.BooleanField(default=False)
    offending = models.BooleanField(default=False)
    night_support = models.BooleanField(default=False)
    languages = _codes(10)
    specialisms = _codes()  # wanted: code list accommodation_specialism
    from_area = models.CharField("area they leave", max_length=9, blank=True)
    words = models.CharField("what a provider should know, without anybody's name", max_length=1000, blank=True)
    # Where they stay while they look for what comes next: that stay ends when they arrive, and not before.
    moves_from = models.ForeignKey("accommodation.Stay", on_delete=models.PROTECT, null=True, related_name="moves")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=30, blank=True)  # code list need_ended
    ended_words = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["partnership", "status"], name="need_partnership"),
            models.Index(fields=["case"], name="need_case"),
        ]
        constraints = [
            # One search a household, until it has arrived somewhere or ends.
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(status__in=["open", "placed"]), name="need_looked_for_once"
            )
        ]


class NeedMember(Record):
    """Somebody of the household: whom the case is about, another adult, a child."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="members")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    part = models.CharField(max_length=10)  # main, adult, child
    sex = models.CharField(max_length=10, blank=True)  # code list member_sex: female, male, other; blank: not known
    birth_date = models.DateField(null=True, blank=True)
    age = models.PositiveSmallIntegerField("age as it was said, without a birth date", null=True, blank=True)
    age_on = models.DateField("the day on which it was said", null=True, blank=True)
    due_on = models.DateField("a birth that is expected", null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)


class NeedArea(Record):
    """An area to keep away from, with a distance, or one to be near."""

    DANGER, WANTED = "danger", "wanted"

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="areas")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    area_code = models.CharField(max_length=9)
    miles = models.PositiveSmallIntegerField(default=0)  # danger: no nearer; wanted: no further. 0: the area itself
    why = models.CharField(max_length=20, blank=True)  # code list need_area_why
    ended_at = models.DateTimeField(null=True, blank=True)


class Search(Record):
    """Somebody looked. Kept each time, also and above all when nothing was found."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="searches")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    looked_at = models.PositiveIntegerField("spaces looked at")
    fits = models.PositiveIntegerField()
    one_change = models.PositiveIntegerField("spaces that one change would open", default=0)
    best_change = models.CharField("which change opens the most", max_length=40, blank=True)
    rules_version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["partnership", "-at"], name="search_partnership")]


class NextStep(Record):
    """What is done where there is no room: never nothing. Looked at again on its day."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="steps")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # code list no_room_step
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    passed = models.CharField("why nothing that is offered before it", max_length=300, blank=True)
    look_again_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)


class Ask(Record):
    """One provider is asked for one space for one need. Moves by ASK_MOVES (rules/asking.py)."""

    ASKED, TALKING, OFFERED, ACCEPTED = "asked", "talking", "offered", "accepted"
    REFUSED, DECLINED, WITHDRAWN, EXPIRED, LOST = "refused", "declined", "withdrawn", "expired", "lost"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="asks")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+"
    )  # for walls: never shown before talking
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="asks")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the provider
    # Who asks. Its index is the one below: what of theirs is under way is asked often, all that they ever asked seldom.
    asked_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by_id = models.BigIntegerField(null=True)
    asked_by = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    sheet = models.JSONField(default=dict)  # what the provider is told before a name: see rules/sheet.py
    status = models.CharField(max_length=10, default=ASKED)
    status_at = models.DateTimeField(default=timezone.now)
    share = models.ForeignKey(Involvement, on_delete=models.PROTECT, null=True, related_name="+")
    hold_until = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField("from when the space can be had", null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)  # code list ask_refused (provider) or ask_declined (person)
    reason_list = models.CharField(max_length=30, blank=True)
    reason_version = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            # One accepted ask a need: nobody is placed twice.
            models.UniqueConstraint(fields=["need"], condition=models.Q(status="accepted"), name="need_placed_once"),
            models.UniqueConstraint(
                fields=["need", "space"],
                condition=models.Q(status__in=["asked", "talking", "offered", "accepted"]),
                name="ask_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status"], name="ask_provider"),
            models.Index(fields=["asked_organisation", "status"], name="ask_seeker"),
        ]


class AskChange(Record):
    """One step of an ask: what it became, who did it, when, and why."""

    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="changes")
    status = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=500, blank=True)
