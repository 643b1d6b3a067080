"""The heartbeat: each device tells the server how it is; one that is lost is not sent again."""

import asyncio
from collections.abc import Callable
from importlib.metadata import version

import structlog

from contract.client import RefusedError, ServerClient, UnreachableError
from contract.messages import DeviceStatus, StatusAccepted

HEARTBEAT_SECONDS = 5.0
records = structlog.get_logger()


def installed_version() -> str:
    """Return the version of Porte ouverte that runs here."""
    return version("porte-ouverte")


async def keep_reporting(
    server_url: str, token: str, status: Callable[[], DeviceStatus], seconds: float = HEARTBEAT_SECONDS
) -> None:
    """Send ``status()`` every ``seconds``, for ever."""
    async with ServerClient(server_url, token) as server:
        while True:
            await report_once(server, status())
            await asyncio.sleep(seconds)


async def report_once(server: ServerClient, status: DeviceStatus) -> StatusAccepted | None:
    """Send one heartbeat and return its answer; what goes wrong is a record, and the next one will do."""
    try:
        return await server.report(status)
    except UnreachableError as error:
        records.info("status not delivered", cause=str(error))
    except RefusedError as error:
        records.warning("status refused", cause=error.problem.title)
    return None
