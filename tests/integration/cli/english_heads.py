"""How a page that should be in Dutch gives itself away: a head, tile, summary or verdict in English."""

import re
from typing import Final

ENGLISH_HEAD: Final = re.compile(
    r'<html lang="en"|>(survey|journey|step|channel|reason|means|became|verdict|answers|touchpoints|answered|coverage|share'
    r"|before|difference|signal|value|from|to|rate|never asked|may be asked|Show as table|All figures"
    r"|Every stage|Blind spots|Who answered|Targets|Coverage|Pain points|All contacts|By \w+|enough|indicative|too few"
    r"|had the step|sent|planned|old|new|change|none)<"
)
