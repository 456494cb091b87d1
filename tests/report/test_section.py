import re

import pytest

from jobs.report.build_report import SECTIONS
from jobs.report.experience import experience
from jobs.report.genre_demand import genre_demand
from jobs.report.hours_by_day import hours_by_day
from jobs.report.retention import retention
from jobs.report.searches_in_vain import searches_in_vain
from jobs.report.subscriber_value import subscriber_value
from jobs.report.title_moments import title_moments
from jobs.report.top_titles import top_titles
from jobs.report.viewing_clock import viewing_clock
from tests.report.frames import frames


@pytest.mark.parametrize(
    ("make_section", "sentence"),
    [
        (hours_by_day, "No day is shown: of none of the released weeks can the hours of 10 people be told."),
        (viewing_clock, "No three hours of a day are shown: in none of them did 10 people watch."),
        (top_titles, "No title is shown: none of them had 10 viewers of its own."),
        (title_moments, "No title is shown: none of them was left before its end by 10 people, or"),
        (genre_demand, "No genre is shown: they are worked out from the titles that are told apart, and none had 10"),
        (searches_in_vain, "No search is shown: no genre or theme was searched for in vain by 10 people, or"),
        (experience, "No region is shown: in none of them did 10 people start a play, or the source says nothing"),
        (retention, "No curve is shown: of no plan have 10 left while as many stay, or the source says nothing"),
        (subscriber_value, "No region is shown: no whole month was released, 50 people paid in none of them, the"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_empty_table_gives_a_sentence_that_says_why(make_section: object, sentence: str) -> None:
    section = make_section(frames({}))  # type: ignore[operator]
    assert section.message.startswith(sentence)
    assert (section.picture, section.rows) == (None, None)


def test_every_section_without_rows_says_that_nothing_is_shown_and_why() -> None:
    sections = [make_section(frames({})) for make_section in SECTIONS]
    assert [one.key for one in sections if not re.match(r"No [a-z ]+ (is|are) shown: .", one.message)] == []
    assert [one.key for one in sections if (one.picture, one.rows) != (None, None)] == []
