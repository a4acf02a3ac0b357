from django.apps import AppConfig

from leeward.platform.access import grounds


class PeopleConfig(AppConfig):
    name = "leeward.record.people"
    label = "people"

    def ready(self) -> None:
        """Walls are looked up whenever somebody begins to act, so that a new one acts in open sessions too."""
        grounds.add("app.walls", "people_walled(b.user_id, b.team_ids)::text")
