"""How long things last on the screen, in seconds."""

from dataclasses import dataclass

from contract.heartbeat import HEARTBEAT_SECONDS


@dataclass(frozen=True)
class Pace:
    """The rhythm of a screen; tests pass a faster one.

    ``stale``: news older than this are no longer shown as true. ``large``: how long a call stays large even
    if it leaves the board. ``before_voice``, ``between_sayings`` and ``rest`` frame the two sayings;
    ``voiceless`` is what follows the chime when there is no voice. ``withdrawn``: how long an undone call
    keeps the large place while others wait. ``too_old``: after an interruption (no page, no news, or a cut)
    a call older than this is shown and no longer announced, since people were fetched in the room;
    ``too_old_at_start`` is the same for the first board of a program.
    """

    stale: float = 10.0
    pulse: float = 3.0
    report: float = HEARTBEAT_SECONDS
    large: float = 15.0
    before_voice: float = 0.1
    between_sayings: float = 0.7
    rest: float = 0.8
    voiceless: float = 5.0
    withdrawn: float = 5.0
    too_old: float = 180.0
    too_old_at_start: float = 30.0

    def announcement(self, chime: float, voice: float | None) -> float:
        """Return how long one announcement lasts, from the lengths of the chime and of one saying."""
        if voice is None:
            return chime + self.voiceless
        return chime + self.before_voice + voice + self.between_sayings + voice + self.rest
