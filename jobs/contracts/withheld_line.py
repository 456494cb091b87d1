"""What stands in the place of a reaction where they are switched off."""

# Intake writes it and silver knows it again; neither may import the other.
WITHHELD_REACTION = b'{"event_type": "reaction_sampled"}'
