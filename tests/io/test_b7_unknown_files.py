"""Files that are passed over are counted and named (B7)."""

import pytest

from rtfm_mmaction.apis.sources import find_sources
from rtfm_mmaction.cli import extract, infer
from rtfm_mmaction.io.inputs import find_videos
from rtfm_mmaction.io.walking import search
from rtfm_mmaction.workshop.composing.clips import read_clips
from tests.support.small_data import make_data, small_config
from tests.support.tiny import make_video, make_weights, tiny_config


def make(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize(
    'extension', 'dav 3gp asf h264 m2ts mts ogv vob MP4 Avi hevc'.split()
)
def test_what_recorders_write_is_video(tmp_path, extension):
    """Oracle: the file."""
    make(tmp_path, f'a.{extension}')
    assert find_videos([tmp_path]) == [tmp_path / f'a.{extension}']


def test_others_are_counted_and_named(tmp_path):
    """One sentence: how many, of which kinds, and one of them; none where
    there are none, and none of what lies beside features or below the folder
    for results.

    Oracle: by hand.
    """
    said = []
    make(tmp_path, 'x/a.mp4', 'x/b.txt', 'c.txt', 'x/y/d.DAT', 'x/e')
    find_videos([tmp_path], said.append)
    assert said == [
        f'{tmp_path}: passed over 4 files that are no videos: .txt 2, '
        f'no extension 1, .dat 1, such as {tmp_path / "c.txt"}'
    ]
    said.clear()
    find_videos([tmp_path / 'x/a.mp4'], said.append)
    make(tmp_path, 'f/a.npy', 'f/a.json', 'f/out/a.json', 'f/out/z.npy')
    sources = find_sources(tmp_path / 'f', tmp_path / 'f/out', said.append)
    assert [source.name for source in sources] == ['a']
    assert said == []
    find_sources(tmp_path / 'f', tmp_path / 'elsewhere', said.append)
    (sentence,) = said
    assert 'over 1 file that is no videos: .json 1' in sentence


def test_folders_that_cannot_be_listed_are_named(tmp_path, monkeypatch):
    """A disk's lost+found is no reason to stop; the folder itself is.

    Oracle: by hand.
    """
    make(tmp_path, 'a.mp4', 'locked/b.mp4')
    import os

    def scandir(path, real=os.scandir):
        if str(path).endswith('locked'):
            raise PermissionError(13, 'Permission denied', str(path))
        return real(path)

    monkeypatch.setattr('os.scandir', scandir)
    findings = search(tmp_path, ('.mp4',))
    assert findings.paths == [tmp_path / 'a.mp4']
    assert findings.remarks() == [
        'passed over 1 folder that cannot be listed, such as '
        f'{tmp_path / "locked"}'
    ]
    with pytest.raises(ValueError, match='locked: .*Permission denied'):
        search(tmp_path / 'locked', ('.mp4',))


def test_tools_say_it(tmp_path, capsys):
    """Commands that search for videos say it.

    Oracle: the sentence on standard error, once.
    """
    from mmengine.config import Config

    folder = tmp_path / 'videos'
    folder.mkdir()
    make_video(folder / 'a.mp4', 20)
    make(folder, 'b.exe')
    config = tiny_config(make_weights(tmp_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(tmp_path / 'extractor.py')
    small_config(make_data(tmp_path)).dump(tmp_path / 'model.py')
    said = f'{folder}: passed over 1 file that is no videos: .exe 1, such as'
    extractor = str(tmp_path / 'extractor.py')
    out = str(tmp_path / 'out')
    assert extract.main([extractor, str(folder), '--out', out]) == 0
    assert capsys.readouterr().err.count(said) == 1
    with pytest.raises(SystemExit):  # 4 channels against 8
        infer.main(
            [
                str(folder),
                '--config',
                str(tmp_path / 'model.py'),
                '--checkpoint',
                str(tmp_path / 'w.pth'),
                '--out',
                out,
            ]
        )
    make_video(folder / 'c.mp4', 40)
    (folder / 'a.mp4').unlink()
    read_clips({'Normal': [folder]}, 25)
    assert capsys.readouterr().err.count(said) == 1
