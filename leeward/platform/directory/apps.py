from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "leeward.platform.directory"
    label = "directory"
