"""Professions: complementary, never interchangeable. Some are competent to receive a person."""

from enum import StrEnum


class Profession(StrEnum):
    """What an agent is trained to do."""

    SOCIAL_WORKER = "social_worker"
    BUDGET_ADVISER = "budget_adviser"
    CHILDCARE_NURSE = "childcare_nurse"
    PUBLIC_WRITER = "public_writer"
    PSYCHOLOGIST = "psychologist"
    RECEPTION = "reception"


COMPETENT = frozenset({Profession.SOCIAL_WORKER, Profession.BUDGET_ADVISER})
"""Who may end a ticket as *received*: the social-work professions."""


def may_finish(profession: Profession) -> bool:
    """Tell whether an interview with this profession counts as a reception."""
    return profession in COMPETENT
