"""Airflow, MLflow, report and Data Docs on one machine and for it alone: `make up`."""
