"""What Spark writes of itself where its event log is on: plans, settings, every stage and task."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession


@contextmanager
def event_log(spark: SparkSession, folder: Path) -> Iterator[None]:
    """Spark's own event log of what happens in the block, as plain text below the folder.

    A session takes it as a setting at its start only; the one that the tests share gets the listener that this setting
    would have given it.
    """
    folder.mkdir(parents=True)
    jvm, context = spark.sparkContext._jvm, spark.sparkContext._jsc.sc()
    assert jvm is not None, "a session has its JVM"
    settings = context.getConf().set("spark.eventLog.enabled", "true").set("spark.eventLog.compress", "false")
    listener = jvm.org.apache.spark.scheduler.EventLoggingListener(
        context.applicationId(),
        jvm.scala.Option.empty(),
        jvm.java.net.URI(folder.as_uri()),
        settings,
        context.hadoopConfiguration(),
    )
    listener.start()
    context.addSparkListener(listener)
    try:
        yield
    finally:
        context.listenerBus().waitUntilEmpty()
        context.removeSparkListener(listener)
        listener.stop()
