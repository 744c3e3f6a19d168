"""`python -m router.cli` is `feedback-router`."""

import sys

from router.cli.main import main

sys.exit(main())
