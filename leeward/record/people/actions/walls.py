"""Walls: who may never see whom. Declared by who knows somebody, set or lifted by a manager or data protection lead."""

from __future__ import annotations

from datetime import date

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Team
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.record.people import naming
from leeward.record.people.models import Person, PersonName, Wall, WallDeclaration

NOT_YOURS = (
    "You can set a wall around people whom you see. The data protection lead can set one by the record's number."
)


@transaction.atomic
def declare_known(*, by: Acting, given: str, family: str, born: date | None, relation: str) -> WallDeclaration:
    """I know this person. From the next request on nobody of that name (and birth date) can be seen by me.

    Nothing is answered about whether there is such a person. The declaration keeps keyed hashes, no name.
    """
    given_key, family_key = naming.normalise(given), naming.normalise(family)
    if not given_key or not family_key:
        raise Refused("Enter their first name and their last name.")
    row = WallDeclaration(
        id=new_id(), user_id=by.worker_id, given_key=naming.key(given_key), family_key=naming.key(family_key),
        birth_date=born, relation=relation[:120],
    )  # fmt: skip
    row.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_wall_declared(%s)", [row.id])
    audit.record("declared_known", "wall_declaration", row.id)
    return row


@transaction.atomic
def declare_known_person(*, by: Acting, person_id: int, relation: str) -> None:
    """I know the person of this record: it is closed to me at once, and stays closed."""
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise Refused("This person is not there any more.")
    name = PersonName.objects.filter(person=person, was_error=False).order_by("ended_on", "-id").first()
    given = naming.normalise(name.given if name else person.called)
    family = naming.normalise(name.family if name else "")
    exact = person.birth_date if person.birth_precision in ("day", "unknown") else None
    WallDeclaration(
        user_id=by.worker_id, given_key=naming.key(given), family_key=naming.key(family), birth_date=exact,
        relation=relation[:120],
    ).save(force_insert=True)  # fmt: skip
    audit.record("declared_known", "person", person.id, person=person.id)
    Wall(person_id=person.id, user_id=by.worker_id, kind="declared", reason=relation[:500], set_by_id=by.user_id).save(
        force_insert=True
    )


@transaction.atomic
def ask_declaration_back(*, by: Acting, declaration_id: int, why: str) -> None:
    """Ask for a declaration of one's own to be taken back. The wall stands until the data protection lead answers.

    Nobody takes a wall down that stands before themselves (decision 0014).
    """
    if not why.strip():
        raise Refused("Say why it is to be taken back.")
    asked = WallDeclaration.objects.filter(
        id=declaration_id, user_id=by.worker_id, withdrawn_at=None, asked_back_at=None
    ).update(asked_back_at=timezone.now(), asked_back_why=why[:300])
    if not asked:
        raise Refused("You have asked for this already.")
    audit.record("asked_declaration_back", "wall_declaration", declaration_id)


@transaction.atomic
def answer_declaration(*, by: Acting, declaration_id: int, taken_back: bool) -> None:
    """The data protection lead's answer: the declaration is taken back, or stands. Never on one's own."""
    by.must(Permission.REVIEW_ACCESS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_answer_declaration(%s, %s)", [declaration_id, taken_back])
        done = bool(cursor.fetchone()[0])
    if not done:
        raise Refused("This is answered already, or is your own: ask another data protection lead.")
    audit.record(
        "took_declaration_back" if taken_back else "kept_declaration", "wall_declaration", declaration_id
    )  # fmt: skip


@transaction.atomic
def set_wall(
    *, by: Acting, person_id: int, reason: str, user_id: int | None = None, team_id: int | None = None
) -> Wall:
    """Put a wall between a person and a user or team. It acts on the next request, in open sessions too."""
    by.must(Permission.SET_WALLS)
    if (user_id is None) == (team_id is None):
        raise Refused("Choose one colleague, or one team.")
    if not reason.strip():
        raise Refused("Say why.")
    if user_id is not None:
        here = Membership.objects.filter(user_id=user_id, organisation__partnership_id=by.partnership_id).exists()
    else:
        here = Team.objects.filter(id=team_id or 0, organisation__partnership_id=by.partnership_id).exists()
    if not here:
        raise Refused("Choose somebody who works in this partnership.")
    wall = Wall(
        person_id=person_id, user_id=user_id, team_id=team_id, kind="set", reason=reason[:500], set_by_id=by.user_id
    )
    try:
        with transaction.atomic():
            wall.save(force_insert=True)
    except DatabaseError as refused:
        raise Refused(NOT_YOURS) from refused
    audit.record("set_wall", "wall", wall.id, person=person_id, detail={"user": user_id, "team": team_id})
    return wall


@transaction.atomic
def keep_wall(*, by: Acting, wall_id: int) -> None:
    """A possible wall was looked at, and it is the same person: it stands."""
    by.must(Permission.SET_WALLS)
    wall = Wall.objects.filter(id=wall_id, lifted_at=None, kind="possible").first()
    if wall is None or not Wall.objects.filter(id=wall_id).update(kind="set"):
        raise Refused("This wall is not waiting for anybody any more.")
    audit.record("kept_wall", "wall", wall_id, person=wall.person_id)


@transaction.atomic
def undo_keep(*, by: Acting, wall_id: int) -> None:
    """It was not looked at after all: the wall waits for somebody to look again, and stands meanwhile."""
    by.must(Permission.SET_WALLS)
    # Who sets a wall says why; one that was found by a name and kept has no reason.
    wall = Wall.objects.filter(id=wall_id, lifted_at=None, kind="set", reason="").first()
    if wall is None or not Wall.objects.filter(id=wall_id).update(kind="possible"):
        raise Refused("This wall was not kept from here.")
    audit.record("unkept_wall", "wall", wall_id, person=wall.person_id)


@transaction.atomic
def lift_wall(*, by: Acting, wall_id: int, reason: str) -> None:
    """Lift a wall, with a reason. Nobody can lift one that stands before themselves: they do not see it."""
    by.must(Permission.SET_WALLS)
    wall = Wall.objects.filter(id=wall_id, lifted_at=None).first()
    if wall is None:
        raise Refused("This wall has been lifted already.")
    if not reason.strip():
        raise Refused("Say why.")
    Wall.objects.filter(id=wall_id).update(
        lifted_at=timezone.now(), lifted_by_id=by.user_id, lifted_reason=reason[:500]
    )
    audit.record("lifted_wall", "wall", wall_id, person=wall.person_id)


@transaction.atomic
def undo_lift(*, by: Acting, wall_id: int) -> None:
    """Take back the lifting of a wall."""
    by.must(Permission.SET_WALLS)
    wall = Wall.objects.filter(id=wall_id).exclude(lifted_at=None).first()
    if wall is None or not Wall.objects.filter(id=wall_id).update(
        lifted_at=None, lifted_by_id=None, lifted_reason=None
    ):
        raise Refused("This wall stands already.")
    audit.record("restored_wall", "wall", wall_id, person=wall.person_id)
