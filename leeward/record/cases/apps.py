from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "leeward.record.cases"
    label = "cases"

    def ready(self) -> None:
        """Hear what changes in people's records.

        People is the room below and knows nothing of cases: it says that a record changed, and a case listens in order
        to write the line into its story. Here, once, because by now every room's models are there. The log is told how
        to find what is about a person and why a case was opened in an emergency; whoever ends somebody's place, how
        much work they leave behind.
        """
        from leeward.platform.access import about, leaving
        from leeward.record.cases.actions.telling import write_into_cases
        from leeward.record.cases.queries import caseload
        from leeward.record.cases.queries.caseload import worker_left
        from leeward.record.cases.queries.emergencies import why_in_emergency
        from leeward.record.people.rules.telling import listen

        listen(write_into_cases)
        about.add(person_of="cases_person_for_log", things_of="cases_things_for_log", reasons=why_in_emergency)
        leaving.add(
            kinds={
                "case": leaving.Kind(
                    "open case that they lead", "open cases that they lead",
                    "They stay, and stand on a manager’s Today until somebody else leads them.",
                    "caseload", "?whose=organisation&waits=left",
                ),
                "task": leaving.Kind(
                    "open task", "open tasks", "They stay, in the list of tasks that nobody has.",
                    "tasks", "?whose=nobody",
                ),
            },
            counts="cases_left_by",
        )  # fmt: skip
        caseload.offer_waiting(
            "left", "Their worker has left",
            lambda by, rows: list(worker_left(by, rows).values_list("case_id", flat=True)[: caseload.MOST_COUNTED]),
            while_closing=True,
        )  # fmt: skip
