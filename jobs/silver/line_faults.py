"""What is wrong with a line, as a code, the field at fault, and a sentence; never its content."""

from functools import cache, reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.silver.json_lines import json_type, text_of
from jobs.tables.raw_record import LONGEST_LABEL, Kind, RawField, RawRecord

FAULT = "fault"
FAULT_SCHEMA = "struct<reason:string,field:string,message:string>"

# What one field of a line comes to.
_FINE, _MISSING, _WRONG_TYPE, _IMPOSSIBLE = "f", "m", "t", "i"

# The JSON type of each kind, as `json_type` says it or begins to say it.
_JSON_TYPES = {
    Kind.STRING: ("STRING",),
    Kind.TIMESTAMP: ("STRING",),
    Kind.DATE: ("STRING",),
    Kind.BOOLEAN: ("BOOLEAN",),
    Kind.INTEGER: ("BIGINT",),
    Kind.NUMBER: ("BIGINT", "DOUBLE", "DECIMAL"),
    # `[]` is an array of nothing.
    Kind.LIST: ("ARRAY<STRING>", "ARRAY<VOID>"),
}
_A_KIND = {
    Kind.STRING: "a string",
    Kind.TIMESTAMP: "a timestamp in RFC 3339",
    Kind.DATE: "a date (YYYY-MM-DD)",
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.LIST: "a list of strings",
}
# A JSON number too large for a double becomes infinite; a Decimal reads `1e400` as it is written.
_INFINITIES = (float("-inf"), float("inf"))
_RFC3339 = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})\z"
_DATE = r"^\d{4}-\d{2}-\d{2}\z"
# A collector that took an event knows the time. A device's clock that is further off than this is not to be trusted.
CLOCK_AHEAD = "INTERVAL 1 DAY"
# Imports bring what is years old. Nobody streamed or rated before this.
EARLIEST_IMPORT = "TIMESTAMP'1995-01-01 00:00:00Z'"
# Python, and many a reader of the tables, knows no other years.
_FIRST_YEAR, _LAST_YEAR = 1, 9999


def find_faults(parsed: DataFrame, record: RawRecord) -> DataFrame:
    """Adds `fault` (reason, field, message) to what `read_json` made: the first fault of the line, or null.

    Every field gives one letter; a line whose letters all say "fine" is done. Only for the others is the sentence
    looked up, in one constant array. Written out as one condition a field and fault, the same rules are a thousand
    expressions, on which Spark spends more time than on the rows.
    """
    return (
        parsed.withColumn("_verdict", _verdict(record))
        .withColumn(FAULT, F.coalesce(_line_fault(), _field_fault(record)))
        .drop("_verdict")
    )


@cache
def _verdict(record: RawRecord) -> Column:
    """One letter an object and a field. Kept: telling Spark of it takes a second, some thousand calls into the JVM."""
    event_type = text_of("event_type") if "event_type" in record.top_level_names else F.lit(None).cast("string")
    return F.concat(
        *map(_object_letter, record.objects),
        *(_field_letter(field, record, event_type) for field in record.fields),
    )


@cache
def _field_fault(record: RawRecord) -> Column:
    """The sentence of the first letter in `_verdict` that is not fine; null where all are."""
    sentences = F.array(*map(_object_sentences, record.objects), *map(_field_sentences, record.fields))
    verdict = F.col("_verdict")
    first_bad = F.length(F.regexp_extract(verdict, f"^{_FINE}*", 0))
    letters = len(record.objects) + len(record.fields)
    return F.when(
        verdict != _FINE * letters,
        F.element_at(F.get(sentences, first_bad), F.substring(verdict, first_bad + 1, F.lit(1))),
    )


def fault(reason: str, field: str | None, message: str) -> Column:
    return F.struct(
        F.lit(reason).alias("reason"), F.lit(field).cast("string").alias("field"), F.lit(message).alias("message")
    )


def _line_fault() -> Column:
    return (
        F.when(F.col("line").isNull(), fault("too_long", None, "The line is longer than intake keeps."))
        .when(F.col("text").isNull(), fault("not_utf8", None, "The line is not valid UTF-8."))
        .when(F.col("text").rlike(r"^\s*\z"), fault("empty_line", None, "The line is empty."))
        .when(F.col("json").isNull(), fault("not_json", None, "The line is not one valid JSON value."))
        .when(~F.col("is_object"), fault("not_an_object", None, "The line is JSON, but not one object."))
    )


def _object_letter(name: str) -> Column:
    found = json_type(name)
    return F.when(found.isNull() | found.startswith("OBJECT"), _FINE).otherwise(_WRONG_TYPE)


