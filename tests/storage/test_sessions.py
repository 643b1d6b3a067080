"""Two ways to open a session: ``writing`` keeps all or nothing, ``reading`` keeps nothing."""

import pytest
from sqlmodel import col, select, update

from queue_server.storage.database import Database, Reading
from queue_server.storage.sites import site_by_id
from queue_server.storage.tables import Site
from tests.cast import Reception


def _addresses(session: Reading) -> list[str]:
    return list(session.exec(select(Site.address)))


def _move(session: Reading, to: str) -> None:
    session.execute(update(Site).values(address=to))


def _move_and_fail(session: Reading) -> None:
    _move(session, "2 rue Neuve")
    raise ZeroDivisionError


def test_what_was_written_is_kept_once_the_block_ends(reception: Reception, engine_address: str) -> None:
    with reception.database.writing() as session:
        _move(session, "2 rue Neuve")
    another = Database(engine_address)
    with another.reading() as session:
        assert _addresses(session) == ["2 rue Neuve"]
    another.close()


def test_nobody_sees_a_change_before_it_is_kept(reception: Reception) -> None:
    with reception.database.writing() as session:
        _move(session, "2 rue Neuve")
        with reception.database.reading() as other:
            assert _addresses(other) == [reception.site.address]


def test_an_error_undoes_the_whole_block(reception: Reception) -> None:
    with pytest.raises(ZeroDivisionError), reception.database.writing() as session:
        _move_and_fail(session)
    with reception.database.reading() as session:
        assert _addresses(session) == [reception.site.address]


def test_the_next_block_is_not_held_up_by_an_error(reception: Reception) -> None:
    with pytest.raises(ZeroDivisionError), reception.database.writing():
        raise ZeroDivisionError
    with reception.database.writing() as session:
        _move(session, "2 rue Neuve")
    with reception.database.reading() as session:
        assert _addresses(session) == ["2 rue Neuve"]


def test_reading_never_keeps_anything(reception: Reception) -> None:
    with reception.database.reading() as session:
        _move(session, "2 rue Neuve")
        site_by_id(session, reception.site.id).name = "Another name"
        session.flush()
    with reception.database.reading() as session:
        site = session.exec(select(Site).where(col(Site.id) == reception.site.id)).one()
        assert (site.address, site.name) == (reception.site.address, reception.site.name)


def test_what_was_read_can_still_be_used_after_the_block(reception: Reception) -> None:
    with reception.database.reading() as session:
        site = site_by_id(session, reception.site.id)
    assert site.name == "MDS de démonstration"
