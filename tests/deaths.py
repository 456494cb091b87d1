"""Runs that die at a chosen write, in the process of the tests."""

import pytest


class Died(BaseException):
    """The end of a process: nothing that handles errors handles this."""


def die_after(patch: pytest.MonkeyPatch, owner: object, name: str, times: int = 1) -> None:
    """The write `owner.name` happens, and the one that makes `times` is the last thing that does."""
    write = getattr(owner, name)
    left = [times]

    def write_and_die(*arguments: object, **options: object) -> object:
        result = write(*arguments, **options)
        left[0] -= 1
        if left[0] == 0:
            raise Died(name)
        return result

    patch.setattr(owner, name, write_and_die)


def die_at(patch: pytest.MonkeyPatch, owner: object, name: str) -> None:
    """The write `owner.name` does not happen any more."""

    def die(*_: object, **__: object) -> None:
        raise Died(name)

    patch.setattr(owner, name, die)
