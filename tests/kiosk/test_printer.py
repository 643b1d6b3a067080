"""Each way to a printer: what is sent, what is believed, and that it is always closed."""

import os
import pty
import socket
import struct
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import usb.core

from contract.messages import Condition
from kiosk.ports import FilePort, UsbPort
from kiosk.printer import Outcome, Printed, Printer, printer_of
from tests.kiosk.cast import settings

JOB = b"\x1b@Bonjour\n\x1dVB\x00"
QUESTION = b"\x10\x04"
PAPER, CAUSE = 4, 2
ALL_WELL = {PAPER: 0x12, CAUSE: 0x12}
Serve = Callable[[socket.socket, bytearray], None]


def answering(bits: dict[int, int]) -> Serve:
    """A printer that answers each status question at once."""

    def serve(link: socket.socket, received: bytearray) -> None:
        while data := link.recv(4096):
            received += data
            if data[:2] == QUESTION:
                link.sendall(bytes([bits[data[2]]]))

    return serve


def silent(link: socket.socket, received: bytearray) -> None:
    while data := link.recv(4096):
        received += data


def resetting_after_the_first_answer(link: socket.socket, received: bytearray) -> None:
    received += link.recv(3)
    link.sendall(b"\x12")
    received += link.recv(3)
    link.sendall(b"\x12")
    received += link.recv(1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def listener(serve: Serve) -> Iterator[tuple[int, bytearray, threading.Event]]:
    received, closed = bytearray(), threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        link, _ = server.accept()
        with link:
            serve(link, received)
        closed.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    with server:
        yield server.getsockname()[1], received, closed
        thread.join(3)


def network(tmp_path: Path, port: int) -> Printer:
    return printer_of(settings(tmp_path, printer="network", printer_host="127.0.0.1", printer_port=port))


def jobs(received: bytearray) -> bytes:
    """What was received, without the questions."""
    for number in (PAPER, CAUSE):
        received = bytearray(bytes(received).replace(QUESTION + bytes([number]), b""))
    return bytes(received)


def test_a_network_printer_gets_the_job_whole_and_the_line_is_closed(tmp_path: Path) -> None:
    with listener(answering(ALL_WELL)) as (port, received, closed):
        assert network(tmp_path, port).print(JOB) == Printed(Outcome.PRINTED, Condition.READY)
        assert closed.wait(2)
    assert jobs(received) == JOB


@pytest.mark.parametrize(
    ("bits", "condition"),
    [
        ({PAPER: 0x72, CAUSE: 0x12}, Condition.PAPER_OUT),
        ({PAPER: 0x12, CAUSE: 0x32}, Condition.PAPER_OUT),
        ({PAPER: 0x12, CAUSE: 0x16}, Condition.COVER_OPEN),
        ({PAPER: 0x12, CAUSE: 0x52}, Condition.FAULT),
    ],
)
def test_a_printer_that_cannot_print_gets_no_job_to_print_later(
    tmp_path: Path, bits: dict[int, int], condition: Condition
) -> None:
    with listener(answering(bits)) as (port, received, _):
        assert network(tmp_path, port).print(JOB) == Printed(Outcome.FAILED, condition)
    assert jobs(received) == b""


def test_paper_low_still_prints(tmp_path: Path) -> None:
    with listener(answering({PAPER: 0x1E, CAUSE: 0x12})) as (port, _, _):
        assert network(tmp_path, port).print(JOB) == Printed(Outcome.PRINTED, Condition.PAPER_LOW)


def test_silence_is_unknown_and_the_job_is_sent_within_the_limit(tmp_path: Path) -> None:
    started = time.monotonic()
    with listener(silent) as (port, received, _):
        assert network(tmp_path, port).print(JOB) == Printed(Outcome.PRINTED, Condition.UNKNOWN)
    assert time.monotonic() - started < 10  # the library alone would wait for a minute
    assert jobs(received) == JOB


def test_an_answer_that_is_no_status_is_unknown(tmp_path: Path) -> None:
    with listener(answering({PAPER: 0xFF, CAUSE: 0xFF})) as (port, _, _):
        assert network(tmp_path, port).print(JOB).condition == Condition.UNKNOWN


def test_a_line_that_is_reset_during_the_job_is_a_failure(tmp_path: Path) -> None:
    with listener(resetting_after_the_first_answer) as (port, _, _):
        assert network(tmp_path, port).print(JOB) == Printed(Outcome.FAILED, Condition.OFFLINE)


def test_a_printer_that_is_not_there_is_offline(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    printer = network(tmp_path, port)
    before = printer.condition
    assert printer.print(JOB) == Printed(Outcome.FAILED, Condition.OFFLINE)
    assert [before, printer.condition] == [Condition.UNKNOWN, Condition.OFFLINE]


def test_a_serial_printer_is_asked_and_gets_the_job(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    received = bytearray()

    def serve() -> None:
        while not received.endswith(JOB + QUESTION + b"\x04" + QUESTION + b"\x02"):
            received.extend(os.read(ours, 4096))
            if received[-3:-1] == QUESTION:
                os.write(ours, b"\x12")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    printer = printer_of(settings(tmp_path, printer="serial", printer_device=os.ttyname(theirs)))
    assert printer.print(JOB) == Printed(Outcome.PRINTED, Condition.READY)
    thread.join(3)
    os.close(ours)
    os.close(theirs)
    assert jobs(received) == JOB


def test_a_serial_line_that_does_not_exist_is_offline(tmp_path: Path) -> None:
    printer = printer_of(settings(tmp_path, printer="serial", printer_device=str(tmp_path / "ttyNone")))
    assert printer.print(JOB) == Printed(Outcome.FAILED, Condition.OFFLINE)


def test_a_file_gathers_the_jobs_and_is_asked_nothing(tmp_path: Path) -> None:
    printer = printer_of(settings(tmp_path, printer="file", printer_file=tmp_path / "slips.bin"))
    assert printer.print(JOB) == Printed(Outcome.PRINTED, Condition.UNKNOWN)
    assert printer.print(JOB).outcome == Outcome.PRINTED
    assert (tmp_path / "slips.bin").read_bytes() == JOB + JOB


def test_a_node_that_takes_nothing_more_fails_within_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.ports.LIMIT_SECONDS", 0.2)
    node = tmp_path / "lp0"
    os.mkfifo(node)
    reader = os.open(node, os.O_RDONLY | os.O_NONBLOCK)
    stopped = Printer(lambda: FilePort(node))
    assert stopped.print(b"x" * 200_000) == Printed(Outcome.FAILED, Condition.OFFLINE)
    os.close(reader)


@pytest.mark.timeout(5)
def test_a_node_that_nobody_reads_does_not_hold_the_kiosk(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lp0")
    printer = Printer(lambda: FilePort(tmp_path / "lp0"))
    assert printer.print(JOB) == Printed(Outcome.FAILED, Condition.OFFLINE)


class FakeUsb:
    """The device that pyusb would find: one way in, one way out, neither where the library expects it."""

    def __init__(self) -> None:
        self.backend = SimpleNamespace(__module__="none")
        self.written: list[tuple[int, bytes]] = []
        self.answer: bytes | Exception = b"\x12"

    def set_configuration(self) -> None: ...

    def reset(self) -> None: ...

    def get_active_configuration(self) -> dict[tuple[int, int], list[Any]]:
        return {(0, 0): [SimpleNamespace(bEndpointAddress=0x81), SimpleNamespace(bEndpointAddress=0x03)]}

    def write(self, endpoint: int, data: bytes, _timeout: int) -> None:
        self.written.append((endpoint, data))

    def read(self, endpoint: int, _size: int, _timeout: int) -> bytes:
        assert endpoint == 0x81
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def usb_device(monkeypatch: pytest.MonkeyPatch) -> FakeUsb:
    device = FakeUsb()
    monkeypatch.setattr("usb.core.find", lambda **asked: device if asked["idVendor"] == 0x04B8 else None)
    monkeypatch.setattr("usb.util.dispose_resources", lambda _device: None)
    return device


def usb_printer(tmp_path: Path, vendor: str = "04b8") -> Printer:
    chosen = settings(tmp_path, printer="usb", printer_usb_vendor=vendor, printer_usb_product="0e15")
    return printer_of(chosen)


def test_a_usb_printer_is_written_to_where_it_listens(tmp_path: Path, usb_device: FakeUsb) -> None:
    assert usb_printer(tmp_path).print(JOB) == Printed(Outcome.PRINTED, Condition.READY)
    assert (0x03, JOB) in usb_device.written


def test_a_silent_usb_printer_is_unknown_and_a_broken_one_offline(
    tmp_path: Path, usb_device: FakeUsb
) -> None:
    usb_device.answer = usb.core.USBTimeoutError("nothing")
    assert usb_printer(tmp_path).print(JOB) == Printed(Outcome.PRINTED, Condition.UNKNOWN)
    usb_device.answer = usb.core.USBError("unplugged")
    assert usb_printer(tmp_path).print(JOB) == Printed(Outcome.FAILED, Condition.OFFLINE)


def test_a_usb_printer_that_is_not_plugged_is_offline(tmp_path: Path, usb_device: FakeUsb) -> None:
    assert usb_printer(tmp_path, "dead").print(JOB) == Printed(Outcome.FAILED, Condition.OFFLINE)


def test_a_machine_without_a_usb_library_is_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(**_asked: int) -> None:
        raise usb.core.NoBackendError("no backend")

    monkeypatch.setattr("usb.core.find", find)
    assert Printer(lambda: UsbPort(1, 2)).print(JOB) == Printed(Outcome.FAILED, Condition.OFFLINE)


def test_no_printer_is_no_fault(tmp_path: Path) -> None:
    printer = printer_of(settings(tmp_path))
    assert printer.print(JOB) == Printed(Outcome.NONE, Condition.NONE)


class Port:
    """A port that fails where told, and counts its closings."""

    answers = True

    def __init__(self, fails_at: str) -> None:
        self._fails_at = fails_at
        self.closed = 0

    def open(self) -> None: ...

    def close(self) -> None:
        self.closed += 1

    def _raw(self, msg: bytes) -> None:
        if (msg == JOB) == (self._fails_at == "job"):
            raise OSError("gone")

    def _read(self) -> bytes:
        return b"\x12"


@pytest.mark.parametrize("moment", ["question", "job"])
def test_a_fault_at_any_moment_closes_the_port(moment: str) -> None:
    port = Port(moment)
    assert Printer(lambda: port).print(JOB).outcome == Outcome.FAILED
    assert port.closed == 1
