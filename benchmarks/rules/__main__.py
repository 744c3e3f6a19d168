"""`python -m benchmarks.rules`: rates beside other engines, then loading and a backtest at size.

Each part runs in a process of its own, so that none inherits the memory of another.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

PARTS = ("rates", "pack", "load", "backtest")


def main() -> int:
    """Runs what was asked for; 0 where the figures are as they must be."""
    asked = _arguments()
    if asked.only is not None:
        return 0 if _run(asked, asked.only) else 1
    with tempfile.TemporaryDirectory(prefix="feedback-router-bench-") as name:
        return max([_apart(part, name) for part in PARTS])


def _apart(part: str, directory: str) -> int:
    own = ["--only", part, "--directory", directory]
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.rules", *sys.argv[1:], *own], check=False
    ).returncode


def _run(asked: argparse.Namespace, part: str) -> bool:
    if part == "rates":
        from benchmarks.rules.rates import measure

        return measure(asked.seed, asked.rounds, asked.seconds)
    from benchmarks.rules import history, loading

    if part == "pack":
        return loading.write(asked.directory)
    return loading.load(asked.directory) if part == "load" else history.backtest(asked.directory, asked.seed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each engine a round")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--directory", type=Path, default=Path(), help="for the files of one part")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
