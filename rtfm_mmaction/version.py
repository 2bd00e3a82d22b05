"""The package's version, alone: reading it imports nothing."""

__version__ = '0.2.0.dev0'
