"""Django's migrate, followed by what migrations cannot keep in step: rights, functions, row policies, code lists,
instruments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections, transaction
from django.utils.module_loading import import_string

from leeward.platform.common import policy


class Command(DjangoMigrate):
    """Migrate as the owner, then bring the policies to what the rooms declare, all or nothing."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate, then apply the policies; `--database owner` is the connection that may."""
        result = super().handle(*args, **options)
        if not options.get("plan") and not options.get("check_unapplied"):
            alias = options["database"]
            with transaction.atomic(using=alias):
                policy.apply(connections[alias])
                for load in settings.AFTER_MIGRATE:
                    import_string(load)(using=alias)
        return result
