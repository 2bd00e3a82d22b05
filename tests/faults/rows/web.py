"""Servers on this machine that answer badly, late or never."""

from contextlib import contextmanager
from pathlib import Path

from tests.faults.fault import RIGHT, TOLD, add
from tests.faults.serving import current

WAYS = (
    ('cut', 'sends half', TOLD),
    ('reset', 'breaks off by a reset', TOLD),
    ('frozen', 'never answers', TOLD),
    ('stuck', 'sends half, then nothing', TOLD),
    ('error', 'says 500', TOLD),
    ('page', 'sends a page of HTML', TOLD),
    ('slow', 'is slow', RIGHT),
)


def behaving(behaviour: str):
    """A context in which the server behaves in a way."""

    @contextmanager
    def around(place: Path):
        with current().behaving(behaviour):
            yield

    return around


def impatient(place: Path) -> None:
    """Wait for a second, and not for a minute."""
    from rtfm_mmaction.io import web

    web.PATIENCE = 1.0


for behaviour, words, ends in WAYS:
    for command, what, file in (
        ('infer web', 'a checkpoint', 'iter_6.pth'),
        ('train web', 'features', '.npy'),
    ):
        add(
            f'servers/{command} {behaviour}',
            f'a server of {what} {words}',
            command,
            ends,
            names=('http://127.0.0.1', file),
            around=behaving(behaviour),
            inside=impatient,
            seconds=40,
        )
