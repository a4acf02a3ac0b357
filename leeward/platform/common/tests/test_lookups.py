"""Numbers that a column is one of: one statement, however many there are."""

from __future__ import annotations

from django.db.models import F

from leeward.platform.access.models import Membership, Organisation, User
from leeward.platform.reference.models import Area
from tests.worlds import World


def test_the_statement_is_the_same_for_two_and_for_two_hundred() -> None:
    for rows in (Organisation.objects.filter, Organisation.objects.exclude):
        few, _ = rows(id__in=[1, 2]).query.sql_with_params()
        many, params = rows(id__in=range(200)).query.sql_with_params()
        assert few == many
        assert '"access_organisation"."id" = ANY (%s::bigint[])' in many
        assert len(params) == 1


def test_of_the_row_of_another_table_too() -> None:
    for name in ("user_id__in", "user__in"):
        sql, params = Membership.objects.filter(**{name: [3, 4]}).query.sql_with_params()
        assert '"access_membership"."user_id" = ANY (%s::bigint[])' in sql
        assert [list(one) for one in params] == [[3, 4]]
    sql, _ = Membership.objects.filter(user__in=[User(id=3), User(id=4)]).query.sql_with_params()
    assert "= ANY (%s::bigint[])" in sql


def test_words_and_other_questions_stay_as_they_are() -> None:
    sql, _ = Area.objects.filter(code__in=["a", "b"]).query.sql_with_params()
    assert "IN (%s, %s)" in sql
    sql, _ = Membership.objects.filter(user_id__in=User.objects.values("id")).query.sql_with_params()
    assert "IN (SELECT" in sql
    sql, _ = Organisation.objects.filter(id__in=[F("partnership_id"), 3]).query.sql_with_params()
    assert "ANY" not in sql
    assert 'IN ("access_organisation"."partnership_id", %s)' in sql


def test_it_finds_what_is_in_the_list_and_nothing_for_none(world: World) -> None:
    by = world.act("idva")
    user = world.users["idva"].id
    assert list(Membership.objects.filter(user_id__in=[user, 2**62]).values_list("user_id", flat=True)) == [user]
    assert list(Organisation.objects.filter(id__in=[by.organisation_id, 5]).values_list("id", flat=True)) == [
        by.organisation_id
    ]
    assert by.organisation_id not in Organisation.objects.exclude(id__in=[by.organisation_id]).values_list(
        "id", flat=True
    )
    assert Organisation.objects.exclude(id__in=[5]).count() > 1
    assert list(User.objects.filter(id__in=[])) == []
