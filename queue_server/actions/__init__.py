"""All that changes the queue: each action is one transaction, then one piece of news."""
