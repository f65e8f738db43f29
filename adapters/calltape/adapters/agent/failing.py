"""What was asked for and did not happen."""

from calltape.core import CalltapeError


class OperationFailed(CalltapeError):
    """Something that was asked for did not happen.

    Its arguments are the operation and what is known of the cause.
    """

    def __str__(self) -> str:
        return f"{self.args[0]} failed: {self.args[1]}"
