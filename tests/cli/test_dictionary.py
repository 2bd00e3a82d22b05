"""The command that learns a dictionary: its files, and going on."""

import numpy as np
import pytest

from rtfm_mmaction.apis.dictionary import make_dictionary
from rtfm_mmaction.cli import dictionary
from rtfm_mmaction.datasets.normal_dictionary import learn_dictionary
from rtfm_mmaction.datasets.transforms.segmenting import interpolate_snippets
from tests.support.small_data import make_data, small_config


@pytest.fixture
def config(tmp_path):
    """Three normal videos of unequal length, two crops, eight channels."""
    make_data(tmp_path, normal=3)
    return small_config(
        tmp_path,
        's3r_i3d_ped2',
        model__neck__dictionary=str(tmp_path / 'd.npy'),
    )


def test_it_is_of_the_normal_videos_means(config, tmp_path, capsys):
    """Oracle: means of the normal training videos' resampled features by
    numpy. Then whatever the layout: crops in files of their own."""
    config.dump(tmp_path / 'config.py')
    dictionary.main([str(tmp_path / 'config.py')])
    assert f'{tmp_path}/d.npy: 2 rows of 3 normal' in capsys.readouterr().out
    features = tmp_path / 'features'
    videos = [np.load(features / f'train{i}.npy') for i in (3, 4, 5)]
    means = [interpolate_snippets(v, 9).mean((0, 1)) for v in videos]
    expected = learn_dictionary(np.stack(means), 2)
    found = np.load(tmp_path / 'd.npy')
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-5)
    for file in list(features.glob('*.npy')):
        for crop, values in enumerate(np.load(file).swapaxes(0, 1)):
            np.save(features / f'{file.stem}__{crop}.npy', values)
        file.unlink()
    config.train_dataloader.dataset.dataset.layout = 'per_crop'
    make_dictionary(config, str(tmp_path / 'e.npy'))
    assert np.array_equal(np.load(tmp_path / 'e.npy'), found)
    assert not list(tmp_path.glob('*.part'))


def test_it_goes_on(config, tmp_path):
    """Stopped behind a video, whose line is there, and within the next one's
    line. Oracle: the bytes of a run that was never stopped; a video that has
    changed is read again."""

    def stopped(videos):
        yield videos[0]
        raise KeyboardInterrupt

    whole = make_dictionary(config, str(tmp_path / 'whole.npy'))
    assert whole[1:] == (2, 3, 3)
    with pytest.raises(KeyboardInterrupt):
        make_dictionary(config, track=stopped)
    part = tmp_path / 'd.npy.part'
    text = part.read_text()
    part.write_text(text + text.strip()[: len(text) // 2])
    assert make_dictionary(config).num_read == 2
    assert (tmp_path / 'd.npy').read_bytes() == (
        tmp_path / 'whole.npy'
    ).read_bytes()
    with pytest.raises(KeyboardInterrupt):
        make_dictionary(config, track=stopped)
    first = tmp_path / 'features/train3.npy'
    np.save(first, np.load(first)[1:])
    assert make_dictionary(config).num_read == 3


def test_held_out_videos_are_not_looked_at(config, tmp_path):
    """Oracle: the data set's own split."""
    config.train_dataloader.dataset.dataset.val_ratio = 0.4
    assert make_dictionary(config).num_videos == 2


@pytest.mark.parametrize(
    'case, words',
    [
        ('zeros', 'found nothing but zeros'),
        ('nan', r'train4\.npy: .*NaN'),
        ('rows', r'model\.neck\.num_rows: expected'),
        ('name', r'ends in \.npy'),
        ('abnormal', 'expected normal videos, found 3 abnormal'),
    ],
)
def test_bad_input_is_told(config, tmp_path, case, words):
    """One sentence each, and no dictionary."""
    features, arguments = tmp_path / 'features', []
    for index in (3, 4, 5):
        file = features / f'train{index}.npy'
        values = np.load(file)
        if case == 'zeros':
            np.save(file, 0 * values)
        if case == 'nan' and index == 4:
            np.save(file, values * np.nan)
    if case == 'rows':
        config.model.neck.num_rows = 0
    if case == 'name':
        arguments = ['--out', str(tmp_path / 'd.txt')]
    if case == 'abnormal':
        config.train_dataloader.dataset.dataset.indices = 3
    config.dump(tmp_path / 'config.py')
    with pytest.raises(SystemExit, match=words) as ended:
        dictionary.main([str(tmp_path / 'config.py'), *arguments])
    assert str(ended.value).startswith('dictionary: ')
    assert not (tmp_path / 'd.npy').exists()
