from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "leeward.platform.reference"
    label = "reference"
