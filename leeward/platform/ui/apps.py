"""The room's Django application."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the room; there is nothing to do at start-up."""

    name = "leeward.platform.ui"
    label = "ui"
    verbose_name = "Pages and components"
