"""Forms of risk."""
