"""What our modules log, for fixtures that outlive a test; a test has pytest's `caplog`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def logged_messages() -> Iterator[list[str]]:
    """The messages of the block, filled in while it runs."""
    messages: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    logger, handler = logging.getLogger("jobs"), Kept()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield messages
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
