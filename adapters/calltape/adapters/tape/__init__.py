"""Tapes as files: JSON Lines that people can read, stores can be, and calls can travel in
(docs/reference/tape.md).
"""

from calltape.adapters.tape.log import TapeLog as TapeLog
from calltape.adapters.tape.transport import Imported as Imported
from calltape.adapters.tape.transport import call_streams as call_streams
from calltape.adapters.tape.transport import export_tape as export_tape
from calltape.adapters.tape.transport import import_tape as import_tape
from calltape.adapters.tape.transport import read_call as read_call
from calltape.adapters.tape.transport import write_tape as write_tape
