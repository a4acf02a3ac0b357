from django.apps import AppConfig


class FrontDoorConfig(AppConfig):
    name = "leeward.response.front_door"
    label = "front_door"

    def ready(self) -> None:
        """Say what access, far below, cannot know of contacts. Here, once: by now every room's models are there.

        The log asks how a contact is found and what of a person is here; who ends a place, what was taken; who is given
        one may be somebody who must not know.
        """
        from leeward.platform.access import about, leaving
        from leeward.platform.access.roles import Permission
        from leeward.platform.access.rules import listen
        from leeward.response.front_door.actions.keeping_out import look_for_named

        listen(look_for_named)
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
