"""Every table is declared, protected by force, and closed to the web role but for what its policy says."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from leeward.platform.access.roles import ROLES, Permission
from leeward.platform.common.policy import Open, Policy, declared, table_of

pytestmark = pytest.mark.django_db


def rows(sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def test_every_table_of_ours_is_declared_once() -> None:
    tables = [table_of(item.model) for item in declared()]
    assert len(tables) == len(set(tables))
    ours = {m._meta.db_table for m in apps.get_models() if m.__module__.startswith("leeward.")}
    assert ours <= set(tables), f"no policy: {sorted(ours - set(tables))}"


def test_protected_tables_are_forced() -> None:
    forced = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")}
    for item in declared():
        if isinstance(item, Policy):
            assert table_of(item.model) in forced, item.model


def test_an_open_table_says_why() -> None:
    for item in declared():
        if isinstance(item, Open):
            assert len(item.why) > 10, item.model


def test_the_web_role_owns_nothing_and_can_bypass_nothing() -> None:
    assert rows("SELECT current_user")[0][0] == "leeward_web"
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ) == [(False, False, False, False)]
    assert rows("SELECT 1 FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = 'leeward_web'") == []
    assert (
        rows(
            "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
            " JOIN pg_roles w ON w.oid = m.member WHERE w.rolname = 'leeward_web'"
        )
        == []
    )


def test_the_web_role_may_write_neither_sight_nor_log() -> None:
    for table in ("cases_casesight", "people_personsight", "access_auditentry", "access_chainhead"):
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            assert rows("SELECT has_table_privilege('leeward_web', %s, %s)", table, right) == [(False,)], (table, right)


def test_nothing_undeclared_is_granted() -> None:
    granted = {
        str(name)
        for (name,) in rows(
            "SELECT DISTINCT table_name FROM information_schema.role_table_grants WHERE grantee = 'leeward_web'"
        )
    }
    allowed = {table_of(item.model) for item in declared()}
    assert granted <= allowed, sorted(granted - allowed)


def test_definer_functions_fix_their_search_path() -> None:
    loose = rows(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'public' AND p.prosecdef AND NOT COALESCE(p.proconfig::text LIKE '%%search_path%%', false)"
    )
    assert loose == []


def test_policies_name_their_own_columns_in_sub_selects() -> None:
    """`s.person_id = person_id` inside a sub-select is true of every row: the hole that was met once."""
    for item in declared():
        if isinstance(item, Policy):
            for condition in (item.read, item.add, item.change, item.changed, item.remove):
                for part in (condition or "").split("(SELECT true FROM")[1:]:
                    assert "{row}." in part.split("LIMIT 1")[0], f"{item.model}: {part}"


def test_roles_that_work_with_cases_are_the_same_in_sql() -> None:
    body = rows("SELECT prosrc, pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'acting_works_cases'")[0][1]
    for key, role in ROLES.items():
        assert (f"'{key}'" in str(body)) == (Permission.CASEWORK in role.permissions), key
