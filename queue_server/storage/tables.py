"""The tables. There is no column for a reason, an identity, or words about a visitor.

The database holds codes and instants; the only words are names of sites, agents' first names and logins.
"""

from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from queue_server.domain.states import HELD, OPEN, State

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}  # a constraint with a name can be changed by a later migration, on SQLite too


EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC on both engines (SQLite has no time zone of its own).

    A device's clock may be centuries wrong: what is kept can be read again in any time zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        utc = min(max(value, EARLIEST), LATEST).astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _one_of(states: frozenset[State]) -> str:
    return "state IN (" + ", ".join(f"'{state}'" for state in sorted(states)) + ")"


class Site(SQLModel, table=True):
    """One reception place. ``revision`` grows by one with each action; its row lock orders them."""

    __tablename__: ClassVar[str] = "site"
    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=80)
    address: str = Field(max_length=120)
    time_zone: str = Field(max_length=40)
    revision: int = 0
    opening: str = Field(max_length=20)
    line: str = Field(max_length=20)


class Desk(SQLModel, table=True):
    """Where an agent receives: a word of the closed list, a number or letter, an arrow."""

    __tablename__: ClassVar[str] = "desk"
    __table_args__ = (UniqueConstraint("site_id", "word", "mark"),)
    id: int = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    word: str = Field(max_length=20)
    mark: str = Field(max_length=3)
    arrow: str | None = Field(default=None, max_length=10)


class Agent(SQLModel, table=True):
    """A member of staff with a local account."""

    __tablename__: ClassVar[str] = "agent"
    id: int = Field(default=None, primary_key=True)
    login: str = Field(unique=True, max_length=40)
    first_name: str = Field(max_length=40)
    password_hash: str = Field(max_length=200)
    profession: str = Field(max_length=20)
    active: bool = True


class Membership(SQLModel, table=True):
    """An agent belongs to one or more sites."""

    __tablename__: ClassVar[str] = "membership"
    agent_id: int = Field(foreign_key="agent.id", primary_key=True)
    site_id: int = Field(foreign_key="site.id", primary_key=True)


class AgentSession(SQLModel, table=True):
    """A sign-in; the cookie's token is kept as a digest only."""

    __tablename__: ClassVar[str] = "agent_session"
    token_hash: str = Field(primary_key=True, max_length=64)
    agent_id: int = Field(foreign_key="agent.id")
    expires_at: datetime = Field(sa_type=Instant)


class Presence(SQLModel, table=True):
    """A signed-in agent at a desk; ``available_since`` when they said *disponible*."""

    __tablename__: ClassVar[str] = "presence"
    agent_id: int = Field(foreign_key="agent.id", primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    desk_id: int = Field(foreign_key="desk.id", unique=True)
    seen_at: datetime = Field(sa_type=Instant)
    available_since: datetime | None = Field(default=None, sa_type=Instant)


class Device(SQLModel, table=True):
    """A kiosk, a display or a voicemail, with its token's digest and its last heartbeat."""

    __tablename__: ClassVar[str] = "device"
    id: int = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    kind: str = Field(max_length=20)
    rank: int = 0
    token_hash: str = Field(unique=True, max_length=64)
    revoked: bool = False
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    version: str = Field(default="", max_length=40)
    drift_seconds: float = 0.0
    printer: str = Field(default="unknown", max_length=20)
    sound: str = Field(default="unknown", max_length=20)
    screen: str = Field(default="unknown", max_length=20)
    undelivered: int = 0


class SiteDay(SQLModel, table=True):
    """The first number of the day that was never leased."""

    __tablename__: ClassVar[str] = "site_day"
    site_id: int = Field(foreign_key="site.id", primary_key=True)
    day: date = Field(primary_key=True)
    next_number: int = 1


class BookRange(SQLModel, table=True):
    """Numbers leased to a device for a day."""

    __tablename__: ClassVar[str] = "book_range"
    __table_args__ = (UniqueConstraint("site_id", "day", "first"),)
    id: int = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    day: date
    device_id: int = Field(foreign_key="device.id")
    first: int
    last: int


class Ticket(SQLModel, table=True):
    """What a visitor holds. ``step`` counts its changes: a request says which one it saw."""

    __tablename__: ClassVar[str] = "ticket"
    __table_args__ = (
        UniqueConstraint("site_id", "day", "number"),
        Index("ticket_line", "site_id", "day", "state", "place_at", "id", sqlite_where=text(_one_of(OPEN)),
              postgresql_where=text(_one_of(OPEN))),
        Index("ticket_one_per_agent", "agent_id", unique=True, sqlite_where=text(_one_of(HELD)),
              postgresql_where=text(_one_of(HELD))),
        Index("ticket_of_device", "device_id", "day", "number"),
    )  # fmt: skip
    id: UUID = Field(primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    day: date
    number: int
    device_id: int = Field(foreign_key="device.id")
    taken_at: datetime = Field(sa_type=Instant)
    arrived_at: datetime = Field(sa_type=Instant)
    due: datetime = Field(sa_type=Instant)
    place_at: datetime = Field(sa_type=Instant)
    state: str = Field(max_length=20)
    step: int = 0
    agent_id: int | None = Field(default=None, foreign_key="agent.id")


class JournalRow(SQLModel, table=True):
    """One action, written once and never changed, in the same transaction as its effect."""

    __tablename__: ClassVar[str] = "journal"
    __table_args__ = (UniqueConstraint("site_id", "revision"),)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    revision: int
    at: datetime = Field(sa_type=Instant)
    ticket_id: UUID = Field(sa_column_args=[ForeignKey("ticket.id", ondelete="CASCADE")], index=True)
    action: str = Field(max_length=20)
    from_state: str | None = Field(default=None, max_length=20)
    to_state: str = Field(max_length=20)
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    desk_id: int | None = Field(default=None, foreign_key="desk.id")


# The same tables, for statements that are built once and go past the object mapper.
SITES = SQLModel.metadata.tables["site"]
DESKS = SQLModel.metadata.tables["desk"]
DEVICES = SQLModel.metadata.tables["device"]
PRESENCES = SQLModel.metadata.tables["presence"]
RANGES = SQLModel.metadata.tables["book_range"]
SITE_DAYS = SQLModel.metadata.tables["site_day"]
TICKETS = SQLModel.metadata.tables["ticket"]
JOURNAL = SQLModel.metadata.tables["journal"]
