"""What can be asked about cases. Each answers one question with a constant number of statements."""
