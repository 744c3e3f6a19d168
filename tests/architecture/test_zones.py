import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ONE_PLACE = ROOT / "router" / "model" / "zones.py"


def test_time_zones_are_loaded_in_one_place() -> None:
    """Anywhere else they would come from the machine, whose rules may be older than the pinned ones."""
    sources = [*(ROOT / "router").rglob("*.py"), *(ROOT / "consumers").rglob("*.py")]
    loading = re.compile(r"\bZoneInfo\(|\bzoneinfo\b|\bpytz\b|dateutil")
    assert [path for path in sources if loading.search(path.read_text("utf-8"))] == [ONE_PLACE]
