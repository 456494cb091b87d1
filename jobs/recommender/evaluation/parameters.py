"""What a model was told before it learnt."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any


def described(parameters: Any) -> dict[str, object]:
    """What a model was told, by name; what was left open is left out."""
    return {name: value for name, value in asdict(parameters).items() if value is not None}


def in_words(parameters: Mapping[str, object]) -> str:
    """`rank 64, alpha 4.0`."""
    return ", ".join(f"{name} {value}" for name, value in parameters.items())
