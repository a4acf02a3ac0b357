from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "leeward.record.risk"
    label = "risk"
