"""Raw lines read as JSON, strictly: what Spark would quietly repair or drop is found out here."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.tables.raw_record import RawRecord

# A line is wrapped before it is parsed, so that text behind the object breaks the wrapping and is noticed.
# `[…]` alone is fooled by `{…}] …`; such a line must also survive `{"x":…}`, and nothing survives both.
_CLOSES_WRAPPING = r"\}\s*\]"


def read_json(lines: DataFrame, record: RawRecord) -> DataFrame:
    """Adds what each line says: `json`, `field`, `extras`; they are null where it is not one object.

    `json` is a variant: the line inside an array. `field` holds every value as text, nested objects as maps.
    `extras` is JSON text of the fields that the record does not know, null when there are none.
    `line_hash` is what the line adds to its file's sum. `has_escapes`: only such a line can hold a control character,
    since JSON allows none as it is.
    """
    text = F.when(F.is_valid_utf8(F.col("line").cast("string")), F.col("line").cast("string"))
    is_object = F.schema_of_variant(F.expr("try_variant_get(json, '$[0]', 'variant')")).startswith("OBJECT")
    is_single = F.expr("try_variant_get(json, '$[1]', 'variant')").isNull()
    return (
        lines.withColumn("line_hash", line_hash())
        .withColumn("text", text)
        .withColumn("has_escapes", F.contains("text", F.lit("\\")))
        .withColumn("json", _parse_alone(F.col("text")))
        .withColumn("is_object", F.coalesce(is_object & is_single, F.lit(False)))
        .withColumn("field", F.when(F.col("is_object"), F.from_json("text", _all_text_schema(record))))
        .withColumn("extras", _unknown_fields(record))
    )


def line_hash() -> Column:
    """What a line adds to the sum over its file: its bytes at their place. The order of adding does not matter."""
    return F.xxhash64("line_number", "line")


def json_type(path: str) -> Column:
    """The JSON type of a field of `json` in Spark's words (`STRING`, `DECIMAL(3,1)`, `ARRAY<…>`); null where absent."""
    return F.nullif(F.schema_of_variant(F.expr(f"try_variant_get(json, '$[0].{path}', 'variant')")), F.lit("VOID"))


def text_of(path: str) -> Column:
    """The value of a field as text; null where it is absent."""
    parent, _, name = path.rpartition(".")
    return F.col(f"field.{parent}").getItem(name) if parent else F.col(f"field.{name}")


def _parse_alone(text: Column) -> Column:
    in_array = F.try_parse_json(F.concat(F.lit("["), text, F.lit("]")))
    in_object = F.try_parse_json(F.concat(F.lit('{"x":'), text, F.lit("}")))
    return F.when(~text.rlike(_CLOSES_WRAPPING) | in_object.isNotNull(), in_array)


def _all_text_schema(record: RawRecord) -> str:
    """Every value as text, so that a failing cast can be told from an absent field."""
    return ", ".join(
        f"{name} map<string,string>" if name in record.objects else f"{name} string" for name in record.top_level_names
    )


def _unknown_fields(record: RawRecord) -> Column:
    """`{"colour": "red", "device.model": "X"}` for fields that the record does not name.

    An outer name that has a dot itself gets one in front: `.device.model` is no field of `device`. A map with the same
    key twice would end the job.
    """
    known = F.array(*(F.lit(name) for name in record.top_level_names))
    unknown = F.array_except(F.json_object_keys("text"), known)
    everything = F.from_json("text", "map<string,string>")
    # Looked up among the known ones, which are few: a line may hold a hundred thousand unknown ones.
    outer = F.map_filter(everything, lambda name, _: ~F.array_contains(known, name))
    top_level = F.when(F.size(unknown) > 0, F.transform_keys(outer, lambda name, _: _outer_name(name)))
    parts = [top_level, *(_unknown_nested_fields(record, parent) for parent in record.objects)]
    present = F.filter(F.array(*parts), lambda part: F.size(part) > 0)
    return F.when(
        F.col("is_object") & (F.size(present) > 0),
        F.to_json(
            F.aggregate(
                present, F.expr("cast(map() as map<string,string>)"), lambda found, part: F.map_concat(found, part)
            )
        ),
    )


def _outer_name(name: Column) -> Column:
    return F.when(name.contains("."), F.concat(F.lit("."), name)).otherwise(name)


def _unknown_nested_fields(record: RawRecord, parent: str) -> Column:
    known = F.array(*(F.lit(name) for name in record.names_in(parent)))
    nested = F.col(f"field.{parent}")
    unknown = F.map_filter(nested, lambda name, _: ~F.array_contains(known, name))
    return F.transform_keys(unknown, lambda name, _: F.concat(F.lit(f"{parent}."), name))
