"""What the worker does for sourcing."""
