"""The report: one page from the published tables alone."""
