"""Everything that changes a contact: receiving, triage, handing on."""
