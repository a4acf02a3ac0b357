"""Everything that changes a place, a need, an ask, a stay or a sanctuary. Each action takes `by` and writes the log."""
