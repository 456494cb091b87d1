from jobs.contracts.published import SUBSCRIBER_VALUE_MONTHLY
from jobs.report.subscriber_value import subscriber_value
from tests.report.frames import frames, words


def worth(region: str, subscribers: int, currency: str = "EUR", **values: float) -> dict[str, object]:
    parts = {"direct_value_mean": 108.0, "serving_cost_mean": 10.0, "teaching_value_mean": 2.0, "value_mean": 100.0}
    interval = {"value_mean_low": 80.0, "value_mean_high": 120.0}
    place = {"country": region[:2], "region": region, "subscribers": subscribers, "currency": currency}
    return place | {"revenue_total": 11.0 * subscribers} | parts | interval | values


def test_the_worth_of_the_region_with_most_subscribers_is_told_with_its_interval() -> None:
    section = subscriber_value(frames({SUBSCRIBER_VALUE_MONTHLY: [worth("US-CA", 20), worth("GB-ENG", 30, "GBP")]}))
    assert words(section) == (
        "In GB-ENG, which has most subscribers of those shown, one of them paid GBP 11.00 in the month, and over the "
        "months to come is worth an estimated GBP 100 (95 % interval 80.0 to 120)."
    )
    assert section.period == "May 2026"


def test_each_currency_has_an_axis_of_its_own() -> None:
    rows = [worth("US-CA", 20, "USD"), worth("GB-ENG", 30, "GBP"), worth("GB-SCT", 10, "GBP")]
    picture = subscriber_value(frames({SUBSCRIBER_VALUE_MONTHLY: rows})).picture
    assert picture is not None
    assert (picture.count("USD a subscriber"), picture.count("GBP a subscriber")) == (1, 1)


def test_a_worth_without_interval_is_told_without_one() -> None:
    row = worth("US-CA", 20) | {"value_mean_low": None, "value_mean_high": None}
    message = words(subscriber_value(frames({SUBSCRIBER_VALUE_MONTHLY: [row]})))
    assert message.endswith("is worth an estimated EUR 100.")


def test_a_sum_of_other_parts_which_an_earlier_version_released_is_not_told() -> None:
    row = worth("US-CA", 20) | {"serving_cost_mean": None}
    assert words(subscriber_value(frames({SUBSCRIBER_VALUE_MONTHLY: [row]}))).startswith("No region is shown")
