"""Names that begin with a dot are passed over by all tools (B9)."""

import numpy as np
import pytest

from rtfm_mmaction.apis.normal_scores import read_normal_scores
from rtfm_mmaction.apis.sources import find_sources
from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.io.inputs import find_videos
from rtfm_mmaction.io.walking import search
from rtfm_mmaction.workshop.composing.clips import read_clips
from rtfm_mmaction.workshop.converters.frame_counts import count_frames
from tests.support.small_data import write_features
from tests.support.tiny import make_video

FOLDERS = (
    '.@__thumb',
    '.Trash-1000/files',
    '@eaDir',
    '#recycle',
    '$RECYCLE.BIN',
    'lost+found',
    '__MACOSX',
)


@pytest.fixture(scope='module')
def tree(module_path):
    """Two videos and two files of features among what is none of a
    person's."""
    module_path = module_path / '.hidden-itself'
    module_path.mkdir()
    make_video(module_path / 'a.mp4', 20)
    (module_path / 'deep').mkdir()
    make_video(module_path / 'deep/b.mp4', 20)
    (module_path / '._a.mp4').write_bytes(b'resource fork')
    row = np.zeros((1, 2), np.float32)
    for name in ('f.npy', 'deep/g.npy', '.tmp-abcd1234.npy', '._f.npy'):
        write_features(module_path, name, row)
    for folder in FOLDERS:
        (module_path / folder).mkdir(parents=True)
        (module_path / folder / 'a.mp4').write_bytes(b'thumbnail')
        write_features(module_path / folder, 'f.npy', row)
    return module_path


def test_every_search_passes_them_over(tree):
    """Oracle: the files that a person put there."""
    videos = [tree / 'a.mp4', tree / 'deep/b.mp4']
    features = [tree / 'deep/g.npy', tree / 'f.npy']
    said = []
    assert find_videos([tree], said.append) == videos
    found = [source.value for source in find_sources(tree, None, said.append)]
    assert sorted(found) == sorted(videos + features)
    assert sorted(FeatureFolder(str(tree)).parents) == ['f.npy', 'g.npy']
    assert count_frames(tree) == {'a': 20, 'b': 20}
    assert search(tree, ('.npy',)).paths == features
    (clip,) = read_clips({'Normal': [tree]}, 25)
    assert clip.path == tree / 'a.mp4'
    # Two files of features, once; hidden ones are not worth a word.
    assert [sentence.partition(': ')[2][:25] for sentence in said] == [
        'passed over 2 files that '
    ]


def test_a_file_that_is_named_is_taken(tree):
    """Oracle: the file; who names it wants it."""
    assert find_videos([tree / '._a.mp4']) == [tree / '._a.mp4']


def test_other_storages_are_alike(tree, monkeypatch):
    """Oracle: the same files through mmengine's listing."""
    monkeypatch.setattr(
        'rtfm_mmaction.datasets.feature_folder.is_local', lambda *args: False
    )

    class Storage:
        @staticmethod
        def list_dir_or_file(root, list_dir, suffix, recursive):
            return [
                path.relative_to(root).as_posix()
                for path in tree.rglob('*.npy')
            ]

    monkeypatch.setattr(
        'rtfm_mmaction.datasets.feature_folder.file_backend',
        lambda *args: Storage(),
    )
    assert sorted(FeatureFolder(str(tree)).parents) == ['f.npy', 'g.npy']


def test_results_of_normal_videos(tmp_path):
    """Oracle: one readable file beside a Mac's."""
    (tmp_path / 'a.json').write_text(
        '{"scores": [0.5], "seconds_per_snippet": 1, "video": "a"}'
    )
    (tmp_path / '._a.json').write_bytes(b'\0\5\x16\7')
    (curve,) = read_normal_scores([tmp_path])
    assert curve.video == 'a'
