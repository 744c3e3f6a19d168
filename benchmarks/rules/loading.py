"""A published revision of 10,000 rules in 1,000 files, loaded in a process of its own."""

import resource
import sys
import time
from pathlib import Path

from benchmarks.rules.sets import ASKED_CHANNELS, LEAST_AMOUNT, targets
from router.authoring.language.load import load_texts
from router.authoring.packing import pack, unpack

RULES = 10_000
FILES = 1_000
MOST_SECONDS = 2.0
MOST_MEGABYTES = 250.0

_PACKED = "revision"

_SURVEYS = """\
surveys:
  nps:
    {metric: nps, variant: nps, scale: [0, 10], polarity: higher_is_better,
     texts: {en: {question: "Recommend?", low: "no", high: "yes"}}}
"""


def texts() -> dict[str, bytes]:
    """The files as they would be written by hand."""
    wanted, each = targets(RULES), RULES // FILES
    files = {"surveys.yaml": _SURVEYS, "policy.yaml": "consent: {unknown: allow}\nlocale: {otherwise: en}\n"}
    for number in range(FILES):
        rules = "".join(
            f"  - id: {target.rule}\n    when: {{type: {target.type}, event.product: {target.product},"
            f" channel: [{', '.join(ASKED_CHANNELS)}], event.amount: {{gte: {LEAST_AMOUNT}}}}}\n"
            f"    send: {{survey: nps, channel: email}}\n    priority: {number}\n"
            for target in wanted[number * each : (number + 1) * each]
        )
        files[f"routes/{number:04d}.yaml"] = "rules:\n" + rules
    return {name: text.encode() for name, text in files.items()}


def write(directory: Path) -> bool:
    """Writes the packed revision."""
    files = texts()
    (directory / _PACKED).write_bytes(pack(files, load_texts(files)))
    return True


def load(directory: Path) -> bool:
    """Loads the packed revision and tells what it took; whether that is as wanted."""
    content = (directory / _PACKED).read_bytes()
    begin = time.perf_counter()
    _, rules = unpack(content, 1)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (2**20 if sys.platform == "darwin" else 2**10)
    print(
        f"{len(rules.rules):,} rules in {FILES:,} files: loaded in {seconds:.2f} s (at most {MOST_SECONDS:.0f}),"
        f" {megabytes:.0f} MB (at most {MOST_MEGABYTES:.0f})"
    )
    return seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES
