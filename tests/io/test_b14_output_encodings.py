"""Consoles that know few letters (B14)."""

import io

import pytest
from mmengine.config import Config

from rtfm_mmaction.cli import extract
from rtfm_mmaction.cli.one_line import errors_in_one_line
from tests.support.forking import run_script
from tests.support.helpers import ROOT
from tests.support.tiny import make_video, make_weights, tiny_config

NAME = '监控🚲é'


@pytest.fixture
def call(tmp_path):
    """Arguments of an extraction of a whole video and a broken one."""
    config = tiny_config(make_weights(tmp_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(tmp_path / 'c.py')
    (tmp_path / 'videos').mkdir()
    make_video(tmp_path / 'v.mp4', 20)
    (tmp_path / 'v.mp4').rename(tmp_path / f'videos/{NAME}.mp4')
    (tmp_path / f'videos/broken{NAME}.mp4').write_bytes(b'no video')
    (tmp_path / f'videos/{NAME}.dat').touch()
    out = str(tmp_path / 'out')
    return [str(tmp_path / 'c.py'), str(tmp_path / 'videos'), '--out', out]


@pytest.mark.parametrize(
    'encoding, shown',
    [
        ('cp1252', '\\u76d1\\u63a7\\U0001f6b2é'),
        ('ascii', '\\u76d1\\u63a7\\U0001f6b2\\xe9'),
        ('utf-8', NAME),
    ],
)
def test_names_outside_of_the_encoding(call, monkeypatch, encoding, shown):
    """Oracle: the exit code of a video that failed, and its name's escapes."""
    streams = [
        io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)
    ]
    monkeypatch.setattr('sys.stdout', streams[0])
    monkeypatch.setattr('sys.stderr', streams[1])
    assert extract.main(call) == 1
    for stream in streams:
        stream.flush()
    printed, said = (s.buffer.getvalue().decode(encoding) for s in streams)
    assert f'broken{shown}.mp4: expected a video' in printed
    assert '1 videos extracted, 0 were there, 1 failed' in printed
    assert f'{shown}.dat' in said


def test_through_a_console_of_its_own(call):
    """The console has the encoding that a user's system sets.

    Oracle: the exit code, and that there is no traceback.
    """
    code, said = run_script(
        ROOT / 'tools/features/extract.py', *call, cwd=ROOT, encoding='ascii'
    )
    assert code == 1, said
    assert 'Traceback' not in said
    assert 'broken\\u76d1' in said


def test_other_objects_in_place_of_the_streams(monkeypatch):
    """A notebook's and a test's have no encoding to change.

    Oracle: no error.
    """
    monkeypatch.setattr('sys.stdout', io.StringIO())
    monkeypatch.setattr('sys.stderr', None)
    with errors_in_one_line('infer'):
        pass
