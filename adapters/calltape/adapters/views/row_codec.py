"""Rows of views as JSON text and back."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

import msgspec

from calltape.core.errors import BadInput
from calltape.projections import Projection

R = TypeVar("R")


class RowCodec(Generic[R]):
    """Writes and reads the rows of one projection. Mappings keep their order."""

    def __init__(self, projection: Projection[R]) -> None:
        self._name = projection.name
        self._encode = msgspec.json.Encoder().encode
        self._decode: Callable[[str], R] = msgspec.json.Decoder(projection.row_type).decode

    def text(self, row: R) -> str:
        """The row as JSON."""
        return self._encode(row).decode()

    def row(self, text: str) -> R:
        """The row that `text` holds.

        Raises:
            BadInput: it is not such a row.
        """
        try:
            return self._decode(text)
        except msgspec.MsgspecError as error:
            raise BadInput(
                f"a stored row of the view {self._name} cannot be read: {error}; rebuild the view"
            ) from error

    def pairs(self, stored: Iterable[tuple[str, str]]) -> Iterator[tuple[str, R]]:
        """Keys and rows of stored pairs."""
        return ((key, self.row(text)) for key, text in stored)
