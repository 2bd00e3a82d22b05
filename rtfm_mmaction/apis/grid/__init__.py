"""Many training runs, some at a time, that can be stopped at any moment."""
