"""What the rooms say to each other, and nothing else."""
