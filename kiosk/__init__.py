"""The touch page of the waiting room: a tap, a number written to disk, a slip, then the delivery."""
