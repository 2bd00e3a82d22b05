"""States in files: what was written comes back, and nothing else is read."""

import numpy as np
import pytest

from rtfm_mmaction.io.state_file import read_state, write_state


def test_what_was_written_comes_back(tmp_path):
    """Oracle: what was written, to the bit and type; tuples become lists."""
    random = np.random.default_rng(0)
    arrays = [
        random.random((2, 3), np.float32),
        np.float64(random.random((0, 4))),
        random.integers(0, 256, (5,), np.uint8),
        np.array(3.5),
    ]
    content = dict(
        arrays=arrays,
        inner=dict(more=arrays[0], text='é', none=None, number=1 / 3),
        pair=(1, True),
    )
    write_state(tmp_path / 'a.state', content)
    assert [path.name for path in tmp_path.iterdir()] == ['a.state']
    found = read_state(tmp_path / 'a.state')
    for ours, theirs in zip(
        [*found.pop('arrays'), found['inner'].pop('more')],
        [*arrays, arrays[0]],
        strict=True,
    ):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)
        assert ours.shape == theirs.shape
    assert found == dict(
        inner=dict(text='é', none=None, number=1 / 3), pair=[1, True]
    )


def test_other_files_are_refused(tmp_path):
    """Property: one sentence with the file's name, whatever is in it."""
    path = tmp_path / 'a.state'
    write_state(path, dict(a=np.zeros(9)))
    whole = path.read_bytes()
    turned = bytearray(whole)
    turned[len(whole) // 3] ^= 255
    for content in (b'', b'{}', whole[:-30], whole[:50], bytes(turned)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match='a.state: expected a state that'):
            read_state(path)
    np.savez(tmp_path / 'b.npz', other=np.zeros(3))
    np.savez(tmp_path / 'c.npz', values=np.zeros(3, np.uint8))
    named = b'{"a": {"__array__": 7}}'
    np.savez(tmp_path / 'd.npz', values=np.frombuffer(named, np.uint8))
    # 200 MB of zeros in 200 KB.
    np.savez_compressed(tmp_path / 'e.npz', values=np.zeros(200 << 20, 'u1'))
    for name in 'bcde':
        with pytest.raises(ValueError, match=f'{name}.npz: expected a state'):
            read_state(tmp_path / f'{name}.npz')
    with pytest.raises(FileNotFoundError):
        read_state(tmp_path / 'none')


def test_what_is_no_plain_value_is_not_written(tmp_path):
    with pytest.raises(TypeError):
        write_state(tmp_path / 'a.state', dict(a=object()))
    assert not (tmp_path / 'a.state').exists()
