"""Django's migrate, followed by what migrations cannot keep in step: rights, functions, row policies, code lists,
instruments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections, transaction
from django.utils.module_loading import import_string

from leeward.platform.common import policy


class Command(DjangoMigrate):
    """Migrate as the owner, then bring the policies to what the rooms declare, all or nothing.

    A caller may give `progress`, which is called after each migration and once at the end.
    """

    stealth_options = ("progress",)
    progress: Callable[[], None] | None = None

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate, then apply the policies; `--database owner` is the connection that may."""
        self.progress = options.get("progress")
        result = super().handle(*args, **options)
        if not options.get("plan") and not options.get("check_unapplied"):
            alias = options["database"]
            with transaction.atomic(using=alias):
                policy.apply(connections[alias])
                for load in settings.AFTER_MIGRATE:
                    import_string(load)(using=alias)
            self._one_more()
        return result

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Django says what it is doing; each migration that is done is one step of the bar."""
        super().migration_progress_callback(action, migration, fake)
        if action == "apply_success":
            self._one_more()

    def _one_more(self) -> None:
        if self.progress is not None:
            self.progress()
