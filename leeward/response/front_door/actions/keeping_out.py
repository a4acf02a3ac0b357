"""Who must not know: users of such a name are walled from the person, those of today and those invited later."""

from __future__ import annotations

from django.db import connection

from leeward.platform.access.models import User
from leeward.record.people import naming
from leeward.response.front_door.models import Contact, KeptOut
from leeward.response.front_door.rules.keeping_out import name_of, people_named


def keep_out(contact: Contact, must_not_know: str) -> list[int]:
    """Put up the walls that these words ask for, and keep them for users to come. Answers whom they mean today.

    Rather a colleague too many walled (a manager can lift it) than the one who must not know looking in.
    """
    named = people_named(must_not_know)
    if not named:
        return []
    for words in named:
        KeptOut(contact=contact, keys=sorted(naming.key(word) for word in words)).save(force_insert=True)
    rows = User.objects.filter(memberships__organisation__partnership_id=contact.partnership_id, is_active=True)
    users = []
    for pk, name in rows.distinct().values_list("id", "name"):
        family, givens = name_of(name)
        if any(family in words and words & givens for words in named):
            users.append(pk)
    if users:
        with connection.cursor() as cursor:
            cursor.execute("SELECT front_door_wall_named(%s, %s::bigint[])", [contact.id, users])
    return users


def look_for_named(user_id: int, name: str) -> None:
    """Somebody is given a place: wall them from everybody who named somebody of their name. Answers nothing."""
    family, givens = name_of(name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT front_door_wall_user(%s, %s, %s::bigint[])",
            [user_id, naming.key(family), sorted(naming.key(given) for given in givens)],
        )
