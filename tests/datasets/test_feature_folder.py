"""Which file is found for which video."""

import unicodedata

import numpy as np
import pytest

from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.datasets.feature_layouts import get_layout
from tests.support.small_data import write_features

ROW = np.zeros((1, 2), np.float32)


def find(root, video, layout='packed', category='Abuse'):
    files = FeatureFolder(root).find(video, category, get_layout(layout))
    return [file[len(str(root)) + 1 :] for file in files]


def make(root, *names):
    for name in names:
        write_features(root, name, ROW)


def test_folder_of_the_class_before_others(tmp_path):
    """The folder itself, that of the class, then the only other one."""
    make(tmp_path, 'Arson/a.npy', 'Abuse/a.npy', 'x/y/b.npy')
    assert find(tmp_path, 'a') == ['Abuse/a.npy']
    assert find(tmp_path, 'b') == ['x/y/b.npy']
    make(tmp_path, 'a.npy')
    assert find(tmp_path, 'a') == ['a.npy']


def test_two_other_folders_are_told(tmp_path):
    """UCF-Crime publishes some videos twice; which one is not guessed."""
    make(tmp_path, 'train/a.npy', 'test/a.npy')
    with pytest.raises(
        ValueError, match=r"'a': .*a\.npy in one .*test, train"
    ):
        find(tmp_path, 'a')


def test_missing_file_is_named(tmp_path):
    """The error names the video and the file that was expected."""
    with pytest.raises(FileNotFoundError, match=r"'v'.*v_i3d\.npy"):
        find(tmp_path, 'v', 'rtfm')


@pytest.mark.parametrize('gap', [0, 2, 8])
def test_missing_crop_is_named(tmp_path, gap):
    """Crops 0 to 9 but one."""
    make(tmp_path, *(f'a__{k}.npy' for k in range(10) if k != gap))
    with pytest.raises(
        ValueError, match=rf'expected crop {gap}, .*a__{gap}\.npy, found'
    ):
        find(tmp_path, 'a', 'per_crop')


def test_many_crops(tmp_path):
    """Six tiles are usual, forty are legal."""
    make(tmp_path, *(f'a__{k}.npy' for k in range(40)))
    assert find(tmp_path, 'a', 'per_crop') == [
        f'a__{k}.npy' for k in range(40)
    ]


def test_videos_whose_names_look_like_crops(tmp_path):
    """'a' and 'a__1' are both videos, with two crops each."""
    make(tmp_path, 'a__0.npy', 'a__1.npy', 'a__1__0.npy', 'a__1__1.npy')
    assert find(tmp_path, 'a', 'per_crop') == ['a__0.npy', 'a__1.npy']
    assert find(tmp_path, 'a__1', 'per_crop') == ['a__1__0.npy', 'a__1__1.npy']


def test_decomposed_letters_are_the_same_letters(tmp_path):
    """An archive made on a Mac has u and a diaeresis for ü."""
    name = unicodedata.normalize('NFD', 'Überfall.npy')
    make(tmp_path, name)
    assert find(tmp_path, unicodedata.normalize('NFC', 'Überfall')) == [name]


def test_links_that_lead_back_end(tmp_path):
    """A linked folder is searched, a link to a parent not again."""
    make(tmp_path / 'elsewhere', 'a.npy')
    make(tmp_path / 'root', 'b.npy')
    (tmp_path / 'root/link').symlink_to(tmp_path / 'elsewhere')
    (tmp_path / 'root/back').symlink_to(tmp_path / 'root')
    folder = FeatureFolder(tmp_path / 'root')
    assert folder.examples() == (2, ['a.npy', 'b.npy'])


@pytest.mark.parametrize('name, found', [('none', 'none'), ('f', 'a file')])
def test_folder_that_is_none(tmp_path, name, found):
    """Missing, or a file."""
    (tmp_path / 'f').write_text('')
    with pytest.raises(
        FileNotFoundError, match=f'{name}: expected a folder .* found {found}'
    ):
        FeatureFolder(tmp_path / name)
