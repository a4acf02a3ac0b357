"""What may be typed at the front door by those who work there."""
