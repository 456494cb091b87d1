"""The headings under which `playhead --help` lists the commands, in the order in which one uses them."""

START = "First steps"
BRING_IN = "Bringing data in"
BUILD = "Building the lake"
MODELS = "Models and what they are for"
LOOK = "Looking into the lake"
RELEASE = "What may leave"
KEYS = "Keeping it"
