"""How good lists are: one measure a file, each of one viewer's list.

They read two columns: `hits`, the ranks of the list at which a title stands that the viewer went on to like, ascending
from 1, and `wanted`, how many titles the viewer went on to like.
"""

from jobs.contracts.gold import LIST_LENGTH as LIST_LENGTH
