"""Contenders that end soon."""

from jobs.recommender.learning.contenders import EASE, POPULARITY, Contender, contenders


def first_choices(names: tuple[str, ...] = (POPULARITY, EASE)) -> list[Contender]:
    """Some of the contenders, with nothing to choose from: what training does does not depend on how many there are."""
    return [Contender(each.name, each.choices[:1], each.fit) for each in contenders() if each.name in names]
