from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "leeward.record.cases"
    label = "cases"
