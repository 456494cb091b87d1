"""Of an expectation that could not be looked at, what is kept names what was raised, and no value."""

from typing import Any

import pytest

from expectations.stored_results import without_quoted_values

RAISED = {
    "raised_exception": True,
    "exception_message": "could not convert 'ann@example.com'",
    "exception_traceback": "Traceback …\nValueError: could not convert 'ann@example.com'\n",
}
NAMED = {"raised_exception": True, "exception_message": "ValueError", "exception_traceback": "ValueError"}
NOTHING = {"raised_exception": False, "exception_message": None, "exception_traceback": None}


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (RAISED, NAMED),
        ({"a metric": RAISED, "a sound one": NOTHING}, {"a metric": NAMED, "a sound one": NOTHING}),
        (NOTHING, NOTHING),
        ({}, {}),
    ],
    ids=["one report", "a report a metric", "nothing raised", "no report"],
)
def test_only_the_name_of_what_was_raised_is_kept(found: dict[str, Any], kept: dict[str, Any]) -> None:
    one = {name: dict(report) if isinstance(report, dict) else report for name, report in found.items()}
    result = without_quoted_values({"results": [{"exception_info": one}, {"success": True}]})
    assert result == {"results": [{"exception_info": kept}, {"success": True}]}
