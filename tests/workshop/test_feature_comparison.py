"""Differences that are put in are found."""

import json
import runpy

import numpy as np
import pytest

from rtfm_mmaction.workshop.feature_comparison import (
    compare_features,
    describe,
)
from tests.support.helpers import ROOT

RNG = np.random.default_rng(0)


def video(length=12, crops=5, channels=64):
    """Snippets that change slowly; crops that share most of a snippet."""
    steps = RNG.standard_normal((length, 1, channels)).cumsum(0) / 3
    return np.abs(steps + RNG.standard_normal((length, crops, channels)) / 2)


FIRST = video()
ORDER = [4, 0, 1, 3, 2]  # crop n of the second is crop ORDER[n] of the first
BACK = tuple(int(ORDER.index(n)) for n in range(5))


@pytest.mark.parametrize(
    'second, offset, order, scale',
    [
        (FIRST, 0, None, 1),
        (FIRST[:, ORDER], 0, BACK, 1),
        (3.5 * FIRST, 0, None, 3.5),
        (FIRST[1:], -1, None, 1),
        (np.concatenate([video(2), FIRST]), 2, None, 1),
        (0.2 * FIRST[1:, ORDER], -1, BACK, 0.2),
    ],
)
def test_what_was_done_is_found(second, offset, order, scale):
    """Oracle: order, offset and factor that the second was made with."""
    found = compare_features(FIRST, second)
    assert found.offset == offset
    assert found.order == (order or tuple(range(5)))
    assert found.scale == pytest.approx(scale)
    assert found.left < 1e-12


def test_figures_against_a_loop():
    """Cosine, ratio of norms and distance, vector by vector."""
    second = 2 * FIRST + video() / 5
    found = compare_features(FIRST, second)
    for crop in range(5):
        pairs = list(zip(FIRST[:, crop], second[:, crop]))
        cosines = [a @ b / np.sqrt((a @ a) * (b @ b)) for a, b in pairs]
        assert found.cosine[crop] == pytest.approx(np.mean(cosines))
        norms = np.array([[np.sqrt(a @ a), np.sqrt(b @ b)] for a, b in pairs])
        assert found.norm_ratio[crop] == pytest.approx(
            norms[:, 1].sum() / norms[:, 0].sum()
        )
    squares = [((second - FIRST) ** 2).sum(), (FIRST**2).sum()]
    assert found.distance == pytest.approx((squares[0] / squares[1]) ** 0.5)


@pytest.mark.parametrize(
    'second, words',
    [
        (FIRST.astype(np.float16), 'equal but for rounding'),
        (
            FIRST * (1 + 0.01 * RNG.standard_normal(FIRST.shape)),
            'the same network, in another precision',
        ),
        (video(), 'other weights'),
    ],
)
def test_what_is_left_is_named(second, words):
    """By its size: rounding, one per cent, another network."""
    causes = describe(compare_features(FIRST, second))
    assert words in causes[-1] and len(causes) == 1


@pytest.mark.parametrize(
    'second, message',
    [
        (FIRST[:, :3], r'\(5, 64\) and \(3, 64\)'),
        (FIRST[:8], 'T = 12 and 8'),
    ],
)
def test_shapes_that_cannot_be_compared(second, message):
    """Both are named."""
    with pytest.raises(ValueError, match=message):
        compare_features(FIRST, second)


def run(*args):
    main = runpy.run_path(str(ROOT / 'tools/features/compare.py'))['main']
    return main([str(arg) for arg in args])


def save(root, layout='packed', change=lambda feature: feature):
    root.mkdir()
    for name in ('a [1]', 'b__#2'):
        feature = change(
            np.random.default_rng(len(name)).random((6, 5, 16), np.float32)
        )
        if layout == 'packed':
            np.save(root / f'{name}.npy', feature)
        for crop in range(5) if layout == 'per_crop' else ():
            np.save(root / f'{name}__{crop}.npy', feature[:, crop])


def test_tool_over_two_layouts(tmp_path, capsys):
    """The same values in files of other names: exit code 0."""
    save(tmp_path / 'a')
    save(tmp_path / 'b', 'per_crop')
    np.save(tmp_path / 'a/alone.npy', np.ones((1, 5, 16), np.float32))
    assert (
        run(tmp_path / 'a', tmp_path / 'b', '--layouts', 'packed', 'per_crop')
        == 0
    )
    printed = capsys.readouterr().out
    assert 'equal but for rounding' in printed and 'a [1]' in printed
    assert 'only in A: 1 videos, such as alone' in printed


def test_tool_names_the_cause(tmp_path, capsys):
    """Mirrored crops first, half as large: exit code 1, and JSON."""
    save(tmp_path / 'a')
    save(tmp_path / 'b', change=lambda feature: feature[:, ORDER] / 2)
    assert (
        run(tmp_path / 'a', tmp_path / 'b', '--json', tmp_path / 'out.json')
        == 1
    )
    printed = capsys.readouterr().out
    assert f'crop order: the crops of A are the crops {list(BACK)}' in printed
    assert 'scale: B is A times 0.5' in printed
    written = json.loads((tmp_path / 'out.json').read_text())
    assert written['videos']['b__#2']['order'] == list(BACK)
    assert len(written['causes']) == 3


def test_tool_refuses_in_one_sentence(tmp_path):
    """No common video; a bad file; shapes that differ."""
    save(tmp_path / 'a')
    (tmp_path / 'empty').mkdir()
    with pytest.raises(SystemExit, match='found 2 and 0 videos, none of them'):
        run(tmp_path / 'a', tmp_path / 'empty')
    save(tmp_path / 'b', change=lambda feature: feature[:, :3])
    with pytest.raises(SystemExit, match=r'\.npy.*\(5, 16\) and \(3, 16\)'):
        run(tmp_path / 'a', tmp_path / 'b')
    (tmp_path / 'b/a [1].npy').write_bytes(b'')
    with pytest.raises(SystemExit, match=r'a \[1\]\.npy: .* empty file'):
        run(tmp_path / 'a', tmp_path / 'b')
