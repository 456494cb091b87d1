"""Whose a consent is that names a profile and no account."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def consents_of_profiles(consents: DataFrame, seen: DataFrame) -> DataFrame:
    """The consents under the `profile_key` of who gave them.

    One without an account is under the pseudonym of the profile's id alone. `seen` (`silver.seen_profiles`) knows which
    profiles have that id: a consent counts where it is one alone, a withdrawal for all of them. A withdrawal that names
    its account is also of the id alone, under which rows are that came before profiles had their account.
    """
    of_id = seen.groupBy("profile_id_key").agg(F.collect_set("profile_key").alias("_profiles"))
    is_only_one = F.size("_profiles") == 1
    is_told = F.col("_profiles").isNull()
    whose = (
        F.when(is_told, F.array("profile_key"))
        # Rows of before profiles had their account in their pseudonym are under that of the id.
        .when(is_only_one | F.col("withdrawn_at").isNotNull(), F.array_union(F.array("profile_key"), "_profiles"))
        .otherwise(F.array("profile_key"))
    )
    ids = seen.groupBy(F.col("profile_key").alias("_named")).agg(F.first("profile_id_key").alias("_id_alone"))
    of_id_alone = F.when(F.col("withdrawn_at").isNotNull() & F.col("_id_alone").isNotNull(), F.array("_id_alone"))
    return (
        consents.join(of_id, on=F.col("profile_key") == F.col("profile_id_key"), how="left")
        .join(ids, on=F.col("profile_key") == F.col("_named"), how="left")
        .withColumn(
            "profile_key", F.explode(F.array_union(whose, F.coalesce(of_id_alone, F.array().cast("array<string>"))))
        )
        .select(*consents.columns)
    )
