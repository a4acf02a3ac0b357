"""Everything that changes a case. One module an idea; each action takes `by` and writes audit and chronology itself."""
