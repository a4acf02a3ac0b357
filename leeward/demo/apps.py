from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "leeward.demo"
    label = "demo"
