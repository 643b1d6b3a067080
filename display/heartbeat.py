"""The two pulses of this program: the age of its news to its pages, its own state to the server."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from contract.heartbeat import installed_version
from contract.messages import Condition, DeviceStatus
from display.pages import Pages


async def pulse(pages: Pages, news_age: Callable[[], float], seconds: float) -> None:
    """Tell the pages every ``seconds`` how old the news is: they hide what may no longer be true."""
    while True:
        pages.tell({"kind": "alive", "age": news_age()})
        await asyncio.sleep(seconds)


def status(pages: Pages, sound: Condition, at: datetime) -> DeviceStatus:
    """Return the heartbeat as of the civil instant ``at``."""
    return DeviceStatus(version=installed_version(), clock=at, screen=pages.screen(), sound=sound)
