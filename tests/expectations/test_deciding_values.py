import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from expectations.deciding_values import deciding_values, rows_of_repeated_keys

ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**60), 2**60),
        st.none() | st.floats(allow_infinity=False),
        st.none() | st.sampled_from(["tv", "phone", "a stranger"]),
    ),
    max_size=8,
)


def table(rows: list[tuple[int | None, float | None, str | None]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    types = (pa.int64(), pa.float64(), pa.string())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return pa.table(arrays, names=["number", "share", "word"])


@given(rows=ROWS, least=st.integers(-(2**60), 2**60), most=st.integers(-(2**60), 2**60))
def test_a_promise_of_one_column_holds_on_them_if_it_holds_on_the_rows(
    rows: list[tuple[int | None, float | None, str | None]], least: int, most: int
) -> None:
    whole = table(rows)
    few = deciding_values(whole, {"word"}, {"number", "share"})

    def promises(of: pa.Table) -> list[bool]:
        number, share, word = of["number"].drop_null(), of["share"].drop_null(), of["word"].drop_null()
        in_range = pc.and_(pc.greater_equal(number, least), pc.less_equal(number, most))
        holds = [in_range, pc.less_equal(share, 0.5), pc.invert(pc.is_nan(share)), pc.is_in(word, pa.array(["tv"]))]
        nulls = [pc.is_valid(of[name]) for name in of.column_names]
        return [pc.all(one).as_py() is not False for one in [*holds, *nulls]]

    assert promises(few) == promises(whole)


def test_they_are_few() -> None:
    rows = table([(number, 0.1, "tv") for number in range(1000)])
    assert deciding_values(rows, {"word"}, {"number", "share"}).num_rows == 2


def test_of_a_column_that_is_not_judged_by_its_values_one_stands_for_all() -> None:
    rows = table([(number, 0.1, f"word {number}") for number in range(1000)])
    assert deciding_values(rows, set(), {"number"})["word"].unique().to_pylist() == ["word 0"]


def test_numbers_that_are_judged_by_a_list_are_all_there() -> None:
    rows = table([(number, 0.1, "tv") for number in (1, 2, 3)])
    assert deciding_values(rows, {"number"}, {"number"})["number"].to_pylist() == [1, 2, 3]


@given(rows=st.lists(st.tuples(st.sampled_from("ab"), st.none() | st.integers(0, 3)), max_size=8))
def test_a_key_is_there_once_in_them_if_it_is_so_in_the_rows(rows: list[tuple[str, int | None]]) -> None:
    whole = pa.table([[row[0] for row in rows], pa.array([row[1] for row in rows], pa.int64())], names=["file", "line"])
    few = rows_of_repeated_keys(whole, ["file", "line"])
    kept = [tuple(row.values()) for row in few.to_pylist()]
    assert (len(set(kept)) == len(kept)) is (len(set(rows)) == len(rows))
    assert len(few) <= 1 or len(set(rows)) < len(rows)
