"""What is wrong with a line, as a code, the field at fault, and a sentence; never its content."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.silver.json_lines import json_type, text_of
from jobs.tables.raw_record import Kind, RawField, RawRecord

FAULT = "fault"
FAULT_SCHEMA = "struct<reason:string,field:string,message:string>"

_JSON_TYPES = {
    Kind.STRING: r"^STRING$",
    Kind.TIMESTAMP: r"^STRING$",
    Kind.DATE: r"^STRING$",
    Kind.BOOLEAN: r"^BOOLEAN$",
    Kind.INTEGER: r"^BIGINT$",
    Kind.NUMBER: r"^(BIGINT|DOUBLE|DECIMAL.*)$",
    Kind.LIST: r"^ARRAY.*$",
}
# A JSON number too large for a double becomes infinite; a Decimal reads `1e400` as it is written.
_FINITE = (float("-inf"), float("inf"))
_RFC3339 = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$"


def find_faults(parsed: DataFrame, record: RawRecord) -> DataFrame:
    """Adds `fault` (reason, field, message) to what `read_json` made: the first fault of the line, or null."""
    return parsed.withColumn(
        FAULT,
        F.coalesce(
            _line_fault(),
            *(_object_fault(name) for name in record.objects),
            *(_field_fault(field, record) for field in record.fields),
        ),
    )


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


def _object_fault(name: str) -> Column:
    found = json_type(name)
    return F.when(
        found.isNotNull() & ~found.startswith("OBJECT"), fault("wrong_type", name, f"{name} is not an object.")
    )


def _field_fault(field: RawField, record: RawRecord) -> Column:
    value = text_of(field.path)
    is_missing = value.isNull()
    if not field.required:
        is_missing &= text_of("event_type").isin(*sorted(field.required_for)) if field.required_for else F.lit(False)
    checks = F.when(is_missing, fault("missing_field", field.path, f"{field.path} is missing."))
    checks = checks.when(
        value.isNotNull() & _has_wrong_type(field, record),
        fault("wrong_type", field.path, f"{field.path} is not {_a(field.kind)}."),
    )
    if (is_impossible := _is_impossible(field)) is not None:
        checks = checks.when(
            is_impossible,
            fault("impossible_value", field.path, f"{field.path} has a value that cannot be: {_limits(field)}."),
        )
    return checks


def _has_wrong_type(field: RawField, record: RawRecord) -> Column:
    value = text_of(field.path)
    right_json_type = json_type(field.path).rlike(_JSON_TYPES[field.kind])
    is_readable = typed(field).isNotNull()
    if field.kind is Kind.TIMESTAMP:
        is_readable &= value.rlike(_RFC3339)
    if record.is_text_typed:
        return ~is_readable
    return ~(right_json_type & is_readable)


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


def _is_impossible(field: RawField) -> Column | None:
    conditions = []
    if field.pattern:
        conditions.append(~text_of(field.path).rlike(field.pattern))
    if field.allowed:
        conditions.append(~text_of(field.path).isin(*field.allowed))
    if field.minimum is not None:
        conditions.append(typed(field) < field.minimum)
    if field.maximum is not None:
        conditions.append(typed(field) > field.maximum)
    if not conditions:
        return None
    first, *others = conditions
    for other in others:
        first |= other
    return first


def _limits(field: RawField) -> str:
    if field.allowed:
        return "it is none of the listed words"
    if field.pattern:
        return "it is empty, too long or has characters that do not belong"
    return f"it is outside {field.minimum:g} to {'any' if field.maximum is None else f'{field.maximum:g}'}"


def _a(kind: Kind) -> str:
    names = {
        Kind.STRING: "a string",
        Kind.TIMESTAMP: "a timestamp in RFC 3339",
        Kind.DATE: "a date (YYYY-MM-DD)",
        Kind.BOOLEAN: "true or false",
        Kind.INTEGER: "a whole number",
        Kind.NUMBER: "a number",
        Kind.LIST: "a list",
    }
    return names[kind]
