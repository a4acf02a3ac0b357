"""Pages that cross rooms: today, search, the counts. Owns no table and decides nothing."""
