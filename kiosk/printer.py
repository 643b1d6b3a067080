"""Sending a slip to the printer: open, ask, send, ask again, and always close.

The printer is asked before anything is sent, so that no job waits inside it for the paper to come back.
A printer that says nothing is ``unknown``: silence is not "fine". Nothing proves that paper came out.
Status bits: Epson, *ESC/POS Command Reference*, DLE EOT n.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from escpos.exceptions import Error as EscposError
from usb.core import NoBackendError, USBTimeoutError

from contract.messages import Condition
from kiosk.ports import FilePort, NetworkPort, Port, SerialPort, UsbPort
from kiosk.settings import KioskSettings

ASK_OFFLINE_CAUSE = b"\x10\x04\x02"
ASK_PAPER = b"\x10\x04\x04"
COVER_OPEN, PAPER_ENDED, IN_FAULT = 0x04, 0x20, 0x40
PAPER_OUT, PAPER_LOW = 0x60, 0x0C
FIXED_BITS, FIXED_VALUE = 0x93, 0x12
CANNOT_PRINT = frozenset({Condition.PAPER_OUT, Condition.COVER_OPEN, Condition.FAULT})
BROKEN = (EscposError, OSError, NoBackendError)  # USB and serial errors are OSErrors


class Outcome(StrEnum):
    """What became of a slip: ``none`` where the kiosk has no printer."""

    PRINTED = "printed"
    FAILED = "failed"
    NONE = "none"


@dataclass(frozen=True)
class Printed:
    """The outcome of one slip, and how the printer was last seen."""

    outcome: Outcome
    condition: Condition


class Printer:
    """One printer; ``port`` makes a fresh way to it for each slip, None where there is no printer."""

    def __init__(self, port: Callable[[], Port] | None) -> None:
        self._port = port
        self.condition = Condition.UNKNOWN if port else Condition.NONE

    def print(self, slip: bytes) -> Printed:
        """Send one job. A fault of the printer is an outcome, never an exception."""
        if self._port is None:
            return Printed(Outcome.NONE, Condition.NONE)
        try:
            printed = _print(self._port(), slip)
        except BROKEN:
            printed = Printed(Outcome.FAILED, Condition.OFFLINE)
        self.condition = printed.condition
        return printed


def printer_of(settings: KioskSettings) -> Printer:
    """Return the printer that the settings choose; nothing is opened yet."""
    ways: dict[str, Callable[[], Port]] = {
        "usb": lambda: UsbPort(
            int(str(settings.printer_usb_vendor), 16), int(str(settings.printer_usb_product), 16)
        ),
        "network": lambda: NetworkPort(str(settings.printer_host), settings.printer_port),
        "serial": lambda: SerialPort(str(settings.printer_device), settings.printer_baud),
        "file": lambda: FilePort(settings.printer_file or settings.kiosk_data / "slips.bin"),
    }
    return Printer(ways.get(settings.printer))


def _print(port: Port, slip: bytes) -> Printed:
    port.open()
    try:
        before = _ask(port)
        if before in CANNOT_PRINT:
            return Printed(Outcome.FAILED, before)
        port._raw(slip)
        after = _ask(port)
    finally:
        port.close()
    return Printed(Outcome.FAILED if after in CANNOT_PRINT else Outcome.PRINTED, after)


def _ask(port: Port) -> Condition:
    """Ask for the paper, then for what else would stop the printer."""
    paper = _answer(port, ASK_PAPER) if port.answers else None
    if paper is None:
        return Condition.UNKNOWN
    cause = _answer(port, ASK_OFFLINE_CAUSE) or 0
    if cause & COVER_OPEN:
        return Condition.COVER_OPEN
    if paper & PAPER_OUT or cause & PAPER_ENDED:
        return Condition.PAPER_OUT
    if cause & IN_FAULT:
        return Condition.FAULT
    return Condition.PAPER_LOW if paper & PAPER_LOW else Condition.READY


def _answer(port: Port, question: bytes) -> int | None:
    """Return the status byte, or None for silence and for what is no status."""
    port._raw(question)
    try:
        answer = port._read()
    except (TimeoutError, USBTimeoutError):
        return None
    return answer[-1] if answer and answer[-1] & FIXED_BITS == FIXED_VALUE else None
