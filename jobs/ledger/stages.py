"""How far a file can get, and the words of the ledger for it."""

# In order. A stage takes what finished the one before.
STAGES = ("landed", "bronze", "silver", "published")
# The stage of a file that intake itself refused: it never landed.
INTAKE = "intake"
# Not a stage that every file goes through: refused lines of files that are in silver, tried again.
REPLAY = "replay"
# What a file waits for that was stopped, and one that went through all stages.
BLOCKED = "blocked"
DONE = "done"
