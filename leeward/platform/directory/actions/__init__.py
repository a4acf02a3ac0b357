"""Changes of services and routing rules."""
