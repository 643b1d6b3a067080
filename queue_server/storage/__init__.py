"""What the server keeps: tables, the two ways to open a session, queries, the journal, migrations."""
