"""RGB with audio or flow, through the data set's configuration."""

import numpy as np
import pytest
from mmaction.registry import DATASETS

from rtfm_mmaction.datasets.annotations import save_annotations
from rtfm_mmaction.datasets.feature_streams import check_finite, joint_shape
from tests.support.small_data import annotation, write_features

RNG = np.random.default_rng(0)
VIDEO = 'a__#00-01_label_B2-0-0'


def build(root, length=7, audio_length=6, audio_layout='vggish', **kwargs):
    """One video: five crops of visual features, one audio file."""
    visual = RNG.random((5, length, 8), np.float32)
    for crop in range(5):
        write_features(root / 'i3d', f'{VIDEO}__{crop}.npy', visual[crop])
    audio = RNG.random((audio_length, 3), np.float32)
    write_features(root / 'vggish', f'{VIDEO}__vggish.npy', audio)
    save_annotations(root / 'train.json', dict(), [annotation(VIDEO, 1)])
    config = dict(
        type='WeakLabelDataset',
        ann_file='train.json',
        data_root=str(root),
        data_prefix=dict(features='i3d', audio='vggish'),
        layout=dict(features='per_crop', audio=audio_layout),
        pipeline=[dict(type='LoadFeature'), dict(type='PackAnomalyInputs')],
    )
    return visual, audio, DATASETS.build({**config, **kwargs})


@pytest.mark.parametrize('length, audio_length', [(7, 7), (7, 6), (6, 7)])
def test_audio_follows_the_visual_channels(tmp_path, length, audio_length):
    """The longer one loses its last row; audio is the same for all crops.

    Oracle: channel by channel what was written.
    """
    visual, audio, dataset = build(tmp_path, length, audio_length)
    bag = dataset[0]['inputs'].numpy()
    rows = min(length, audio_length)
    assert bag.shape == (5, rows, 11)
    assert np.array_equal(bag[..., :8], visual[:, :rows])
    for crop in range(5):
        assert np.array_equal(bag[crop, :, 8:], audio[:rows])
    info = dataset.get_data_info(0)
    assert (info['num_snippets'], info['num_crops'], info['num_channels']) == (
        rows,
        5,
        11,
    )


def test_layouts_are_detected_for_each_stream(tmp_path):
    """layout='auto' for both."""
    visual, _, dataset = build(tmp_path, layout='auto')
    assert dataset[0]['inputs'].shape == (5, 6, 11)


def test_flow_follows_rgb_crop_by_crop(tmp_path):
    """Both have five crops; flow ends a snippet earlier, as it may.

    Oracle: channel by channel what was written.
    """
    flow = RNG.random((6, 5, 4), np.float32)
    write_features(tmp_path / 'flow', f'{VIDEO}.npy', flow)
    visual, _, dataset = build(
        tmp_path,
        data_prefix=dict(features='i3d', flow='flow'),
        layout=dict(features='per_crop', flow='packed'),
    )
    bag = dataset[0]['inputs'].numpy()
    assert np.array_equal(bag[..., :8], visual[:, :6])
    assert np.array_equal(bag[..., 8:], flow.swapaxes(0, 1))


def test_streams_of_other_length_are_refused(tmp_path):
    """T = 7 and 5 are not of one video."""
    with pytest.raises(
        ValueError, match=r"__0\.npy: found T = 7 of 'features', 5 of '"
    ):
        build(tmp_path, 7, 5)


def test_streams_of_other_crops_are_refused():
    """Five and ten crops cannot be matched."""
    with pytest.raises(
        ValueError,
        match="'v': found crops 5 of 'features', 10"
        " of 'flow', expected the same",
    ):
        joint_shape(dict(features=(7, 5, 4), flow=(7, 10, 4)), "'v'")


def test_each_stream_needs_a_layout(tmp_path):
    """A name for all, or one for each."""
    with pytest.raises(ValueError, match=r"\['audio', 'features'\] .*'feat"):
        build(tmp_path, layout=dict(features='per_crop'))


@pytest.mark.parametrize(
    'value, place', [([np.nan], 1), ([np.inf], 1), ([-np.inf, np.inf], 2)]
)
def test_values_that_are_not_finite(value, place):
    """Infinities that would cancel each other are found, too."""
    feature = np.zeros((4, 2, 3), np.float32)
    feature[2, 1, : len(value)] = value
    with pytest.raises(ValueError, match=rf'f: .* {place} NaN .*2, crop 1'):
        check_finite(feature, 'f')


def test_a_sum_that_overflows_is_no_fault():
    """1e19 squared and times three is below 3.4e38, the largest float32; the
    sum over all vectors is not."""
    check_finite(np.full((4, 2, 3), 1e19, np.float32), 'f')


def test_a_length_that_overflows_is():
    """1e20 squared is above it (faults.md, C10): no score would be a number,
    and the file would not be known any more."""
    feature = np.ones((4, 2, 3), np.float32)
    feature[2, 1, 0] = -1e20
    with pytest.raises(
        ValueError, match=r'f: .*l2 norm.* up to 1e\+20 in snippet 2, crop 1'
    ):
        check_finite(feature, 'f')
