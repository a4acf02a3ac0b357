"""What changes in people's records. Each action is one transaction with its permission and its line in the log."""

from leeward.record.people.actions.recording import (
    PersonFacts,
    add_to_dictionary,
    index_name,
    raise_possible_walls,
    record_person,
)

__all__ = ["PersonFacts", "add_to_dictionary", "index_name", "raise_possible_walls", "record_person"]
