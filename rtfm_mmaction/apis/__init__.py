"""What the tools do, as functions."""
from .running import build_runner, load_config

__all__ = ['build_runner', 'load_config']
