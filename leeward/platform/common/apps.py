from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "leeward.platform.common"
    label = "common"

    def ready(self) -> None:
        """Lists of numbers are told as one."""
        from leeward.platform.common import lookups  # noqa: F401  # registers itself
