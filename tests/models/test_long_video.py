"""Videos scored piece by piece, against the model's own test step."""

import numpy as np
import pytest

from rtfm_mmaction.datasets.feature_layouts import FeatureLayout
from rtfm_mmaction.datasets.feature_rows import FeatureRows
from rtfm_mmaction.models.long_video import score_in_chunks
from tests.support.random_detectors import FORMS, build, features, offline


def check(found, expected):
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key].dtype == np.float32
        assert found[key].shape == value.shape
        np.testing.assert_allclose(found[key], value, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    'form, length, chunk',
    [
        *(
            ('released', *lengths)
            for lengths in (
                (1, 1),
                (1, 9),
                (3, 2),
                (11, 4),
                (13, 1),
                (23, 23),
                (60, 7),
            )
        ),
        ('tsa_alone', 3, 2),
        *((form, 11, 4) for form in FORMS if form != 'released'),
    ],
)
def test_pieces_score_as_the_whole(form, length, chunk):
    """Oracle: the whole video at once; T on both sides of the reach and of
    D = 4, where the whole attends in quadratic and in linear time.

    The whole neck at all lengths, in pieces shorter and longer than its
    reach; each other form in one with neighbours on both sides.
    """
    model, rows = build(form), features(length)
    check(score_in_chunks(model, rows, chunk), offline(model, rows))


def test_the_reach_is_enough_and_not_more():
    """Oracle: by hand, 4 of the widest dilation and 1 of the fusion."""
    reaches = {form: build(form).neck.reach for form in FORMS}
    assert reaches == dict(
        released=5,
        paper=4,
        without_pdc=1,
        without_tsa=5,
        tsa_alone=0,
        neither=0,
        no_neck=0,
        instances=5,
    )


def test_a_training_model_is_taken_into_evaluation():
    """Property: dropout would give other scores."""
    model, rows = build('released').train(), features(9)
    found = score_in_chunks(model, rows, 4)
    check(found, offline(model, rows))


@pytest.mark.parametrize('axes', ['TNC', 'NTC'])
def test_files_are_read_slice_by_slice(tmp_path, axes):
    """Oracle: the array that was saved, crop first or snippet first."""
    model, rows = build('released'), features(20, crops=3)
    path = tmp_path / 'a.npy'
    np.save(path, rows if axes == 'TNC' else rows.swapaxes(0, 1))
    read = FeatureRows([str(path)], FeatureLayout('{video}.npy', axes=axes))
    assert read.shape == rows.shape
    assert np.array_equal(read[3:7], rows[3:7])
    check(score_in_chunks(model, read, 6), offline(model, rows))


def test_a_file_a_crop_and_bad_values(tmp_path):
    """Oracle: the crops side by side; a NaN names the file."""
    rows = features(6)
    files = [str(tmp_path / f'a__{crop}.npy') for crop in range(2)]
    for crop, path in enumerate(files):
        np.save(path, rows[:, crop])
    layout = FeatureLayout('{video}__{crop}.npy')
    assert np.array_equal(FeatureRows(files, layout)[1:4], rows[1:4])
    rows[5, 1, 3] = np.nan
    np.save(files[1], rows[:, 1])
    with pytest.raises(ValueError, match='a__0.npy: expected finite.*crop 1'):
        score_in_chunks(build('released'), FeatureRows(files, layout), 4)


def test_what_cannot_be_scored_is_said():
    """The errors name what was found and expected."""
    model = build('released')
    with pytest.raises(ValueError, match='C = 8, but .*in_channels = 32'):
        score_in_chunks(model, np.zeros((4, 1, 8), np.float32))
    with pytest.raises(ValueError, match='one snippet.*T = 0'):
        score_in_chunks(model, features(0))
    with pytest.raises(ValueError, match='chunk = 0'):
        score_in_chunks(model, features(2), 0)
