"""What a failure inside Spark, or of the machine, comes to, without the values that messages may quote."""

import errno
import re

from deltalake.exceptions import DeltaError
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from sqlalchemy.exc import OperationalError

_NEXT_STEP = "What was begun is finished by the next run: see to the cause and run again. Nothing was published."
_REFUSALS = {errno.ENOTDIR, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
# As Rust writes what the operating system said.
_OF_THE_SYSTEM = re.compile(r"[A-Z][a-z -]+ \(os error \d+\)")

# A call into a JVM that is gone may end with any `ConnectionError`.
_SPARK_FAILURES = (PySparkException, Py4JError, ConnectionError)
# A statement that SQLite does not understand is a fault of ours.
_OURS = "SQLITE_ERROR"


def explained(error: Exception) -> str | None:
    """Two sentences where Spark, the ledger's database or the machine failed; null where it was we."""
    return explain_spark_failure(error) if isinstance(error, _SPARK_FAILURES) else explain_machine_failure(error)


def explain_spark_failure(error: Exception) -> str:
    """Two sentences. What the operating system says is quoted (disk full, no permission); the rest could hold data."""
    try:
        if isinstance(error, Py4JJavaError):
            return f"Spark failed: {_root_cause(error)}. {_NEXT_STEP}"
        if isinstance(error, PySparkException):
            return f"Spark failed: {error.getCondition() or type(error).__name__}. {_NEXT_STEP}"
    except (Py4JError, ConnectionError) as gone:
        # The JVM was asked for the cause, and is gone by now.
        error = gone
    return f"Spark's process ended or does not answer ({type(error).__name__}). {_NEXT_STEP}"


def explain_machine_failure(error: Exception) -> str | None:
    """Two sentences where the machine refused to read or write a file: full, read-only, not permitted. Else nothing.

    The same of the ledger's database.
    """
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        return f"The machine refused: {error}. {_NEXT_STEP}"
    if isinstance(error, DeltaError) and (refusal := _OF_THE_SYSTEM.search(str(error))):
        return f"The machine refused: {refusal[0]}. {_NEXT_STEP}"
    if isinstance(error, OperationalError) and getattr(error.orig, "sqlite_errorname", "") != _OURS:
        return f"The ledger cannot be read or written: {str(error.orig).splitlines()[0]}. {_NEXT_STEP}"
    return None


def _root_cause(error: Py4JJavaError) -> str:
    cause = error.java_exception
    while cause.getCause() is not None:
        cause = cause.getCause()
    kind = cause.getClass().getName()
    is_of_the_system = kind.startswith(("java.io.", "java.nio.file."))
    return f"{kind}: {cause.getMessage()}" if is_of_the_system else str(kind)
