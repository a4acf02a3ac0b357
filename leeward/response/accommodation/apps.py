from django.apps import AppConfig


class AccommodationConfig(AppConfig):
    name = "leeward.response.accommodation"
    label = "accommodation"
