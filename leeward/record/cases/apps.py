from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "leeward.record.cases"
    label = "cases"

    def ready(self) -> None:
        """Hear what changes in people's records.

        People is the room below and knows nothing of cases: it says that a record changed, and a case listens in order
        to write the line into its story. Here, once, because by now every room's models are there.
        """
        from leeward.record.cases.actions.telling import write_into_cases
        from leeward.record.people.rules.telling import listen

        listen(write_into_cases)
