"""Where what the gate found is kept, and what Data Docs are made from: without the values that messages may quote."""

import json
from typing import Any

from great_expectations.data_context.store.tuple_store_backend import TupleFilesystemStoreBackend

from expectations.why_not_judged import reports, why_not_judged


class StoredResults(TupleFilesystemStoreBackend):
    """A file a suite that was judged. Great Expectations finds this class by its name."""

    def _set(self, key: tuple[str, ...], value: str, **kwargs: Any) -> Any:
        if key == self.STORE_BACKEND_ID_KEY:
            return super()._set(key, value, **kwargs)  # type: ignore[no-untyped-call]
        kept = json.dumps(without_quoted_values(json.loads(value)), indent=2, sort_keys=True)
        return super()._set(key, kept, **kwargs)  # type: ignore[no-untyped-call]


def without_quoted_values(result: dict[str, Any]) -> dict[str, Any]:
    """The results of a suite; of what was raised only its name is left, as `why_not_judged` tells it."""
    for found in result["results"]:
        for report in reports(found.get("exception_info") or {}):
            if report["raised_exception"]:
                # Pages that are made of it want a text for each.
                report["exception_message"] = report["exception_traceback"] = why_not_judged(report)
    return result
