"""Why an action was not made, in a sentence for the agent."""

from house.words import catalogue
from queue_server.actions.calling import NotCompetentError, StaleTicketError
from queue_server.domain.states import State
from queue_server.storage.accounts import agent_by_id
from queue_server.storage.database import Reading
from queue_server.storage.tables import Agent, Ticket


def why_not(session: Reading, error: Exception, reader: Agent) -> str:
    """Say to ``reader`` why nothing was changed, and what the ticket has become."""
    _ = catalogue().gettext
    if isinstance(error, NotCompetentError):
        return _(
            "Only a professional who is competent to receive can end the interview. Nothing was changed."
        )
    if isinstance(error, StaleTicketError) and error.ticket is not None:
        become = _become(session, error.ticket, reader)
        return _("%(number)s has changed: %(become)s. Nothing was changed.") % {
            "number": error.ticket.number,
            "become": become,
        }
    return _("The page was late. Nothing was changed.")


def _become(session: Reading, ticket: Ticket, reader: Agent) -> str:
    _ = catalogue().gettext
    if ticket.agent_id == reader.id:
        return _("already with you")
    agent = agent_by_id(session, ticket.agent_id)
    if agent is not None:
        return _("now with %(name)s") % {"name": agent.first_name}
    sentences = {
        State.WAITING: _("waiting again"),
        State.NOT_THERE_YET: _("expected at the reception"),
        State.RECEIVED: _("the interview is over"),
    }
    return sentences.get(State(ticket.state), ticket.state)
