"""What is wrong with a line, as a code, the field at fault, and a sentence; never its content."""

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.silver.json_lines import json_type, text_of
from jobs.tables.raw_record import Kind, RawField, RawRecord

FAULT = "fault"
FAULT_SCHEMA = "struct<reason:string,field:string,message:string>"

# The JSON types of each kind, in the words of `json_type`.
_JSON_TYPES = {
    Kind.STRING: ("STRING",),
    Kind.TIMESTAMP: ("STRING",),
    Kind.DATE: ("STRING",),
    Kind.BOOLEAN: ("BOOLEAN",),
    Kind.INTEGER: ("BIGINT",),
    Kind.NUMBER: ("BIGINT", "DOUBLE", "DECIMAL"),
    Kind.LIST: ("ARRAY",),
}
_A_KIND = {
    Kind.STRING: "a string",
    Kind.TIMESTAMP: "a timestamp in RFC 3339",
    Kind.DATE: "a date (YYYY-MM-DD)",
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.LIST: "a list",
}
# A JSON number too large for a double becomes infinite; a Decimal reads `1e400` as it is written.
_FINITE = (float("-inf"), float("inf"))
_RFC3339 = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$"


def find_faults(parsed: DataFrame, record: RawRecord) -> DataFrame:
    """Adds `fault` (reason, field, message) to what `read_json` made: the first fault of the line, or null.

    The rules are one constant array, held against one array of what the line says. Written out as a condition a rule
    and field, the same checks are a thousand expressions, on which Spark spends more than on the rows.
    """
    event_type = text_of("event_type") if "event_type" in record.top_level_names else F.lit(None).cast("string")
    rules = F.array(*map(_object_rule, record.objects), *(_field_rule(field, record) for field in record.fields))
    cells = F.array(*map(_object_cell, record.objects), *map(_field_cell, record.fields))
    judged = F.zip_with(rules, cells, lambda rule, cell: _broken_rule(rule, cell, event_type))
    broken = F.filter(judged, lambda found: found.isNotNull())
    return parsed.withColumn(FAULT, F.coalesce(_line_fault(), F.get(broken, F.lit(0))))


def fault(reason: str, field: str | None, message: str) -> Column:
    return F.struct(
        F.lit(reason).alias("reason"), F.lit(field).cast("string").alias("field"), F.lit(message).alias("message")
    )


def _line_fault() -> Column:
    return (
        F.when(F.col("line").isNull(), fault("too_long", None, "The line is longer than intake keeps."))
        .when(F.col("text").isNull(), fault("not_utf8", None, "The line is not valid UTF-8."))
        .when(F.trim("text") == "", fault("empty_line", None, "The line is empty."))
        .when(F.col("json").isNull(), fault("not_json", None, "The line is not one valid JSON value."))
        .when(~F.col("is_object"), fault("not_an_object", None, "The line is JSON, but not one object."))
    )


def _rule(
    path: str,
    json_types: tuple[str, ...],
    kind: str,
    limits: str = "",
    required: bool = False,
    required_for: Iterable[str] = (),
) -> Column:
    """What is asked of a field, and the sentence for each way to break it."""
    return F.struct(
        F.lit(path).alias("path"),
        _texts(json_types).alias("json_types"),
        F.lit(required).alias("required"),
        _texts(required_for).alias("required_for"),
        F.lit(f"{path} is missing.").alias("if_missing"),
        F.lit(f"{path} is not {kind}.").alias("if_wrong_type"),
        F.lit(f"{path} has a value that cannot be: {limits}.").alias("if_impossible"),
    )


def _object_rule(name: str) -> Column:
    return _rule(name, ("OBJECT",), "an object")


def _field_rule(field: RawField, record: RawRecord) -> Column:
    return _rule(
        field.path,
        () if record.is_text_typed else _JSON_TYPES[field.kind],
        _A_KIND[field.kind],
        _limits(field),
        field.required,
        field.required_for,
    )


def _cell(text: Column, json_type: Column, is_readable: Column, is_possible: Column) -> Column:
    """What a line says in one field."""
    return F.struct(
        text.isNotNull().alias("is_there"),
        F.coalesce(json_type, F.lit("")).alias("json_type"),
        F.coalesce(is_readable, F.lit(False)).alias("is_readable"),
        F.coalesce(is_possible, F.lit(False)).alias("is_possible"),
    )


def _object_cell(name: str) -> Column:
    found = json_type(name)
    return _cell(found, found, F.lit(True), F.lit(True))


def _field_cell(field: RawField) -> Column:
    text, value = text_of(field.path), typed(field)
    is_readable = value.isNotNull()
    if field.kind is Kind.TIMESTAMP:
        is_readable &= text.rlike(_RFC3339)
    is_possible = F.lit(True)
    if field.pattern:
        is_possible &= text.rlike(field.pattern)
    if field.allowed:
        is_possible &= text.isin(*field.allowed)
    if field.minimum is not None:
        is_possible &= value >= field.minimum
    if field.maximum is not None:
        is_possible &= value <= field.maximum
    return _cell(text, json_type(field.path), is_readable, is_possible)


def _broken_rule(rule: Column, cell: Column, event_type: Column) -> Column:
    """The rule's fault where the cell breaks it, else null."""
    is_required = rule["required"] | F.coalesce(F.array_contains(rule["required_for"], event_type), F.lit(False))
    is_right_json_type = (F.size(rule["json_types"]) == 0) | F.array_contains(rule["json_types"], cell["json_type"])
    return (
        F.when(~cell["is_there"], F.when(is_required, _found("missing_field", rule["path"], rule["if_missing"])))
        .when(
            ~(is_right_json_type & cell["is_readable"]),
            _found("wrong_type", rule["path"], rule["if_wrong_type"]),
        )
        .when(~cell["is_possible"], _found("impossible_value", rule["path"], rule["if_impossible"]))
    )


def _found(reason: str, path: Column, message: Column) -> Column:
    return F.struct(F.lit(reason).alias("reason"), path.alias("field"), message.alias("message"))


def _texts(words: Iterable[str]) -> Column:
    return F.array(*map(F.lit, sorted(words))).cast("array<string>")


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
            return F.when(~number.isin(*_FINITE) & ~F.isnan(number), number)
        case Kind.LIST:
            as_json = F.from_json(value, "array<string>")
            as_cell = F.when(value != "", F.split(value, r"\|"))
            return F.when(value.startswith("["), as_json).otherwise(as_cell)


def _limits(field: RawField) -> str:
    if field.allowed:
        return "it is none of the listed words"
    if field.pattern:
        return "it is empty, too long or has characters that do not belong"
    if field.minimum is not None and field.maximum is not None:
        return f"it is outside {field.minimum:g} to {field.maximum:g}"
    return f"it is below {field.minimum:g}" if field.minimum is not None else ""
