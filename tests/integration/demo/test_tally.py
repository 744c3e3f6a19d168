from router.demo.tally import DemoTally
from tests.integration.demo.happenings import AT, batch, changed, dead, decided


def test_records_count_as_handled_however_they_end() -> None:
    tally = DemoTally()

    tally.processed(batch(decided(number=1), decided(number=2), dead=(dead(),), duplicates=4))

    assert tally.handled == 7
    assert tally.decided == {("/demo/crm", "crm-1"), ("/demo/crm", "crm-2")}
    assert tally.reasons == {("invite", "invited"): 2}
    assert tally.latest == AT


def test_an_interaction_decided_twice_is_one_interaction() -> None:
    tally = DemoTally()

    tally.processed(batch(decided(number=1)))
    tally.processed(batch(decided(number=1)))

    assert len(tally.decided) == 1


def test_refusals_are_kept_as_examples() -> None:
    tally = DemoTally()

    tally.processed(batch(decided(number=1), decided("no_survey", "no_consent", number=2)))

    assert tally.examples == {"no_consent": ("/demo/crm", "crm-2")}


def test_every_kind_has_its_turn() -> None:
    tally = DemoTally()
    told = []
    for _ in range(3):
        entries = [decided(rule="often", number=number) for number in range(50)]
        refusal = decided("no_survey", "no_consent", number=99, rule="often")
        tally.processed(batch(*entries, refusal, changed=(changed("cancelled", "cancelled_by_event"),)))
        told.append(tally.next_occurrence())

    assert len({type(entry).__name__ + str(getattr(entry, "key", "")) for entry in told}) == 3


def test_what_was_not_told_at_once_is_left_out() -> None:
    tally = DemoTally()
    tally.processed(batch(decided(number=1), decided(number=2)))

    assert tally.next_occurrence() is not None
    assert tally.next_occurrence() is None


def test_preferences_are_not_worth_a_line() -> None:
    tally = DemoTally()
    tally.processed(batch(decided("no_survey", "preferences_recorded")))

    assert tally.next_occurrence() is None


def test_only_ends_of_invitations_are_told_not_their_release() -> None:
    tally = DemoTally()
    tally.processed(batch(changed=(changed("queued", None),)))

    assert tally.next_occurrence() is None
