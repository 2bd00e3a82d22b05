"""Configs by path or by name."""

import difflib
import tempfile
from pathlib import Path
from typing import List

from mmengine.config import Config

from ..io.atomic import REFUSALS

PACKAGE = Path(__file__).resolve().parents[1]
# Kind -> where its configs lie in the folder of configs.
PATTERNS = dict(training='*.py', features='features/*.py')


def find_config(name: str) -> str:
    """Find a config file.

    Args:
        name (str): Path of a config, or the name of a shipped one without
            ``.py``: of ``configs``, such as ``rtfm_i3d_ucf``, or of
            ``configs/features``.

    Returns:
        str: Its path.

    Raises:
        FileNotFoundError: If there is neither.
    """
    if Path(name).is_file():
        return str(name)
    shipped = {
        path.stem: path
        for pattern in PATTERNS.values()
        for path in _shipped(pattern)
    }
    if name in shipped:
        return str(shipped[name])
    close = difflib.get_close_matches(Path(name).stem, shipped)
    raise FileNotFoundError(
        f'{name}: expected a config file or the name of a shipped config, '
        'found neither'
        + (f'; did you mean {" or ".join(close)}?' if close else '')
    )


def read_config(name: str, *keys: str) -> Config:
    """Read a config.

    Args:
        name (str): See :func:`find_config`.
        *keys (str): What it has to have.

    Returns:
        Config: The config.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is no config, or a key is missing.
    """
    path = find_config(name)
    try:
        config = Config.fromfile(path)
    # A config is code, and may fail in any way.
    except Exception as error:
        if getattr(error, 'errno', None) in REFUSALS:
            # mmengine reads a copy.
            raise ValueError(
                f'{path}: a config is read by a copy in the folder for '
                f'temporary files, {tempfile.gettempdir()}, which cannot be '
                f'written ({error}); name another one by TMPDIR'
            ) from error
        kind = (
            '' if isinstance(error, OSError) else type(error).__name__ + ': '
        )
        raise ValueError(
            f'{path}: expected a config, found what cannot be '
            f'read as one ({kind}{error})'
        ) from error
    for key in keys:
        if key not in config:
            raise ValueError(
                f'{path}: expected a config with the key {key}, '
                f'found {sorted(config)}'
            )
    return config


def shipped_names(kind: str) -> List[str]:
    """List the names that :func:`find_config` knows.

    Args:
        kind (str): 'training' or 'features'.

    Returns:
        list[str]: Sorted.
    """
    return sorted(path.stem for path in _shipped(PATTERNS[kind]))


def base_config(name: str) -> str:
    """Find a config that others build on.

    Args:
        name (str): Of a file in ``configs/_base_``, without ``.py``.

    Returns:
        str: Its path.
    """
    return str(_shipped(f'_base_/{name}.py')[0])


def base_configs(folder: str) -> List[str]:
    """List the configs of a folder that others build on.

    Args:
        folder (str): Below ``configs/_base_``.

    Returns:
        list[str]: Their paths.
    """
    return sorted(map(str, _shipped(f'_base_/{folder}/*.py')))


def _shipped(pattern: str) -> List[Path]:
    """Configs of the installed package, or of the checkout around it."""
    for root in (PACKAGE / '.mim/configs/rtfm', PACKAGE.parent / 'configs'):
        if root.is_dir():
            return list(root.glob(pattern))
    return []
