"""The waiting-room screen: what is called is shown large, flashed, and said twice."""
