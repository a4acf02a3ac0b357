from django.apps import AppConfig

from leeward.platform.access import grounds


class PeopleConfig(AppConfig):
    name = "leeward.record.people"
    label = "people"

    def ready(self) -> None:
        """Walls are looked up whenever somebody begins to act, so that a new one acts in open sessions too.

        The log asks what of a person is here, and why the index was asked.
        """
        from leeward.platform.access import about
        from leeward.record.people.queries.checks import why_asked

        grounds.add("app.walls", "people_walled(b.user_id, b.team_ids)::text")
        about.add(things_of="people_things_for_log", reasons=why_asked)
