from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "leeward.platform.access"
    label = "access"
