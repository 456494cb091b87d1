"""What stands in the place of lines that intake keeps nothing of."""

# Intake writes them and silver knows them again; neither may import the other.
WITHHELD_REACTION = b'{"event_type": "reaction_sampled"}'
# Nobody can have consented to a heart rate or a face in an event that is no reaction.
WITHHELD_MEASUREMENT = b'{"event_type": "reaction_in_another_event"}'
