"""What a person may be told without a traceback: what happened, to what, and what to do next."""


class PlayheadError(Exception):
    """A fault that the message explains; `exit_code` is what the command line ends with."""

    exit_code = 1


class WrongUsageError(PlayheadError):
    """The command was asked for something that does not exist or cannot be."""

    exit_code = 2


class GateFailedError(PlayheadError):
    """Candidate rows broke an expectation; nothing of them was written."""

    exit_code = 3


class NotJudgedError(PlayheadError):
    """Candidate rows could not be judged, which is not their fault; nothing of them was written."""
