"""Floor 1: what every room stands on, and nothing about abuse itself. messages · directory · access · reference · ui · common."""
