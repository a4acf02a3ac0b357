"""Prints the path of a browser that works here, having started it once."""

import sys

from tests.browser import NoBrowser, find_chromium

try:
    print(find_chromium())
except NoBrowser as problem:
    print(problem, file=sys.stderr)
    sys.exit(1)
