"""Videos behind addresses, of a server on this machine."""

import os
import pickle
import runpy
import tempfile

import fsspec
import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.io import web
from rtfm_mmaction.io.inputs import find_videos, name_videos
from rtfm_mmaction.io.moments import Moment, read_moments
from rtfm_mmaction.io.reading import read_json
from rtfm_mmaction.io.remote import (
    KEPT,
    RemoteError,
    as_path,
    is_address,
    local_copy,
    remove_copies,
)
from rtfm_mmaction.io.video import Video, VideoError
from tests.faults.serving import Server
from tests.support.brightness import BRIGHT, DARK, make_place, options
from tests.support.brightness import write_video as write_bright
from tests.support.helpers import ROOT
from tests.support.tiny import make_video, make_weights, tiny_config

extract = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']
infer = runpy.run_path(str(ROOT / 'tools/infer.py'))['main']


@pytest.fixture(scope='module')
def server(module_path):
    server = Server()
    server.folder = module_path
    (module_path / 'cam').mkdir()
    for index, name in enumerate(('a', 'b', 'cam/a', 'c')):
        make_video(module_path / f'{name}.mp4', 40 + index, seed=index)
    return server


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Where copies are, and that they go."""
    folder = tmp_path / 'temporary'
    folder.mkdir()
    monkeypatch.setattr(tempfile, 'tempdir', str(folder))
    remove_copies()
    yield folder
    remove_copies()
    assert not any(folder.iterdir())


def test_what_a_video_is_called(server):
    """Names and ways as of paths; what a question mark begins is none of the
    name, and passwords are not shown. Oracle: by hand."""
    path = as_path('https://me:S3c@host/cam/a.mp4?token=abc&x=1')
    assert (path.name, path.stem, path.suffix) == ('a.mp4', 'a', '.mp4')
    assert str(path) == 'https://host/cam/a.mp4?token=***&x=1'
    assert path.address.startswith('https://me:S3c@host/cam/a.mp4?token=abc')
    assert pickle.loads(pickle.dumps(path)).address == path.address
    assert not is_address('http:a.mp4') and not is_address('c:/a.mp4')
    names = [f'{server.address}/{name}.mp4' for name in ('a', 'b', 'cam/a')]
    found = name_videos(find_videos([*names, names[0]]))
    assert [*found] == ['a', 'b', 'cam/a']
    assert [path.address for path in found.values()] == names
    with pytest.raises(RemoteError, match='expected the address of a file'):
        as_path('s3://bucket//a.mp4')


def test_frames_are_those_of_the_file(server, temporary):
    """Few copies are kept, and none is fetched again that is there. Oracle:
    the file itself."""
    path = as_path(f'{server.address}/a.mp4')
    expected = [*Video(server.folder / 'a.mp4')]
    assert np.array_equal([*Video(path)], expected)
    assert Video(path).bytes == (server.folder / 'a.mp4').stat().st_size
    with server.behaving('error'):
        (frame,) = read_moments(str(path), [Moment(7, 0.28)], 25)
        assert np.array_equal(frame, expected[7])
        assert not path.exists()
    for name in ('b', 'cam/a', 'c'):
        Video(as_path(f'{server.address}/{name}.mp4'))
    assert sum(len(files) for *_, files in os.walk(temporary)) == KEPT
    with server.behaving('error'), pytest.raises(VideoError, match='500'):
        Video(path)


def test_lists_of_addresses(server, tmp_path):
    """A list here and one there, whose lines may be relative to it. Oracle:
    by hand."""
    text = f'{server.address}/a.mp4\ncam/a.mp4\n'
    (server.folder / 'list.txt').write_text(text)
    (server.folder / 'known.json').write_text('{"a": 1}')
    (tmp_path / 'list.txt').write_text(f'{server.address}/b.mp4\n')
    found = find_videos([f'{server.address}/list.txt', tmp_path / 'list.txt'])
    assert [path.address for path in found] == [
        f'{server.address}/{name}.mp4' for name in ('a', 'cam/a', 'b')
    ]
    assert read_json(f'{server.address}/known.json', 'JSON') == {'a': 1}
    with pytest.raises(ValueError, match='no.txt: expected a list of videos'):
        find_videos([f'{server.address}/no.txt'])
    remove_copies()
    with (
        server.behaving('page'),
        pytest.raises(ValueError, match='list.txt.*found a page of HTML'),
    ):
        find_videos([f'{server.address}/list.txt'])


@pytest.mark.parametrize(
    'behaviour, said',
    [
        ('good', '404'),
        ('error', '500'),
        ('cut', r'it broke off after \d+ of \d+ bytes'),
        ('reset', 'reset|broke off'),
        ('stuck', 'timed out'),
        ('page', None),
    ],
)
def test_servers_that_fail_are_told(
    server, temporary, monkeypatch, behaviour, said
):
    """Nothing half fetched is taken or left. Oracle: how it behaves."""
    monkeypatch.setattr(web, 'PATIENCE', 1.0)
    name = 'no.mp4' if behaviour == 'good' else 'a.mp4'
    address = f'{server.address}/{name}'
    with server.behaving(behaviour), pytest.raises(VideoError) as caught:
        Video(address)
    if said is None:
        assert caught.match(f'{address}: expected a video, found a file that')
        assert 'cannot be opened' in str(caught.value)
        remove_copies()
    else:
        assert caught.match(
            rf'{address}: expected a video, found none .*({said})'
        )
    assert not [f for *_, files in os.walk(temporary) for f in files]


def test_other_storages(server, monkeypatch):
    """Those that fsspec knows. Oracles: a storage in memory, and fsspec's own
    words."""
    data = (server.folder / 'a.mp4').read_bytes()
    with fsspec.open('memory://bucket/a.mp4', 'wb') as file:
        file.write(data)
    path = as_path('memory://bucket/a.mp4')
    assert path.exists() and Video(path).bytes == len(data)
    assert local_copy(path).read_bytes() == data
    for address, said in (
        ('memory://bucket/b.mp4', 'b.mp4'),
        ('nostorage://bucket/b.mp4', 'Protocol not known: nostorage'),
    ):
        with pytest.raises(VideoError, match=f'{address}: .*{said}'):
            Video(address)
    monkeypatch.setitem(__import__('sys').modules, 's3fs', None)
    with pytest.raises(VideoError, match='s3://bucket/a.mp4: .*s3fs'):
        Video('s3://bucket/a.mp4')


def test_features_are_those_of_files(server, tmp_path, capsys):
    """Run again, they are there; another file behind the address is noticed,
    as one that is gone. Oracle: a run on the files."""
    weights = make_weights(tmp_path / 'w.pth')
    Config(tiny_config(weights)).dump(tmp_path / 'c.py')
    names = ('b.mp4', 'c.mp4')
    here, there = (
        [str(tmp_path / 'c.py')] + [f'{place}/{name}' for name in names]
        for place in (server.folder, server.address)
    )
    assert extract([*here, '--out', str(tmp_path / 'here')]) == 0
    out = ['--out', str(tmp_path / 'there')]
    assert extract([*there, *out]) == 0
    for path in (tmp_path / 'here').glob('[!.]*'):
        same = (tmp_path / 'there' / path.name).read_bytes()
        assert path.read_bytes() == same
    assert extract([*there, *out]) == 0
    assert '0 videos extracted, 2 were there' in capsys.readouterr().out
    make_video(server.folder / 'c.mp4', 70)
    with pytest.raises(SystemExit, match='c.npy was made with .*bytes: '):
        extract([*there, *out])
    (server.folder / 'c.mp4').unlink()
    assert extract([*there, *out]) == 1
    assert 'c.mp4: expected a video, found none' in capsys.readouterr().out


def test_results_are_those_of_files(server, tmp_path, module_path):
    """All kinds of files. Oracle: a run on the file, but for where it is."""
    place = make_place(tmp_path)
    write_bright(server.folder / 'v.mp4', (64, DARK), (32, BRIGHT))
    formats = ['--formats', 'json', 'csv', 'html', 'plot', 'video']
    for folder, where in (('here', server.folder), ('there', server.address)):
        command = [f'{where}/v.mp4', *options(place), *formats]
        infer([*command, '--out', str(tmp_path / folder)])
    here, there = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ('here', 'there')
    )
    assert here.keys() == there.keys()
    for name in ('events.csv', 'v.png', 'v_annotated.mp4'):
        assert here[name] == there[name]
    assert there['v.json'] == here['v.json'].replace(
        str(server.folder).encode(), server.address.encode()
    )
    assert f'"src": "{server.address}/v.mp4"'.encode() in there['report.html']
    assert b'"picture"' in there['report.html']


def test_results_behind_an_address(tmp_path, capsys):
    """All kinds of files, of a video there, too; a shard's are not made
    again. Oracle: a run into a folder, but for where things are."""
    place = make_place(tmp_path)
    storage = fsspec.filesystem('memory')
    storage.store.clear()
    video = write_bright(tmp_path / 'v.mp4', (64, DARK), (32, BRIGHT))
    storage.put_file(str(video), '/bucket/videos/v.mp4')
    formats = ['json', 'csv', 'html', 'plot', 'video', 'webvtt']
    command = ['memory://bucket/videos/v.mp4', *options(place), '--out']
    more = ['--formats', *formats, '--report-videos', 'copy']
    infer([*command, str(tmp_path / 'here'), *more])
    infer([*command, 'memory://bucket/there', *more])
    assert 'look at memory://bucket/there/report.html' in (
        capsys.readouterr().out.replace('\n', ' ')
    )
    here = {p.name: p.read_bytes() for p in (tmp_path / 'here').iterdir()}
    there = {
        path.rpartition('/')[2]: storage.cat(path)
        for path in storage.find('/bucket/there')
    }
    assert here.keys() == there.keys()
    assert {'v.png', 'v_annotated.mp4', 'v_copy.webm'} < here.keys()
    for name in here.keys() - {'report.html', 'v_copy.webm'}:
        assert here[name] == there[name], name
    assert b'"src": "v_copy.webm"' in there['report.html']
    shard = [*command, 'memory://bucket/shard', '--shard', '1/1']
    infer(shard)
    assert 'shard 1/1: 1 videos, 0 of them' in capsys.readouterr().out
    infer(shard)
    assert 'shard 1/1: 1 videos, 1 of them' in capsys.readouterr().out
    with pytest.raises(SystemExit, match='bucket: expected a storage that t'):
        infer([*command, 'htp://bucket'])
