"""Which videos the command line names."""

import pytest

from rtfm_mmaction.io.inputs import find_videos


@pytest.fixture
def tree(tmp_path):
    for name in (
        'Abuse/v=x__#1_label_B1-0.mp4',
        'Abuse/b.AVI',
        'c d.mkv',
        'Müll.mp4',
        'notes.md',
        'Abuse/.hidden',
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def names(videos):
    return [path.stem for path in videos]


def test_folders_files_and_lists(tree):
    """Oracle: the folder's listing by hand: what has a video's extension, at
    any depth, in the order of the paths; each file once."""
    everything = ['b', 'v=x__#1_label_B1-0', 'Müll', 'c d']
    assert names(find_videos([tree])) == everything
    assert names(find_videos([tree / 'c d.mkv', tree])) == [
        'c d',
        'b',
        'v=x__#1_label_B1-0',
        'Müll',
    ]
    (tree / 'lists').mkdir()
    (tree / 'lists' / 'some.txt').write_text(
        f'../Abuse/v=x__#1_label_B1-0.mp4\n\n  {tree}/Müll.mp4\n',
        encoding='utf-8',
    )
    assert names(find_videos([tree / 'lists' / 'some.txt'])) == [
        'v=x__#1_label_B1-0',
        'Müll',
    ]


def test_what_is_wrong_is_told(tree):
    """Oracle: one error that names the file."""
    (tree / 'empty').mkdir()
    with pytest.raises(ValueError, match='empty: expected videos .*none'):
        find_videos([tree / 'empty'])
    with pytest.raises(
        FileNotFoundError, match='no.mp4: no such file or folder'
    ):
        find_videos([tree, tree / 'no.mp4'])
    (tree / 'list.txt').write_text('gone.mp4\n')
    with pytest.raises(FileNotFoundError, match='gone.mp4.*listed in .*list'):
        find_videos([tree / 'list.txt'])
