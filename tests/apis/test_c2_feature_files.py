"""Feature files as inputs of infer, in the layouts of training (C2)."""

import json

import numpy as np
import pytest

from rtfm_mmaction.apis.inferencer import AnomalyInferencer
from rtfm_mmaction.apis.sources import find_sources
from rtfm_mmaction.datasets.annotations import save_annotations
from rtfm_mmaction.datasets.feature_layouts import LAYOUTS, get_layout
from tests.support.brightness import make_place
from tests.support.small_data import annotation


@pytest.fixture(scope='module')
def place(module_path):
    """Config and weights of a detector of C = 4."""
    return make_place(module_path)


@pytest.fixture
def rows():
    """(T, N, C) = (9, 3, 4)."""
    return np.random.default_rng(0).random((9, 3, 4), np.float32)


def inferencer(place, **options):
    return AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        show_progress=False,
        **options,
    )


def scores(outcome):
    return {
        found['video']: found['scores'] for found in outcome['predictions']
    }


def write(folder, layout, rows, video='v_1'):
    """Write a video's features as a layout has them."""
    layout = get_layout(layout)
    if layout.file_per_crop:
        for crop in range(rows.shape[1]):
            np.save(folder / layout.file_name(video, crop), rows[:, crop])
    elif layout.name.endswith('.txt'):
        np.savetxt(folder / layout.file_name(video), rows[:, 0])
    else:
        array = rows if layout.axes == 'TNC' else rows.swapaxes(0, 1)
        if layout.drop_last:
            norms = np.linalg.norm(array, axis=-1, keepdims=True)
            array = np.concatenate([array, norms], -1)
        np.save(folder / layout.file_name(video), array)


@pytest.mark.parametrize('layout', sorted({*LAYOUTS} - {'vggish'}))
def test_each_layout_is_one_video(place, tmp_path, rows, layout):
    """Oracle: the array itself, and the name without what the layout adds."""
    if LAYOUTS[layout].num_segments:
        rows = np.resize(rows, (32, 3, 4))
    if layout == 'sultani_text':
        rows = rows[:, :1]
    write(tmp_path, layout, rows)
    expected = scores(inferencer(place)([rows]))['array-0']
    for inputs in (tmp_path, sorted(tmp_path.iterdir())):
        outcome = inferencer(place, layout=layout)(inputs)
        assert not outcome['failed']
        found = scores(outcome)
        assert list(found) == ['v_1']
        assert found['v_1'] == pytest.approx(expected, abs=1e-6)


def test_the_layout_of_the_config_is_taken(place, tmp_path, rows):
    """Oracle: as above, and the annotations of that name."""
    (tmp_path / 'config.py').write_text(
        (place / 'config.py').read_text()
        + "train_dataloader = dict(dataset=dict(dataset=dict(layout='rtfm')))"
    )
    write(tmp_path, 'rtfm', rows)
    np.save(tmp_path / 'other.npy', rows)  # no name of the layout
    save_annotations(
        tmp_path / 'a.json', {}, [annotation('v_1', 1, 144, [[0, 16]])]
    )
    found = AnomalyInferencer(
        str(tmp_path / 'config.py'),
        str(place / 'd.pth'),
        annotations=str(tmp_path / 'a.json'),
        show_progress=False,
    )(tmp_path)['predictions']
    assert {video['video']: video.get('label') for video in found} == {
        'other': None,
        'v_1': 1,
    }


def test_a_side_car_wins_over_the_config(place, tmp_path, rows):
    """Oracle: what rtfm extract writes is (T, N, C), whatever the layout."""
    np.save(tmp_path / 'v_1.npy', rows)
    (tmp_path / 'v_1.json').write_text(json.dumps(dict(settings={})))
    found = find_sources(tmp_path, layout=get_layout('per_crop_single'))
    assert [(s.name, s.layout.name) for s in found] == [('v_1', '{video}.npy')]


def test_what_cannot_be_read_is_said(place, tmp_path, rows):
    """Oracle: the reasons; the sound one is scored."""
    (tmp_path / 'f').mkdir()
    write(tmp_path / 'f', 'per_crop', rows, 'sound')
    write(tmp_path / 'f', 'per_crop', rows, 'gap')
    (tmp_path / 'f/gap__1.npy').unlink()
    np.savez(tmp_path / 'a.npz', rows)
    (tmp_path / 'b.pt').write_bytes(b'PK')
    outcome = inferencer(place, layout='per_crop')(
        [tmp_path / 'f', tmp_path / 'a.npz', tmp_path / 'b.pt']
    )
    assert list(scores(outcome)) == ['sound']
    reasons = outcome['failed']
    assert 'expected crop 1, gap__1.npy' in reasons['gap']
    assert 'found a .npz file' in reasons['a']
    assert 'found a .pt file' in reasons['b']


def test_names_of_another_layout_are_refused(place, tmp_path, rows):
    """Oracle: the layout that somebody has named."""
    np.save(tmp_path / 'v.npy', rows)
    outcome = inferencer(place, layout='rtfm')([tmp_path / 'v.npy'])
    assert 'expected a name such as NAME_i3d.npy' in outcome['failed']['v']


@pytest.mark.parametrize('first', [5, 10])
def test_crops_in_front_are_doubted(place, tmp_path, first):
    """Oracle: scores of the array that is turned (C3)."""
    rows = np.random.default_rng(0).random((40, first, 4), np.float32)
    turned = np.ascontiguousarray(rows.swapaxes(0, 1))
    np.save(tmp_path / 'v_i3d.npy', turned)
    outcome = inferencer(place)([tmp_path / 'v_i3d.npy', turned, rows])
    for name in ('v_i3d', 'array-0'):
        assert f'first axis, {first}, looks like' in outcome['failed'][name]
    expected = scores(outcome)['array-1']
    found = scores(
        inferencer(place, layout='crop_first')(
            [tmp_path / 'v_i3d.npy', turned]
        )
    )
    assert found['v'] == found['array-0'] == expected
