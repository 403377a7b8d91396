"""What waits for one side: the orders at which it is their turn, the nearest date first."""
