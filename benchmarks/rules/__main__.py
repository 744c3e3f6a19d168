"""`python -m benchmarks.rules`: rates beside other engines, then loading and a backtest at size."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.rules import history, loading


def main() -> int:
    """Runs what was asked for; 0 where the figures are as they must be."""
    asked = _arguments()
    if asked.load is not None:
        return 0 if loading.load(asked.load) else 1
    if asked.backtest is not None:
        return 0 if history.backtest(asked.backtest, asked.seed) else 1
    from benchmarks.machine import describe_machine
    from benchmarks.rules.rates import measure

    console = Console(width=140)
    console.print(describe_machine(), highlight=False)
    reached = [measure(asked.seed, asked.rounds, asked.seconds, console)]
    with tempfile.TemporaryDirectory(prefix="feedback-router-bench-") as name:
        packed = Path(name, "revision")
        loading.write(packed)
        command = [sys.executable, "-m", "benchmarks.rules", "--load", str(packed)]
        reached.append(subprocess.run(command, check=False).returncode == 0)
        reached.append(history.backtest(Path(name), asked.seed))
    return 0 if all(reached) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each engine a round")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--load", type=Path, metavar="FILE", help="only load a packed revision")
    parser.add_argument(
        "--backtest", type=Path, metavar="DIRECTORY", help="only the backtest, its files kept here"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
