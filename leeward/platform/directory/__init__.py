"""The services of the partnership: whom they are for, when they are open, and the rules that propose where to hand on.

Owns services and routing rules as data. Never knows a person or a case.
"""
