from django.apps import AppConfig


class FrontDoorConfig(AppConfig):
    name = "leeward.response.front_door"
    label = "front_door"
