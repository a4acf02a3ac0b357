"""What can be asked about contacts."""
