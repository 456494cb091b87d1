"""Pages that follow from contracts and DAG files. `make docs` writes them; a test fails when they are stale."""
