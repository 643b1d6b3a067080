"""Devices: the heartbeat."""

from typing import Annotated

from fastapi import APIRouter, Header

from contract.messages import DeviceStatus, StatusAccepted
from queue_server.access import Access
from queue_server.actions.queue import QueueActions
from queue_server.api.problems import may_answer


def device_routes(actions: QueueActions, access: Access) -> APIRouter:
    """Return the routes that every kind of device uses."""
    routes = APIRouter(tags=["devices"])

    @routes.post("/devices/status", responses=may_answer(401, 403, 413, 422))
    def report_status(
        status: DeviceStatus, authorization: Annotated[str | None, Header()] = None
    ) -> StatusAccepted:
        """Keep a device's state; the answer holds the server's clock."""
        return StatusAccepted(at=actions.report(access.device(authorization, "status"), status))

    return routes
