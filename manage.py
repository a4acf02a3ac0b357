#!/usr/bin/env python
"""Django's own commands, for those who develop; `leeward` is the command line for those who run it."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
