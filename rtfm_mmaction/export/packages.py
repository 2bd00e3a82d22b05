"""Packages that only exports need."""

from importlib.util import find_spec


def require(*names: str) -> None:
    """Check that packages are installed.

    Args:
        *names (str): As they are imported.

    Raises:
        RuntimeError: If one is missing.
    """
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise RuntimeError(
            f'ONNX files: expected the package {missing[0]}, which is not '
            "installed; pip install 'rtfm_mmaction[export]' brings it"
        )