def _field_letter(field: RawField, record: RawRecord, event_type: Column) -> Column:
    text, value = text_of(field.path), typed(field)
    if_absent = F.lit(_MISSING if field.required else _FINE)
    if field.required_for:
        if_absent = F.when(event_type.isin(*sorted(field.required_for)), _MISSING).otherwise(_FINE)
    is_right_type = value.isNotNull()
    if field.kind is Kind.TIMESTAMP:
        is_right_type &= text.rlike(_RFC3339)
    if field.kind is Kind.DATE:
        is_right_type &= text.rlike(_DATE)
    found, a_cell = json_type(field.path), _JSON_TYPES[Kind.STRING] if record.is_text_typed else ()
    is_right_type &= reduce(Column.__or__, (found.startswith(name) for name in (*_JSON_TYPES[field.kind], *a_cell)))
    letter = F.when(text.isNull(), if_absent).when(~is_right_type, _WRONG_TYPE)
    if (is_possible := _is_possible(field, text, value)) is not None:
        letter = letter.when(~is_possible, _IMPOSSIBLE)
    return letter.otherwise(_FINE)


def _is_possible(field: RawField, text: Column, value: Column) -> Column | None:
    conditions = []
    if field.is_label:
        conditions.append(F.length(text).between(1, LONGEST_LABEL))
        conditions.append(~(F.col("has_escapes") & text.rlike(r"\p{Cntrl}")))
    if field.pattern:
        conditions.append(text.rlike(field.pattern))
    if field.allowed:
        conditions.append(text.isin(*field.allowed))
    if field.minimum is not None:
        conditions.append(value >= field.minimum)
    if field.maximum is not None:
        conditions.append(value <= field.maximum)
    if field.kind in (Kind.TIMESTAMP, Kind.DATE):
        conditions.append(F.year(value).between(_FIRST_YEAR, _LAST_YEAR))
    if field.not_before:
        # Where the other one is missing or no time, that is the fault.
        conditions.append(F.coalesce(value >= text_of(field.not_before).try_cast("timestamp"), F.lit(True)))
    if field.is_past:
        conditions.append(value.between(F.expr(EARLIEST_IMPORT), F.col("received_at") + F.expr(CLOCK_AHEAD)))
    return reduce(Column.__and__, conditions) if conditions else None


def _object_sentences(name: str) -> Column:
    return F.create_map(F.lit(_WRONG_TYPE), fault("wrong_type", name, f"{name} is not an object."))


def _field_sentences(field: RawField) -> Column:
    return F.create_map(
        F.lit(_MISSING),
        fault("missing_field", field.path, f"{field.path} is missing."),
        F.lit(_WRONG_TYPE),
        fault("wrong_type", field.path, f"{field.path} is not {_A_KIND[field.kind]}."),
        F.lit(_IMPOSSIBLE),
        fault("impossible_value", field.path, f"{field.path} has a value that cannot be: {_limits(field)}."),
    )


def typed(field: RawField) -> Column:
    """The field's value in its type; null where it is absent or cannot be read."""
    value = text_of(field.path)
    match field.kind:
        case Kind.STRING:
            return value
        case Kind.TIMESTAMP:
            return value.try_cast("timestamp")
        case Kind.DATE:
            return value.try_cast("date")
        case Kind.BOOLEAN:
            return value.try_cast("boolean")
        case Kind.INTEGER:
            return value.try_cast("bigint")
        case Kind.NUMBER:
            number = value.try_cast("double")
            return F.when(~number.isin(*_INFINITIES) & ~F.isnan(number), number)
        case Kind.LIST:
            found = F.from_json(value, "array<string>")
            as_json = F.when(~F.exists(found, lambda item: item.isNull()), found)
            as_cell = F.when(value != "", F.split(value, r"\|"))
            return F.when(value.startswith("["), as_json).otherwise(as_cell)


def _limits(field: RawField) -> str:
    if field.allowed:
        return "it is none of the listed words"
    if field.pattern or field.is_label:
        return "it is empty, too long or has characters that do not belong"
    if field.not_before:
        return f"it is before {field.not_before}"
    if field.is_past:
        return "it is before 1995 or after receipt"
    if field.kind in (Kind.TIMESTAMP, Kind.DATE):
        return "it is before the year 1 or after 9999"
    if field.minimum is not None and field.maximum is not None:
        return f"it is outside {field.minimum:,} to {field.maximum:,}"
    return f"it is below {field.minimum:g}" if field.minimum is not None else ""
