from django.apps import AppConfig


class MaracConfig(AppConfig):
    name = "leeward.response.marac"
    label = "marac"

    def ready(self) -> None:
        """A record says that its person was heard at a MARAC: rooms below ask, this one answers."""
        from leeward.platform.access import about, leaving
        from leeward.record.people.rules import flags
        from leeward.record.risk.queries import heard
        from leeward.response.marac.queries.flags import flags_on
        from leeward.response.marac.queries.repeats import heard_before

        flags.answer_with(flags_on)
        heard.answer_with(heard_before)
        about.add(things_of="marac_things_for_log")
        leaving.add(
            kinds={
                "seat": leaving.Kind(
                    "seat at a MARAC", "seats at a MARAC", "They open nothing any more: somebody else needs them.",
                )
            },
            counts="marac_left_by",
        )  # fmt: skip
