"""Files are written whole or not at all."""

import stat

import pytest

from rtfm_mmaction.io.atomic import atomic_path


def test_interrupted_write_leaves_the_old_file(tmp_path):
    """KeyboardInterrupt in the middle: old content, no temporary file."""
    target = tmp_path / 'a' / 'b.json'
    with atomic_path(target) as path:
        path.write_text('old')
    with pytest.raises(KeyboardInterrupt):
        with atomic_path(target) as path:
            path.write_text('ne')
            raise KeyboardInterrupt
    assert target.read_text() == 'old'
    assert list(target.parent.iterdir()) == [target]


def test_temporary_has_the_suffix_and_the_result_usual_rights(tmp_path):
    """numpy.save appends a suffix that is missing; others may read."""
    target = tmp_path / 'x.npy'
    with atomic_path(target) as path:
        assert path.suffix == '.npy' and path.parent == tmp_path
    plain = tmp_path / 'plain'
    plain.touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(
        plain.stat().st_mode
    )
