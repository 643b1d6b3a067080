"""Who may do what: agents by password, devices by token.

Passwords are kept with argon2; tokens, 256 bits of chance, are kept as SHA-256 digests.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from queue_server.storage.accounts import (
    agent_by_login,
    agent_of_session,
    close_session,
    devices_of_tokens,
    open_session,
)
from queue_server.storage.database import Database
from queue_server.storage.tables import Agent, Device

SESSION = timedelta(hours=12)
DEMO_PASSWORD = "demo"  # noqa: S105 (public, and refused outside the demonstration)
TRIES = 8
HASHES_AT_ONCE = 2
"""Each costs 64 MiB and a core for a moment: a burst of sign-ins must not starve the tickets."""
TRIES_WITHIN = timedelta(minutes=5)
ALLOWED = {
    "kiosk": frozenset({"tickets", "books", "status"}),
    "display": frozenset({"status"}),
    "voicemail": frozenset({"status"}),
}
"""What each kind of device may call."""


class WrongPasswordError(Exception):
    """The login or the password is wrong."""


class DemoPasswordError(Exception):
    """The demonstration's password does not open a real site."""


class TooManyTriesError(Exception):
    """Too many wrong passwords for one login in a few minutes."""


class UnknownTokenError(Exception):
    """The token is not, or no longer, a device's."""


class NotAllowedError(Exception):
    """This kind of device may not call this."""


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return PasswordHasher().hash(password)


class Access:
    """Checks passwords and tokens against one database."""

    def __init__(self, database: Database, clock: Callable[[], datetime], demo: bool) -> None:
        self._database = database
        self._clock = clock
        self._demo = demo
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex())
        self._tries = Tries()
        self._at_once = threading.BoundedSemaphore(HASHES_AT_ONCE)

    def sign_in(self, login: str, password: str) -> str:
        """Return the token of a new session of 12 hours.

        Raises WrongPasswordError, DemoPasswordError, TooManyTriesError.
        """
        now = self._clock()
        self._tries.count(login, now)
        with self._database.reading() as session:
            agent = agent_by_login(session, login)
        if not self._matches(agent, password) or agent is None:
            raise WrongPasswordError
        self._tries.forget(login)
        if password == DEMO_PASSWORD and not self._demo:
            raise DemoPasswordError
        token = secrets.token_urlsafe(32)
        with self._database.writing() as writing:
            open_session(writing, agent.id, digest(token), now, now + SESSION)
        return token

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._database.writing() as session:
            close_session(session, digest(token))

    def agent(self, token: str | None) -> Agent | None:
        """Return who is signed in with this token."""
        if not token:
            return None
        with self._database.reading() as session:
            return agent_of_session(session, digest(token), self._clock())

    def device(self, authorization: str | None, purpose: str) -> Device:
        """Return the device of a ``Bearer`` header. Raises UnknownTokenError, NotAllowedError."""
        found = self.devices({authorization}, purpose)[authorization]
        if isinstance(found, Exception):
            raise found
        return found

    def devices(
        self, authorizations: Collection[str | None], purpose: str
    ) -> dict[str | None, Device | UnknownTokenError | NotAllowedError]:
        """Return the device of each header, or why there is none, with one question to the database."""
        hashes = {each: _hash_of_bearer(each) for each in authorizations}
        with self._database.reading() as session:
            known = devices_of_tokens(session, set(hashes.values()))
        return {each: _allowed(known.get(token_hash), purpose) for each, token_hash in hashes.items()}

    def _matches(self, agent: Agent | None, password: str) -> bool:
        """Verify against somebody's hash in any case: the time of the answer tells no login."""
        try:
            with self._at_once:
                return self._hasher.verify(agent.password_hash if agent else self._nobody, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def _hash_of_bearer(authorization: str | None) -> str:
    """Return the digest of a header's token; one that no device has, when the header is another thing."""
    scheme, _, token = (authorization or "").partition(" ")
    return digest(token) if scheme.lower() == "bearer" and token else ""


def _allowed(device: Device | None, purpose: str) -> Device | UnknownTokenError | NotAllowedError:
    if device is None:
        return UnknownTokenError()
    return device if purpose in ALLOWED.get(device.kind, frozenset()) else NotAllowedError()


class Tries:
    """Tries of the last minutes that did not succeed, by login, in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: dict[str, list[datetime]] = {}

    def count(self, login: str, now: datetime) -> None:
        """Count a try before its password is looked at. Raises TooManyTriesError."""
        with self._lock:
            self._drop_old(now)
            tries = self._at.setdefault(login, [])
            if len(tries) >= TRIES:
                raise TooManyTriesError
            tries.append(now)

    def forget(self, login: str) -> None:
        """Forget the tries of someone whose password was right."""
        with self._lock:
            self._at.pop(login, None)

    def _drop_old(self, now: datetime) -> None:
        kept = {name: [at for at in ats if now - at < TRIES_WITHIN] for name, ats in self._at.items()}
        self._at = {name: ats for name, ats in kept.items() if ats}
