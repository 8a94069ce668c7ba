"""`python -m streamgauge` is the command."""

import sys

from streamgauge.cli import main

sys.exit(main())
