"""Row policies: who may see and write which rows, declared beside the models, turned into SQL here and nowhere else.

Each room's `policies.py` has a list `POLICIES`; each room may have `sql/*.sql` with functions. `apply()` brings a
database to just what is declared: it runs after every migration, as the owner, in one transaction. A table that
nobody declared gets no rights for the web role, so that forgetting shows as "nothing", never as "everything".
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

WEB = "leeward_web"
OWNER = "leeward_owner"


@dataclass(frozen=True)
class Policy:
    """What the web role may do with the rows of one table.

    `read`, `add`, `change`, `remove` are SQL conditions on a row; None means never. `change` holds for the row before
    and, unless `changed` says otherwise, after. `columns` limits which columns an update may touch.

    Inside a sub-select, name the row's own columns `{row}.column`: a bare name would mean the inner table's column
    where both have one, and `s.person_id = person_id` is then true of every row.
    """

    model: str
    read: str | None
    add: str | None = None
    change: str | None = None
    changed: str | None = None
    remove: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Open:
    """A table without a person's data: no row policy, only rights. `why` says why that is safe."""

    model: str
    why: str
    rights: str = "SELECT, INSERT, UPDATE, DELETE"


def declared() -> Iterator[Policy | Open]:
    """All declarations of all rooms, floor by floor."""
    for room in settings.ROOMS:
        if importlib.util.find_spec(f"{room}.policies"):
            yield from importlib.import_module(f"{room}.policies").POLICIES


def table_of(model: str) -> str:
    """The table of a model named `app.Model` (or a table's own name, for tables of libraries)."""
    if "." not in model:
        return model
    return str(apps.get_model(model)._meta.db_table)


def functions() -> Iterator[str]:
    """The SQL functions of all rooms, floor by floor, file by file."""
    for room in settings.ROOMS:
        spec = importlib.util.find_spec(room)
        assert spec is not None
        assert spec.origin is not None
        for file in sorted((Path(spec.origin).parent / "sql").glob("*.sql")):
            yield file.read_text()


def statements() -> Iterator[str]:
    """Everything that `apply` runs, in order."""
    yield f"GRANT USAGE ON SCHEMA public TO {WEB}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WEB}, PUBLIC"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB}"
    yield from functions()
    yield _DROP_POLICIES
    for declaration in declared():
        table = table_of(declaration.model)
        if isinstance(declaration, Open):
            yield f'GRANT {declaration.rights} ON "{table}" TO {WEB}'
        else:
            yield from _policy_sql(declaration, table)


def apply(connection: BaseDatabaseWrapper) -> None:
    """Bring rights, functions and policies of a database to what is declared. Needs the owner's connection."""
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def _policy_sql(declaration: Policy, table: str) -> Iterator[str]:
    policy = replace(
        declaration,
        **{
            name: condition.replace("{row}", table)
            for name in ("read", "add", "change", "changed", "remove")
            if (condition := getattr(declaration, name)) is not None
        },
    )
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    # The owner migrates, loads and backs up; forced row security would show it nothing at all.
    yield f'CREATE POLICY owner ON "{table}" TO {OWNER} USING (true) WITH CHECK (true)'
    if policy.read:
        yield f'GRANT SELECT ON "{table}" TO {WEB}'
        yield f'CREATE POLICY web_read ON "{table}" FOR SELECT TO {WEB} USING ({policy.read})'
    if policy.add:
        yield f'GRANT INSERT ON "{table}" TO {WEB}'
        yield f'CREATE POLICY web_add ON "{table}" FOR INSERT TO {WEB} WITH CHECK ({policy.add})'
    if policy.change:
        columns = f" ({', '.join(policy.columns)})" if policy.columns else ""
        yield f'GRANT UPDATE{columns} ON "{table}" TO {WEB}'
        yield (
            f'CREATE POLICY web_change ON "{table}" FOR UPDATE TO {WEB} '
            f"USING ({policy.change}) WITH CHECK ({policy.changed or policy.change})"
        )
    if policy.remove:
        yield f'GRANT DELETE ON "{table}" TO {WEB}'
        yield f'CREATE POLICY web_remove ON "{table}" FOR DELETE TO {WEB} USING ({policy.remove})'


_DROP_POLICIES = """
DO $$
DECLARE p record;
BEGIN
  FOR p IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);
  END LOOP;
END $$
"""
