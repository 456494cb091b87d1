"""Airflow, MLflow and the Data Docs on one machine, on loopback only: `python -m infra.local_stack`, or `make up`."""
