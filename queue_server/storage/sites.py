"""Sites, their revision, and what the public may read of them."""

from sqlmodel import col, select, update

from queue_server.storage.database import Reading, Writing
from queue_server.storage.tables import Site


class UnknownSiteError(Exception):
    """No site has this code."""


def site_by_code(session: Reading, code: str | None) -> Site:
    """Return a site; without a code, the only one there is. Raises UnknownSiteError."""
    wanted = select(Site) if code is None else select(Site).where(Site.code == code)
    sites = session.exec(wanted.limit(2)).all()
    if len(sites) != 1:
        raise UnknownSiteError(code)
    return sites[0]


def site_by_id(session: Reading, site_id: int) -> Site:
    """Return a site that is known to exist."""
    return session.exec(select(Site).where(Site.id == site_id)).one()


def locked_site(session: Writing, site_id: int) -> Site:
    """Return a site whose row stays locked until the commit: the first line of each writing action."""
    wanted = select(Site).where(Site.id == site_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).one()


def bump_revision(session: Writing, site_id: int) -> int:
    """Add one to the site's revision and return it."""
    statement = (
        update(Site)
        .where(col(Site.id) == site_id)
        .values(revision=col(Site.revision) + 1)
        .returning(col(Site.revision))
    )
    return int(session.execute(statement).scalar_one())
