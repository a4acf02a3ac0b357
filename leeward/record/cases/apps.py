from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "leeward.record.cases"
    label = "cases"

    def ready(self) -> None:
        """Hear what changes in people's records.

        People is the room below and knows nothing of cases: it says that a record changed, and a case listens in order
        to write the line into its story. Here, once, because by now every room's models are there. The log is told how
        to find what is about a person, and why a case was opened in an emergency.
        """
        from leeward.platform.access import about
        from leeward.record.cases.actions.telling import write_into_cases
        from leeward.record.cases.queries.emergencies import why_in_emergency
        from leeward.record.people.rules.telling import listen

        listen(write_into_cases)
        about.add(person_of="cases_person_for_log", things_of="cases_things_for_log", reasons=why_in_emergency)
