"""Genres and themes as they may be told."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.contracts.sensitive_labels import SENSITIVE_LABEL


def is_sensitive(label: Column) -> Column:
    """Whether the genre or theme tells of health, faith, sexuality or politics; of none, it is not."""
    return F.coalesce(label.rlike(SENSITIVE_LABEL), F.lit(False))


def tellable(labels: Column) -> Column:
    """Those of the labels that may stand in a reason or a name."""
    return F.filter(labels, lambda label: ~is_sensitive(label))
