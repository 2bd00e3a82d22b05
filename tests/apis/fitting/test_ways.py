"""Ways below the folders that were given, and names by them."""

import pytest

from rtfm_mmaction.apis.fitting.ways import find_ways, name_ways


def ways_of(root, *files, sources):
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return find_ways([root / source for source in sources])


@pytest.mark.parametrize(
    'files, sources, ways',
    [
        (['d/a.mp4', 'd/x/b.mp4'], ['d'], ['a.mp4', 'x/b.mp4']),
        # Files of one folder.
        (['d/a.mp4', 'd/b.mp4'], ['d/b.mp4', 'd/a.mp4'], ['b.mp4', 'a.mp4']),
        # Several folders, by their names where these tell them apart.
        (['d/a.mp4', 'e/f/a.mp4'], ['d', 'e/f'], ['d/a.mp4', 'f/a.mp4']),
        (
            ['d/v/a.mp4', 'e/v/a.mp4'],
            ['d/v', 'e/v'],
            ['d/v/a.mp4', 'e/v/a.mp4'],
        ),
        # Found before by another name of the command.
        (['d/x/a.mp4'], ['d', 'd/x', 'd/x/a.mp4'], ['x/a.mp4']),
        # A pattern stands for the folder that all of its files lie in.
        (['d/x/a.mp4', 'd/y/b.mp4'], ['d/*/*.mp4'], ['x/a.mp4', 'y/b.mp4']),
    ],
)
def test_ways(tmp_path, files, sources, ways):
    """Oracle: by hand."""
    found = ways_of(tmp_path, *files, sources=sources)
    assert [way.way for way in found] == ways


def test_a_way_knows_its_folders(tmp_path):
    """Oracle: by hand; the name of the folder given is none of them."""
    files = ['d/x/y/a.mp4', 'e/a.mp4']
    found = ways_of(tmp_path, *files, sources=['d', 'e'])
    assert [way.folders for way in found] == [['x', 'y'], []]


def test_names_that_stay_equal_are_told(tmp_path):
    """Oracle: both files in one sentence."""
    files = ['d/a.mp4', 'd/a.avi', 'd/a.mp4.avi']
    found = ways_of(tmp_path, *files, sources=['d'])
    with pytest.raises(ValueError, match='a.mp4.avi: .*a.mp4: both .*/a.mp4'):
        name_ways('abnormal', found)
