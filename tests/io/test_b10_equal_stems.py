"""Videos that are called alike are named by their ways (B10)."""

import json

import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.apis.sources import find_sources
from rtfm_mmaction.cli import extract
from rtfm_mmaction.datasets import WeakLabelDataset
from rtfm_mmaction.datasets.annotations import save_annotations
from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.datasets.feature_layouts import get_layout
from rtfm_mmaction.datasets.weak_label_video_dataset import (
    WeakLabelVideoDataset,
)
from rtfm_mmaction.io.inputs import find_videos, name_videos
from tests.support.small_data import annotation, write_features
from tests.support.tiny import make_video, make_weights, tiny_config


def names(tmp_path, *files):
    """Names of files below a folder."""
    paths = [tmp_path / file for file in files]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return list(name_videos(paths))


@pytest.mark.parametrize(
    'files, expected',
    [
        # Those of today stay: nothing clashes.
        (['cam1/a.mp4', 'cam2/b.mp4'], ['a', 'b']),
        (
            ['cam1/00-15.mp4', 'cam2/00-15.mp4', 'cam2/b.mp4'],
            ['cam1/00-15', 'cam2/00-15', 'b'],
        ),
        (['a.mp4', 'x/a.mp4'], ['a', 'x/a']),
        # One folder: the extension tells them apart.
        (['x/a.mp4', 'x/a.avi', 'y/a.avi'], ['x/a.mp4', 'x/a.avi', 'y/a']),
        (['s1/c/a.mp4', 's2/c/a.mp4'], ['s1/c/a', 's2/c/a']),
    ],
)
def test_names(tmp_path, files, expected):
    """Oracle: by hand; the way from the folder that holds all."""
    assert names(tmp_path, *files) == expected


def test_names_that_stay_equal_are_told(tmp_path):
    """Oracle: both files in one sentence."""
    with pytest.raises(ValueError, match='a.mp4.avi: .*a.mp4: both .* a.mp4'):
        names(tmp_path, 'a.mp4', 'a.avi', 'a.mp4.avi')


def test_results_tell_no_letter_case(tmp_path):
    """Results are files, and some systems take A and a for one.

    Oracle: by hand.
    """
    names(tmp_path, 'x/A.mp4', 'y/a.mp4', 'b.mp4')
    found = find_sources(tmp_path)
    assert [source.name for source in found] == ['b', 'x/A', 'y/a']
    assert list(name_videos(find_videos([tmp_path]))) == ['b', 'A', 'a']


def test_from_two_cameras_to_a_data_set(tmp_path, capsys):
    """Extraction, annotations by these names, both kinds of data sets.

    Oracle: each camera's features are those of its video alone.
    """
    for camera in (1, 2):
        (tmp_path / f'videos/cam{camera}').mkdir(parents=True)
        make_video(tmp_path / f'videos/cam{camera}/00-15.mp4', 40, seed=camera)
    make_video(tmp_path / 'videos/lone.mp4', 40, seed=3)
    config = tiny_config(make_weights(tmp_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(tmp_path / 'c.py')
    call = [str(tmp_path / 'c.py'), '--out']
    out = tmp_path / 'out'
    assert extract.main([*call, str(out), str(tmp_path / 'videos')]) == 0
    for camera in (1, 2):
        alone = str(tmp_path / f'alone{camera}')
        video = str(tmp_path / f'videos/cam{camera}/00-15.mp4')
        assert extract.main([*call, alone, video]) == 0
        assert np.array_equal(
            np.load(out / f'cam{camera}/00-15.npy'),
            np.load(f'{alone}/00-15.npy'),
        )
    assert (out / 'lone.npy').exists()
    capsys.readouterr()
    assert extract.main([*call, str(out), str(tmp_path / 'videos')]) == 0
    assert '0 videos extracted, 3 were there' in capsys.readouterr().out
    record = json.loads((out / 'cam2/00-15.json').read_text())
    assert record['video']['file'] == '00-15.mp4'

    called = ['cam1/00-15', 'cam2/00-15', 'lone']
    save_annotations(
        tmp_path / 'a.json', {}, [annotation(name, 0) for name in called]
    )
    for build, prefix in (
        (WeakLabelDataset, dict(features=str(out))),
        (WeakLabelVideoDataset, dict(video=str(tmp_path / 'videos'))),
    ):
        dataset = build(str(tmp_path / 'a.json'), prefix, pipeline=[])
        for index, name in enumerate(called):
            (files,) = dataset.get_data_info(index)['feature_files'].values()
            assert files[0].rpartition('.')[0].endswith(f'/{name}')


def test_features_are_found_by_their_way_anywhere(tmp_path):
    """Below another folder, a file a crop; a way of letters is no way.

    Oracle: by hand.
    """
    row = np.zeros((1, 2), np.float32)
    for name in ('part/cam1/a__0.npy', 'part/cam1/a__1.npy', 'xcam1/a__0.npy'):
        write_features(tmp_path, name, row)
    folder = FeatureFolder(str(tmp_path))
    found = folder.find('cam1/a', 'Normal', get_layout('per_crop'))
    assert found == [
        f'{tmp_path}/part/cam1/a__0.npy',
        f'{tmp_path}/part/cam1/a__1.npy',
    ]
    with pytest.raises(FileNotFoundError, match='cam2/a__0.npy'):
        folder.find('cam2/a', 'Normal', get_layout('per_crop'))
