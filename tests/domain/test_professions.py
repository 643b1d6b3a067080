"""Professions are complementary, never interchangeable."""

import pytest

from queue_server.domain.professions import Profession, may_finish


@pytest.mark.parametrize("profession", [Profession.SOCIAL_WORKER, Profession.BUDGET_ADVISER])
def test_social_work_receives(profession: Profession) -> None:
    assert may_finish(profession)


@pytest.mark.parametrize(
    "profession",
    [Profession.CHILDCARE_NURSE, Profession.PUBLIC_WRITER, Profession.PSYCHOLOGIST, Profession.RECEPTION],
)
def test_other_professions_do_not_end_a_ticket_as_received(profession: Profession) -> None:
    assert not may_finish(profession)
