"""Leeward: the shared system of a partnership that responds to domestic abuse. See docs/map.md."""
