"""`python -m infra.mlflow.experiments`: readies MLflow's database in the home before its server starts.

Makes the recommender's experiment, so that its page is there before the first training, and puts right where artifacts
are where the home was moved or copied.
"""

import sys

from jobs.config import Settings
from jobs.errors import PlayheadError
from jobs.recommender.learning.recipe import EXPERIMENT
from jobs.storage import tracking

if __name__ == "__main__":
    try:
        tracking.connect(Settings(mlflow_tracking_uri=None), EXPERIMENT)
    except PlayheadError as error:
        sys.exit(str(error))
