"""Names of films and series: plain ones, and the accents and emoji that real catalogues hold."""

import itertools

import numpy as np

_OPENINGS = (
    "The Quiet",
    "Midnight",
    "A Borrowed",
    "The Last",
    "Golden",
    "Paper",
    "Winter's",
    "Électrique",
    "São",
    "Señora's",
    "Łódź",
    "Öffnet die",
    "The Seventh",
    "Broken",
    "My Neighbour's",
    "Under a",
    "Return to",
    "Glass",
    "Salt and",
    "Nobody's",
)
_ENDINGS = (
    "Harbour",
    "Orchard",
    "Verdict",
    "Café",
    "Signal",
    "Kingdom",
    "Été",
    "Train",
    "Garden 🌱",
    "Moon 🌙",
    "Detective",
    "Wedding",
    "Avalanche",
    "Lighthouse",
    "Naïveté",
    "Heist",
    "Frontier",
    "Mañana",
    "Violin",
    "Storm ⚡",
    "Inheritance",
    "東京",
    "Recipe",
    "Comet ☄️",
)


def draw_names(stream: np.random.Generator, count: int) -> list[str]:
    """Distinct names in random order; at most 480."""
    every = [f"{opening} {ending}" for opening, ending in itertools.product(_OPENINGS, _ENDINGS)]
    return [every[i] for i in stream.permutation(len(every))[:count]]
