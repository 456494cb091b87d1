"""Where everything is kept: Delta tables, and models in MLflow."""

import os

# MLflow reads this while it is imported, and would from then on report about itself over the network.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
