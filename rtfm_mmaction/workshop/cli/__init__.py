"""One module a command of the workshop: its parser and one call."""
