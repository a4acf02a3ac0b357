"""What pages that cross rooms ask."""
