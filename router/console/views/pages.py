"""All pages, in the order of the menu."""

from typing import Final

from router.console.page import Page
from router.console.views import overview

PAGES: Final[tuple[Page, ...]] = (overview.PAGE,)
