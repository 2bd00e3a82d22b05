"""Names of feature files, forwards and backwards."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rtfm_mmaction.datasets.feature_layouts import (
    LAYOUTS,
    FeatureLayout,
    get_layout,
    reduce_path,
)

# All that a file system takes, and what published names are full of.
NAMES = st.text(
    st.characters(codec='utf-8', exclude_characters='/\\\0'), min_size=1
) | st.text('a0_#=[](){} .-é', min_size=1)


@given(
    video=NAMES,
    crop=st.integers(0, 30),
    layout=st.sampled_from(sorted(LAYOUTS)),
)
@example(video='v=S-7r__#1_label_B4-0-0', crop=3, layout='per_crop')
@example(video='a__3', crop=0, layout='per_crop')
@example(video='{crop}', crop=2, layout='per_crop')
def test_names_read_backwards(video, crop, layout):
    """Property: parsing the name of a file gives the video and the crop."""
    layout = get_layout(layout)
    crop = crop if layout.file_per_crop else 0
    assert layout.parse(layout.file_name(video, crop)) == (video, crop)


@pytest.mark.parametrize(
    'layout, file, expected',
    [
        ('per_crop', 'Abuse028_x264__9.npy', ('Abuse028_x264', 9)),
        ('per_crop', 'Abuse028_x264.npy', ('Abuse028_x264', 0)),
        ('per_crop', 'a__#00-01_label_A__4.npy', ('a__#00-01_label_A', 4)),
        ('per_crop', 'a__1__2.npy', ('a__1', 2)),
        ('per_crop_single', '01_0015_7.npy', ('01_0015', 7)),
        ('per_crop_single', '01_0015_x.npy', None),
        ('rtfm', '01_0014_i3d.npy', ('01_0014', 0)),
        ('rtfm', '01_0014.npy', None),
        ('vggish', 'a__#1_label_A__vggish.npy', ('a__#1_label_A', 0)),
        ('sultani_text', 'Explosion008_x264.txt', ('Explosion008_x264', 0)),
    ],
)
def test_names_in_circulation(layout, file, expected):
    """Oracle: the names of published files, read by hand."""
    assert get_layout(layout).parse(file) == expected


@given(name=NAMES, folders=st.lists(NAMES), windows=st.booleans())
def test_paths_of_any_system_are_reduced(name, folders, windows):
    """Property: whatever folders stand in front, the file's name is left."""
    separator = '\\' if windows else '/'
    path = separator.join(['D:' if windows else '', *folders, name])
    assert reduce_path(path) == name


def test_layout_of_ones_own():
    """Fields instead of a name."""
    layout = get_layout(dict(name='rgb-{video}.npy', axes='NTC'))
    assert layout == FeatureLayout('rgb-{video}.npy', axes='NTC')
    assert layout.file_name('a') == 'rgb-a.npy'


@pytest.mark.parametrize(
    'layout, message',
    [
        ('i3d', "found 'i3d', expected one of .*rtfm"),
        (dict(name='a.npy'), r"name must be .*\{video\} once, found 'a.npy'"),
        (dict(name='{video}.npy', axes='CTN'), "axes must be .* found 'CTN'"),
        (dict(nam='{video}.npy'), 'nam.*expected the fields of FeatureLayout'),
    ],
)
def test_bad_layouts_are_told(layout, message):
    """The error names what was found and what there is."""
    with pytest.raises(ValueError, match=message):
        get_layout(layout)
