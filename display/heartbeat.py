"""The two pulses of this program: the age of its news to its pages, its own state to the server."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version

import structlog

from contract.client import RefusedError, ServerClient, UnreachableError
from contract.messages import Condition, DeviceStatus
from display.pages import Pages

records = structlog.get_logger()


async def pulse(pages: Pages, news_age: Callable[[], float], seconds: float) -> None:
    """Tell the pages every ``seconds`` how old the news is: they hide what may no longer be true."""
    while True:
        pages.tell({"kind": "alive", "age": news_age()})
        await asyncio.sleep(seconds)


async def report(
    server_url: str, token: str, pages: Pages, sound: Callable[[], Condition], seconds: float
) -> None:
    """Tell the server every ``seconds`` how screen and sound are."""
    async with ServerClient(server_url, token) as server:
        while True:
            await _report_once(server, status(pages, sound(), datetime.now(UTC)))
            await asyncio.sleep(seconds)


def status(pages: Pages, sound: Condition, at: datetime) -> DeviceStatus:
    """Return the heartbeat as of the civil instant ``at``."""
    return DeviceStatus(version=version("porte-ouverte"), clock=at, screen=pages.screen(), sound=sound)


async def _report_once(server: ServerClient, message: DeviceStatus) -> None:
    try:
        await server.report(message)
    except UnreachableError as error:
        records.info("status not delivered", cause=str(error))
    except RefusedError as error:
        records.warning("status refused", cause=error.problem.title)
