from router.console.console import Console
from router.model.encoding import encode_json
from tests.contract.rows import alert_row, save
from tests.integration.console.visiting import OWN, browser


async def test_an_alert_is_opened_taken_and_closed_by_one_after_the_other(console: Console) -> None:
    said = {"score": 1, "comment": "<img src=x onerror=alert(1)>"}
    row = alert_row("C-7", "one", body=encode_json(said))
    await save(console.store, alerts=[row])
    address = f"/alerts/{row.id}"
    async with browser(console, ("care",)) as anna, browser(console, ("care",), name="ben") as ben:
        assert str(row.id) in (await anna.get("/alerts")).text
        page = (await anna.get(address)).text
        assert "&lt;img src=x" in page
        assert "<img" not in page
        assert "is yours" in (await anna.post(f"{address}/take", headers=OWN, follow_redirects=True)).text
        assert (await ben.post(f"{address}/close", data={"note": "called"}, headers=OWN)).status_code == 303
        assert str(row.id) not in (await anna.get("/alerts")).text
        assert (await anna.post(f"/api/v1{address}/take", headers=OWN)).status_code == 409
    entries = await console.store.access.entries()
    assert "C-7" not in str(entries)
    assert {entry.customer for entry in entries} == {console.hashes.customer("C-7")[0].hex()}
    done = [(entry.person, entry.action, bool(entry.refused)) for entry in reversed(entries)]
    assert done[:2] == [("anna", "alert.open", False), ("anna", "alert.take", False)]
    assert done[-3:] == [
        ("ben", "alert.close", False),
        ("anna", "alert.take", False),
        ("anna", "alert.take", True),
    ]
