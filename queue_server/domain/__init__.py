"""The heart: pure rules. Standard library only; ``now`` is always an argument."""
