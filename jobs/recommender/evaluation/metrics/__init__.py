"""How good lists are: one measure a file, each of one viewer's list. They read what `judged.Judged` says of it."""

from jobs.contracts.gold import LIST_LENGTH as LIST_LENGTH
