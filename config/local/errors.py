class LaunchError(Exception):
    """Something the person at the terminal can act on: printed as one sentence, without a traceback."""


class AlreadyRunningError(LaunchError):
    """Another launcher owns the data folder."""
