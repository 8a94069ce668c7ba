"""`python -m streamgauge` is the command."""

import sys

from streamgauge.cli import process

if __name__ == "__main__":  # a process of --jobs imports this module under another name
    sys.exit(process())
