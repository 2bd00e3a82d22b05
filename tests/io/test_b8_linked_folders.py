"""Folders that are symbolic links are searched, circles end (B8)."""

import numpy as np

from rtfm_mmaction.apis.sources import find_sources
from rtfm_mmaction.datasets.annotations import save_annotations
from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.datasets.weak_label_video_dataset import (
    WeakLabelVideoDataset,
)
from rtfm_mmaction.io.inputs import find_videos
from rtfm_mmaction.io.walking import walk
from tests.support.small_data import annotation, write_features
from tests.support.tiny import make_video


def link(path, target):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target, target_is_directory=True)


def test_a_linked_class_folder_is_searched_by_all(tmp_path):
    """Oracle: the files by hand, by the names under which they are found."""
    root = tmp_path / 'root'
    (tmp_path / 'disk').mkdir()
    make_video(tmp_path / 'disk/a.mp4', 20)
    write_features(tmp_path / 'disk', 'f.npy', np.zeros((1, 2), np.float32))
    link(root / 'Arson', tmp_path / 'disk')
    assert find_videos([root], str) == [root / 'Arson/a.mp4']
    assert [source.value for source in find_sources(root, None, str)] == [
        root / 'Arson/a.mp4',
        root / 'Arson/f.npy',
    ]
    assert FeatureFolder(str(root)).parents == {
        'f.npy': {'Arson': 'Arson/f.npy'}
    }
    save_annotations(tmp_path / 'a.json', {}, [annotation('a', 0)])
    dataset = WeakLabelVideoDataset(
        str(tmp_path / 'a.json'), dict(video=str(root)), pipeline=[]
    )
    assert dataset.get_data_info(0)['feature_files'] == {
        'video': [str(root / 'Arson/a.mp4')]
    }


def test_circles_and_second_ways_are_not_entered(tmp_path):
    """A link to a folder above, to one beside, to itself and to nowhere.

    Oracle: each real folder once, in the order of names.
    """
    for name in ('a/x', 'b', 'c'):
        (tmp_path / name).mkdir(parents=True)
    link(tmp_path / 'a/up', tmp_path)
    link(tmp_path / 'b/beside', tmp_path / 'a')
    link(tmp_path / 'c/self', tmp_path / 'c/self')
    link(tmp_path / 'c/gone', tmp_path / 'nowhere')
    (tmp_path / 'a/x/v.mp4').touch()
    found = [path for path, _, _ in walk(tmp_path)]
    assert found == [
        tmp_path,
        tmp_path / 'a',
        tmp_path / 'a/x',
        tmp_path / 'b',
        tmp_path / 'c',
    ]
    assert find_videos([tmp_path], str) == [tmp_path / 'a/x/v.mp4']
