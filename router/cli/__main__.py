"""`python -m router.cli` is `feedback-router`."""

import sys

from router.cli.entry import main

sys.exit(main())
