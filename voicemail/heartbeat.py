"""The program's pulse: the server is told whether callers hear the right announcement."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version

import structlog

from contract.client import RefusedError, ServerClient, UnreachableError
from contract.messages import Condition, DeviceStatus

REPORT_SECONDS = 20.0
records = structlog.get_logger()


async def report(server_url: str, token: str, sound: Callable[[], Condition]) -> None:
    """Tell the server every 20 seconds how the announcement is."""
    async with ServerClient(server_url, token) as server:
        while True:
            await _report_once(server, sound())
            await asyncio.sleep(REPORT_SECONDS)


async def _report_once(server: ServerClient, sound: Condition) -> None:
    message = DeviceStatus(version=version("porte-ouverte"), clock=datetime.now(UTC), sound=sound)
    try:
        await server.report(message)
    except UnreachableError as error:
        records.info("status not delivered", cause=str(error))
    except RefusedError as error:
        records.warning("status refused", cause=error.problem.title)
