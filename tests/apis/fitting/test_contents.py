"""Which videos are the same, by their bytes."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtfm_mmaction.apis.fitting import contents
from rtfm_mmaction.apis.fitting.contents import equal_contents

# Files, and folders of frames.
VIDEOS = st.lists(
    st.one_of(
        st.text('ab', min_size=1, max_size=6),
        st.lists(
            st.text('ab', min_size=1, max_size=3), min_size=1, max_size=3
        ),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(VIDEOS)
def test_equal_ones_are_found(tmp_path_factory, videos):
    """Oracle: Python's own comparison of the contents. Sizes, beginnings of
    two bytes and ends are equal now and then."""
    folder = tmp_path_factory.mktemp('videos')
    paths, places = [], defaultdict(list)
    for index, video in enumerate(videos):
        path = folder / str(index)
        if isinstance(video, str):
            path.write_text(video)
        else:
            path.mkdir()
            for number, frame in enumerate(video):
                # Names of frames do not matter, their order does.
                (path / f'{index + number}.png').write_text(frame)
        paths.append(path)
        places[repr(video)].append(index)
    expected = [group for group in places.values() if len(group) > 1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents, 'HEAD', 2)
        assert sorted(equal_contents(paths)) == sorted(expected)


def test_few_files_are_read_whole(tmp_path, monkeypatch):
    """Oracle: the files whose digest is asked for. Others differ by size or
    by their first bytes."""
    paths = []
    for name, head, size in (
        ('a', b'x', 100),
        ('b', b'x', 101),
        ('c', b'y', 100),
        ('d', b'z', 100_000),
        ('e', b'z', 100_000),
    ):
        path = tmp_path / name
        path.write_bytes(head * (size - 1) + name.encode())
        paths.append(path)
    asked = []
    digest = contents.file_digest
    monkeypatch.setattr(
        contents,
        'file_digest',
        lambda path: asked.append(path) or digest(path),
    )
    assert equal_contents(paths) == []
    assert asked == paths[3:]
