"""The pages: places and what is free, a case's need and its match, asks from both sides."""
