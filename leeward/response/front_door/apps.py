from django.apps import AppConfig


class FrontDoorConfig(AppConfig):
    name = "leeward.response.front_door"
    label = "front_door"

    def ready(self) -> None:
        """Say to the log how it finds a contact by its reference, and what of a person is here."""
        from leeward.platform.access import about

        about.add(person_of="front_door_person_for_log", things_of="front_door_things_for_log")
