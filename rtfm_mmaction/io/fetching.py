"""Files behind addresses, fetched before anybody looks into them.

mmengine reads checkpoints behind nine prefixes. Most of them it unpickles as
they come; here each becomes a file of this machine, which
:mod:`~rtfm_mmaction.io.checkpoints` reads as it reads any other.
"""

import difflib
import hashlib
import os
import re
import tempfile
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Dict, Iterator, Union
from urllib.parse import urlparse

import torch
from mmengine.dist import barrier, get_dist_info
from mmengine.fileio import get_file_backend
from mmengine.runner import checkpoint as mmengine_checkpoint

from .addresses import without_password
from .atomic import REFUSALS, atomic_path
from .file_digest import file_digest
from .names import safe_name
from .progress import progress_bars
from .web import SCHEMES, read_pieces


class CheckpointError(ValueError):
    """A checkpoint that cannot be fetched, or not be read safely."""


@contextmanager
def as_file(address: Union[str, Path]) -> Iterator[Path]:
    """Have a file of this machine, wherever it is now.

    Args:
        address (str or Path): A path; an address of the web; one of
            mmengine's names, such as ``torchvision://resnet50``,
            ``openmmlab://…`` and ``mmcls://…``, by mmengine's own tables; or
            one behind a storage of mmengine's, such as ``s3://…``.

    Yields:
        Path: The file. It is gone afterwards if it came from a storage, and
        one from the web is, where the body finds a fault in it (ValueError),
        so that the next run fetches it again.

    Raises:
        CheckpointError: If nothing can be fetched from there.
    """
    address = look_up(str(address))
    prefix, found, _ = address.partition('://')
    if not found:
        yield Path(address).expanduser()
    elif prefix.lower() in SCHEMES:
        path = fetch_weights(address)
        try:
            yield path
        except ValueError:
            path.unlink()
            raise
    elif prefix == 'pavi':
        with tempfile.TemporaryDirectory() as folder:
            yield _fetch_from_pavi(address, Path(folder))
    else:
        # 'cluster:s3' is a storage, too.
        storage = 'petrel' if prefix.endswith(('s3', 'petrel')) else None
        try:
            backend = get_file_backend(
                address, backend_args=storage and dict(backend=storage)
            )
            context = backend.get_local_path(address)
            path = context.__enter__()
        except Exception as error:  # each storage raises kinds of its own
            raise _not_fetched(address, error) from error
        try:
            yield Path(path)
        finally:
            context.__exit__(None, None, None)


def is_address(name: Union[str, Path]) -> bool:
    """Whether a name is no path of this machine."""
    return '://' in str(name)


def look_up(name: str) -> str:
    """Find the address behind a name of one of mmengine's tables.

    Args:
        name (str): With a prefix of :data:`TABLES`; anything else is given
            back.

    Raises:
        CheckpointError: If the table does not have it, or cannot be read.
    """
    prefix, found, model = name.partition('://')
    if not found or prefix not in TABLES:
        return name
    try:
        table = TABLES[prefix]()
    except ImportError as error:
        raise _not_fetched(name, error) from error
    if model not in table:
        close = difflib.get_close_matches(model, table)
        raise CheckpointError(
            f'{name}: expected a name that mmengine knows behind {prefix}://, '
            'found another'
            + (f'; did you mean {" or ".join(close)}?' if close else '')
        )
    return table[model]


def _openmmlab() -> Dict[str, str]:
    """Name -> address; old names have those of the new ones."""
    home = mmengine_checkpoint._get_mmengine_home()
    table = {
        # Paths are of files in mmengine's folder.
        name: value if is_address(value) else os.path.join(home, value)
        for name, value in mmengine_checkpoint.get_external_models().items()
    }
    renamed = mmengine_checkpoint.get_deprecated_model_names()
    return {
        **table,
        **{old: table[new] for old, new in renamed.items() if new in table},
    }


# Prefix -> what gives its table, name -> address.
TABLES = {
    'torchvision': mmengine_checkpoint.get_torchvision_models,
    'modelzoo': mmengine_checkpoint.get_torchvision_models,
    'mmcls': mmengine_checkpoint.get_mmcls_models,
    'openmmlab': _openmmlab,
    'open-mmlab': _openmmlab,
}


def fetch_weights(address: str) -> Path:
    """Download a weights file once, into torch's own cache.

    In a distributed run the first process fetches and the others wait.

    Args:
        address (str): ``http(s)://…/NAME-xxxxxxxx.pth``; where the name ends
            in eight or more digits of its SHA-256, as those of mmaction2's
            zoo do, the file is checked against them, also the one that is in
            the cache.

    Returns:
        Path: ``checkpoints/NAME`` in ``torch.hub.get_dir()``; of a name
        without digits in a folder of its address there, since files of one
        name may lie behind many addresses.

    Raises:
        CheckpointError: If it cannot be fetched, or is damaged; nothing is
            left behind then.
    """
    name = Path(urlparse(address).path).name
    digits = re.search(r'-([0-9a-f]{8,})\.', name)
    folder = Path(torch.hub.get_dir()) / 'checkpoints'
    if digits is None:
        folder /= hashlib.sha256(address.encode()).hexdigest()[:16]
    path = folder / safe_name(name)
    rank, ranks = get_dist_info()
    if ranks > 1 and rank > 0:
        barrier()
    try:
        if not _is_there(path, digits and digits[1]):
            _download(address, path, digits and digits[1])
    finally:
        # A failure of the first must not keep the others waiting.
        if ranks > 1 and rank == 0:
            barrier()
    return path


def _is_there(path: Path, digits: Union[str, None]) -> bool:
    if not path.is_file():
        return False
    return digits is None or file_digest(path).startswith(digits)


def _download(address: str, path: Path, digits: Union[str, None]) -> None:
    try:
        with (
            atomic_path(path) as temporary,
            open(temporary, 'wb') as file,
            progress_bars() as progress,
        ):
            task = progress.add_task(path.name, total=None)
            for piece, size in read_pieces(address):
                file.write(piece)
                progress.update(task, total=size, advance=len(piece))
            file.flush()
            found = file_digest(temporary)
            if digits is not None and not found.startswith(digits):
                raise ValueError(
                    f'its SHA-256 is {found[: len(digits)]} and not {digits}'
                )
    except (OSError, RuntimeError, ValueError, HTTPException) as error:
        if getattr(error, 'errno', None) in REFUSALS:
            raise  # names the file here
        raise _not_fetched(address, error) from error


def _fetch_from_pavi(address: str, folder: Path) -> Path:
    try:
        from pavi import modelcloud

        model = modelcloud.get(address.partition('://')[2])
        path = folder / safe_name(model.name)
        model.download(str(path))
    except Exception as error:  # a closed package: it may raise any kind
        raise _not_fetched(address, error) from error
    return path


def _not_fetched(address: str, error: Exception) -> CheckpointError:
    shown = without_password(address)
    words = str(error).replace(address, shown)
    return CheckpointError(
        f'{shown}: expected a weights file, found none that can be fetched '
        f'whole ({words}); a file that was fetched elsewhere can be named by '
        'its path'
    )
