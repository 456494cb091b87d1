"""What each line adds to the sum over its file: its bytes at their place. The order of adding does not matter."""

from collections.abc import Iterable, Iterator

import xxhash

_SEED = 42


def line_hashes(numbers: Iterable[int], texts: Iterable[bytes | None]) -> Iterator[int]:
    """XXH64 of each line's number and bytes, as Spark's `xxhash64` makes it, without a sign.

    Of a line that was too long to keep, of its number alone.
    """
    for number, text in zip(numbers, texts, strict=True):
        place = xxhash.xxh64_intdigest(number.to_bytes(8, "little"), _SEED)
        yield place if text is None else xxhash.xxh64_intdigest(text, place)
