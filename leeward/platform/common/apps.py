from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "leeward.platform.common"
    label = "common"
