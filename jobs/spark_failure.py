"""What a failure inside Spark comes to, without the values that its messages may quote."""

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException

_NEXT_STEP = "What was begun is finished by the next run: see to the cause and run again. Nothing was published."


# A call into a JVM that is gone may end with any `ConnectionError`.
SPARK_FAILURES = (PySparkException, Py4JError, ConnectionError)


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


def _root_cause(error: Py4JJavaError) -> str:
    cause = error.java_exception
    while cause.getCause() is not None:
        cause = cause.getCause()
    kind = cause.getClass().getName()
    is_of_the_system = kind.startswith(("java.io.", "java.nio.file."))
    return f"{kind}: {cause.getMessage()}" if is_of_the_system else str(kind)
