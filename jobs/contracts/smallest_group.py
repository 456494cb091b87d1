"""How many people stand behind what is told of a group."""

# What fewer people than this did is told together with what others did, or not at all.
SMALLEST_GROUP = 10
# What it is told as. Nothing else may be called so.
TOGETHER = "OTHER"
