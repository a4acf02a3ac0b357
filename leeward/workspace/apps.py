from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "leeward.workspace"
    label = "workspace"
