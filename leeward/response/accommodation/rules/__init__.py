"""What a household is, what the rules of the match say, and how asks and stays may move."""
