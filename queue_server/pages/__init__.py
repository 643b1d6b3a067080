"""HTML for agents: server-rendered pages, refreshed by fragments, one key per step."""
