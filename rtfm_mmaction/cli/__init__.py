"""One module a command: its parser and one call."""
