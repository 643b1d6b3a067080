"""What is fast enough, and against whom: beside each figure, a bare library's from the same run."""
