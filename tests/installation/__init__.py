"""The two commands: what stands in their way is one clear line, and what they start ends with them."""
