"""The ways to a printer: python-escpos, with the limits it does not set. A job waits 2 s at most.

Each port is opened for one slip and closed after it: a forgotten port-9100 socket blocks the next job.
"""

import os
import select
import socket
import stat
import time
from pathlib import Path
from typing import Any, Protocol

import usb.util
from escpos.printer import Network, Serial, Usb

LIMIT_SECONDS = 2.0
SILENCE_SECONDS = 0.5
CHUNK = 4096


class Port(Protocol):
    """One way to a printer. Each may raise OSError, or what its library raises."""

    answers: bool

    def open(self) -> None: ...
    def close(self) -> None: ...
    def _raw(self, msg: bytes) -> None: ...
    def _read(self) -> bytes: ...


class NetworkPort(Network):  # type: ignore[misc]
    """TCP, usually port 9100, over IPv4 or IPv6."""

    answers = True

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, timeout=LIMIT_SECONDS)

    def open(self, raise_not_found: bool = True) -> None:  # noqa: ARG002 (the library's signature)
        self.device = socket.create_connection((self.host, self.port), LIMIT_SECONDS)

    def _read(self) -> bytes:
        self.device.settimeout(SILENCE_SECONDS)
        try:
            return bytes(self.device.recv(16))
        finally:
            self.device.settimeout(LIMIT_SECONDS)


class SerialPort(Serial):  # type: ignore[misc]
    """A serial line. Writing is limited, and closing does not wait for a printer that has stopped."""

    answers = True
    _device: Any

    def __init__(self, device: str, baud: int) -> None:
        super().__init__(device, baud, timeout=SILENCE_SECONDS)

    def open(self, raise_not_found: bool = True) -> None:
        super().open(raise_not_found)
        self.device.write_timeout = LIMIT_SECONDS

    def _read(self) -> bytes:
        return bytes(self.device.read(1))

    def close(self) -> None:
        line, self._device = self._device, False
        if line:
            line.close()


class UsbPort(Usb):  # type: ignore[misc]
    """A USB printer, found by its two codes; its endpoints are asked for, they differ from model to model."""

    answers = True

    def __init__(self, vendor: int, product: int) -> None:
        super().__init__(vendor, product, timeout=int(LIMIT_SECONDS * 1000))

    def open(self, raise_not_found: bool = True) -> None:
        super().open(raise_not_found)
        for endpoint in self.device.get_active_configuration()[(0, 0)]:
            address = endpoint.bEndpointAddress
            if usb.util.endpoint_direction(address) == usb.util.ENDPOINT_IN:
                self.in_ep = address
            else:
                self.out_ep = address

    def _read(self) -> bytes:
        return bytes(self.device.read(self.in_ep, 16, int(SILENCE_SECONDS * 1000)))


class FilePort:
    """A device node (``/dev/usb/lp0``), or an ordinary file that gathers the slips.

    It writes without blocking: a node whose printer has stopped would hold the kiosk for ever. It is not
    asked anything: what such a node answers differs from one driver to the next.
    """

    answers = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def open(self) -> None:
        way = os.O_WRONLY if _is_device(self._path) else os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._handle = os.open(self._path, way | os.O_NONBLOCK | os.O_NOCTTY, 0o640)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _raw(self, msg: bytes) -> None:
        end = time.monotonic() + LIMIT_SECONDS
        while msg:
            left = max(0.0, end - time.monotonic())
            if self._handle is None or not select.select([], [self._handle], [], left)[1]:
                raise TimeoutError("the printer takes nothing more")
            msg = msg[os.write(self._handle, msg[:CHUNK]) :]

    def _read(self) -> bytes:
        return b""


def _is_device(path: Path) -> bool:
    return path.exists() and not stat.S_ISREG(path.stat().st_mode)
