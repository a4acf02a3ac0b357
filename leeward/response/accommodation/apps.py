from django.apps import AppConfig


class AccommodationConfig(AppConfig):
    name = "leeward.response.accommodation"
    label = "accommodation"

    def ready(self) -> None:
        """Say to the room below which cases wait for an answer about a secure home."""
        from leeward.platform.access import about, leaving
        from leeward.record.cases.queries import caseload
        from leeward.response.accommodation.queries.movers import swap_today

        caseload.offer_waiting(
            "secure_home", "A secure home waits", lambda by, rows: [case for case, *_ in swap_today(by=by).offers],
            while_closing=True,
        )  # fmt: skip
        about.add(things_of="accommodation_things_for_log")
        leaving.add(
            kinds={
                "need": leaving.Kind(
                    "look for a safe place that they began", "looks for a safe place that they began",
                    "They stay open, for whoever works with the case.",
                )
            },
            counts="accommodation_left_by",
        )  # fmt: skip
