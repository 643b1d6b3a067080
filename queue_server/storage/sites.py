"""Sites, their revision, and what the public may read of them."""

from sqlalchemy import bindparam
from sqlmodel import col, select, update

from queue_server.storage.database import Reading, Writing
from queue_server.storage.tables import SITES, Membership, Site

OF_ID = select(Site).where(Site.id == bindparam("site"))
LOCKED = select(*SITES.c).where(SITES.c.id == bindparam("site")).with_for_update()
BUMPED = (
    update(SITES)
    .where(SITES.c.id == bindparam("site"))
    .values(revision=SITES.c.revision + bindparam("steps"))
    .returning(SITES.c.revision)
)


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
    return session.exec(OF_ID, params={"site": site_id}).one()


def locked_site(session: Writing, site_id: int) -> Site:
    """Return a site whose row stays locked until the commit: the first line of each writing action."""
    [row] = session.rows(LOCKED, site=site_id)
    return Site(**row._mapping)


def lock_sites_of(session: Writing, agent_id: int) -> None:
    """Lock every site of an agent, always in the same order: who moves between two stops both."""
    own = select(Membership.site_id).where(Membership.agent_id == agent_id)
    session.exec(select(Site.id).where(col(Site.id).in_(own)).order_by(col(Site.id)).with_for_update()).all()


def bump_revision(session: Writing, site_id: int, steps: int = 1) -> int:
    """Add one per step to the site's revision and return it."""
    [row] = session.rows(BUMPED, site=site_id, steps=steps)
    return int(row.revision)
