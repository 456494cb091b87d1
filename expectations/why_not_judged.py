"""Why an expectation could not be looked at, without the values that messages may quote."""

import re
from collections.abc import Iterator
from typing import Any

# A line of a traceback, of Python's or of Java's, that names what was raised.
_RAISED = re.compile(r"^(?P<kind>[A-Za-z_][\w.$]*(?:Error|Exception|Interrupt))(?:: (?P<message>.*))?$", re.MULTILINE)
_JAVA_CAUSE = re.compile(r"^Caused by: (?P<kind>[\w.$]+)(?:: (?P<message>.*))?$", re.MULTILINE)
# What these say comes from the operating system: which file, and what is wrong with it.
_OF_THE_SYSTEM = re.compile(
    r"java\.io\.|java\.nio\.file\.|(FileNotFound|Permission|Connection\w*|IsADirectory|NotADirectory|OS)Error$"
)
UNKNOWN = "it gave no reason"


def why_not_judged(exception_info: dict[str, Any]) -> str:
    """What was raised first, by its name; in full where the operating system said it."""
    for report in reports(exception_info):
        if report["raised_exception"]:
            return _first_raised(report["exception_traceback"] or "")
    return UNKNOWN


def reports(exception_info: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Great Expectations keeps either one report, or one a metric."""
    if "raised_exception" in exception_info:
        yield exception_info
    else:
        yield from exception_info.values()


def _first_raised(traceback: str) -> str:
    r"""Python prints what was raised first at the top, Java at the end.

    >>> _first_raised("Traceback …\nKeyError: 'ann'\n\nDuring handling …\nMetricError: ann")
    'KeyError'
    >>> _first_raised("Py4JJavaError: …\nCaused by: java.io.FileNotFoundException: /a is gone\nMetricError: …")
    'java.io.FileNotFoundException: /a is gone'
    """
    causes = list(_JAVA_CAUSE.finditer(traceback))
    found = causes[-1] if causes else _RAISED.search(traceback)
    if found is None:
        return UNKNOWN
    kind = found["kind"]
    return f"{kind}: {found['message']}" if found["message"] and _OF_THE_SYSTEM.search(kind) else kind
