"""The queue server: tickets, routing, the live board, agents' pages."""
