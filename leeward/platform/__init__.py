"""Floor 1: what every room stands on, and nothing about abuse itself.

directory · access · reference · ui · common.
"""
