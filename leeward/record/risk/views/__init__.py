"""Pages of risk and of safety plans."""
