"""Who must not know: users of such a name are walled from the person, those of today and those invited later."""

from __future__ import annotations

from django.db import connection

from leeward.platform.access.models import User
from leeward.record.people import naming
from leeward.record.people.models import Person
from leeward.response.front_door.models import Contact, KeptOut
from leeward.response.front_door.rules.keeping_out import name_of, people_named


def keep_out(contact: Contact, must_not_know: str) -> None:
    """Put up the walls that these words ask for, and keep them for users to come.

    Whoever has the contact and is walled now does not go on having it (front_door_put_back_walled). Rather a colleague
    too many walled (a manager can lift it) than the one who must not know looking in.
    """
    named = people_named(must_not_know)
    for words in named:
        KeptOut(contact=contact, keys=sorted(naming.key(word) for word in words)).save(force_insert=True)
    users = _users_meant(contact.partnership_id, named)
    if users:
        with connection.cursor() as cursor:
            cursor.execute("SELECT front_door_wall_named(%s, %s::bigint[])", [contact.id, users])


def compare_with_users(contact: Contact, harming: Person, name: str) -> None:
    """A contact says that somebody causes harm: users of that name are a line for the data protection lead. No wall."""
    users = _users_meant(contact.partnership_id, people_named(name))
    if users:
        with connection.cursor() as cursor:
            cursor.execute("SELECT front_door_same_name(%s, %s, %s::bigint[])", [contact.id, harming.id, users])


def look_for_named(user_id: int, name: str) -> None:
    """Somebody is given a place: wall them from everybody who named somebody of their name. Answers nothing.

    Where the name is that of somebody who is said to cause harm, it is a line for the data protection lead.
    """
    family, givens = name_of(name)
    keys = sorted(naming.key(given) for given in givens)
    with connection.cursor() as cursor:
        for function in ("front_door_wall_user", "front_door_same_name_user"):
            cursor.execute(f"SELECT {function}(%s, %s, %s::bigint[])", [user_id, naming.key(family), keys])


def _users_meant(partnership_id: int, named: list[set[str]]) -> list[int]:
    """Users of the partnership whom these words may mean: family name and given name, nicknames counted."""
    rows = User.objects.filter(memberships__organisation__partnership_id=partnership_id, is_active=True)
    found = []
    for pk, name in rows.distinct().values_list("id", "name"):
        family, givens = name_of(name)
        if any(family in words and words & givens for words in named):
            found.append(pk)
    return found
