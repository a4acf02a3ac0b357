"""What holds about people, without looking anything up: safe contact, sides, words for dates and relationships."""
