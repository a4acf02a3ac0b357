"""Pages of sign-in, of administration and of the data protection lead."""
