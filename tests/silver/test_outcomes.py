from collections import Counter

from jobs.silver.outcomes import BatchOutcome


def test_reactions_that_we_do_not_take_do_not_stop_a_file() -> None:
    reasons = Counter(no_consent=30, reactions_off=20, not_json=5)
    outcome = BatchOutcome(accepted=45, quarantined=55, reasons=reasons)
    assert outcome.bad_share == 0.05
