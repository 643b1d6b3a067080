"""What the kiosk's tests are played with: one site, one morning, leases and boards made in one line."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from pydantic import SecretStr

from contract.messages import Board, Lease, Line, NumberRange, Opening, Texts
from kiosk.settings import KioskSettings

ZONE = timezone(timedelta(hours=1))
DAY = date(2031, 3, 4)
MORNING = datetime(2031, 3, 4, 10, 42, tzinfo=ZONE)
TEXTS = Texts(name="MDS de démonstration", address="12 rue de la Gare, Bondy")


def lease(first: int = 1, last: int = 8, *, day: date = DAY, reserve: tuple[int, int] = (500, 599)) -> Lease:
    return Lease(
        site="bondy",
        day=day,
        ranges=[NumberRange(first=first, last=last)],
        reserve=NumberRange(first=reserve[0], last=reserve[1]),
    )


def board(waiting: int = 3, *, opening: Opening | None = None, texts: Texts = TEXTS) -> Board:
    return Board(
        site="bondy",
        revision=1,
        at=MORNING.astimezone(UTC),
        waiting=waiting,
        calls=[],
        expected=[],
        opening=opening or Opening(state="open"),
        line=Line(state="reachable"),
        texts=texts,
    )


def settings(folder: Path, **chosen: object) -> KioskSettings:
    """A kiosk without a server to reach, unless told otherwise."""
    values: dict[str, object] = {
        "server_url": "http://127.0.0.1:1",
        "site": "bondy",
        "kiosk_token": SecretStr("a token"),
        "kiosk_data": folder,
    }
    return KioskSettings.model_validate(values | chosen)
