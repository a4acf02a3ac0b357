from django.apps import AppConfig


class FrontDoorConfig(AppConfig):
    name = "leeward.response.front_door"
    label = "front_door"

    def ready(self) -> None:
        """The log asks how a contact is found and what of a person is here; who ends a place, what was taken."""
        from leeward.platform.access import about, leaving
        from leeward.platform.access.roles import Permission

        about.add(person_of="front_door_person_for_log", things_of="front_door_things_for_log")
        leaving.add(
            kinds={
                "contact": leaving.Kind(
                    "contact in triage that they have taken", "contacts in triage that they have taken",
                    "They go back into the queue at once.", "triage", for_whom=Permission.TRIAGE,
                )
            },
            counts="front_door_left_by", lets_go="front_door_let_go",
        )  # fmt: skip
