"""What groups runs in MLflow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Experiment:
    """An experiment: its name, and what its page says above the runs."""

    name: str
    description: str
