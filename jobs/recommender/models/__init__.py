"""Recommenders, one a file: `fit_…(preferences)` learns what is to be known of titles, and the model recommends.

`preferences` has a row an account and title that was liked there, see `jobs.recommender.learning.learnable`:
`profile_key`, `account_key`, `title_id`, `strength` > 0, `country` and `liked_on`, the last date. `viewers` has a row a
viewer to recommend to: `profile_key`, `country`, `liked_titles` with their `liked_strengths`, and `seen_titles`, which
are not recommended.

No model holds anything of a viewer, nor what fewer than ten accounts liked: no title, and no pair of titles. Who is new
since it was fitted gets lists from what they liked meanwhile, and who is forgotten is in no model.
"""

from typing import Protocol, TypeAlias

import pyarrow as pa
from pyspark.sql import DataFrame

# In Spark, or in the driver.
Rows: TypeAlias = DataFrame | pa.Table
RECOMMENDED = "profile_key string, title_id string, score double, rank int"


class Recommender(Protocol):
    """A fitted model."""

    def recommend(self, viewers: Rows, count: int) -> Rows:
        """The best `count` titles of each viewer that the model knows anything for, as `RECOMMENDED`; none seen.

        Equal scores go by title: lists repeat. The lists are where the viewers are.
        """
        ...
