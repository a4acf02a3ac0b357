from django.apps import AppConfig


class FrontDoorConfig(AppConfig):
    name = "leeward.response.front_door"
    label = "front_door"

    def ready(self) -> None:
        """Hear who is given a place: somebody who asked for help may have said that they must not know.

        Access is far below and knows nothing of contacts. Here, once, because by now every room's models are there.
        """
        from leeward.platform.access.rules import listen
        from leeward.response.front_door.actions.keeping_out import look_for_named

        listen(look_for_named)
