"""Files of cases: what they really are, whether they are safe to keep, and keeping them sealed."""
