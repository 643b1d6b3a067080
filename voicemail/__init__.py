"""The phone announcement: what a caller hears when the line is busy."""
