"""What a process of the loader does first. Imports nothing of Django's models: they need this to have run."""


def begin() -> None:
    """Start Django, before a task (whose arguments name models) is read."""
    import django

    django.setup()
