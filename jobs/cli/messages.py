"""What our modules log, on standard error: words for a person, or JSON for a machine."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.text import Text

from jobs.cli.terminal import console
from jobs.config import LogFormat, Settings
from jobs.errors import WrongUsageError

# Other libraries' loggers stay as they are.
OURS = ("jobs", "expectations", "infra")


@contextmanager
def messages_shown(log_format: LogFormat) -> Iterator[None]:
    """While the block runs, what our modules log goes to standard error, and nowhere else."""
    handler = _handler(log_format)
    loggers = [logging.getLogger(name) for name in OURS]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        # Python gives the root logger a handler as soon as a library logs to it: each message would come twice.
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)
            logger.propagate = True


def wanted_format() -> LogFormat:
    """Text where a setting is wrong: the command that needs the settings says which one."""
    try:
        return Settings().log_format
    except (ValueError, WrongUsageError):
        return "text"


class AboveBars(logging.Handler):
    """On a terminal: above a bar that is drawn, and not wrapped, as by the handler of rich."""

    def emit(self, record: logging.LogRecord) -> None:
        message = Text(self.format(record))
        if record.levelno >= logging.ERROR:
            message.highlight_regex(r"^[\w ]+(?=: )", "bold red")
        console.print(message, soft_wrap=True)


def _handler(log_format: LogFormat) -> logging.Handler:
    if log_format == "text" and console.is_terminal:
        return AboveBars()
    handler = logging.StreamHandler(sys.stderr)
    if log_format == "json":
        handler.setFormatter(_json_lines())
    return handler


def _json_lines() -> logging.Formatter:
    """One object a line: time (UTC), level, logger, message; and the traceback, where one is logged."""
    from structlog.processors import EventRenamer, JSONRenderer, TimeStamper, format_exc_info
    from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name

    return ProcessorFormatter(
        foreign_pre_chain=[TimeStamper(fmt="iso", utc=True, key="time"), add_log_level, add_logger_name],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            EventRenamer("message"),
            format_exc_info,
            JSONRenderer(ensure_ascii=False),
        ],
    )
