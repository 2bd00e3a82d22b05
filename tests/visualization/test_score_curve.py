"""What is drawn of single videos: read back from the Axes."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from rtfm_mmaction.visualization import (
    draw_scores,
    overview_figure,
    score_figure,
)
from rtfm_mmaction.visualization.score_curve import magnitude_limit, shorten
from rtfm_mmaction.visualization.style import KNOWN, MAGNITUDE, SCORE


def video(scores=(0.1, 0.9, 0.4), magnitudes=(5.0, 40.0, 8.0), **changes):
    return {
        'video': 'Stealing079_x264',
        'label': 1,
        'class': 'Stealing',
        'frames': 50,
        'abnormal_intervals': [[16, 20], [30, 44]],
        'scores': np.array(scores, float),
        'magnitudes': np.array(magnitudes, float),
        **changes,
    }


def drawn(entry, **options):
    axes = Figure().add_subplot()
    return axes, draw_scores(axes, entry, 16, **options)


def values_at(line, frames):
    """Value of a step line at frames, by the meaning of 'steps-post'."""
    x, y = line.get_data()
    assert line.get_drawstyle() == 'steps-post'
    return y[np.searchsorted(x, frames, side='right') - 1]


def spans(axes):
    """Shaded [start, end) spans of an Axes."""
    return [
        (patch.get_x(), patch.get_x() + patch.get_width())
        for patch in axes.patches
    ]


def test_every_frame_shows_its_snippets_value():
    """Oracle: repetition. At each of 48 frames the line has the value of
    snippet frame // 16, scores left and magnitudes right."""
    left, right = drawn(video())
    frames = np.arange(48)
    np.testing.assert_array_equal(
        values_at(left.lines[0], frames), np.repeat([0.1, 0.9, 0.4], 16)
    )
    np.testing.assert_array_equal(
        values_at(right.lines[0], frames), np.repeat([5, 40, 8], 16)
    )
    for axes in (left, right):
        assert axes.lines[0].get_xdata()[-1] == 48
        assert axes.get_xlim() == (0, 50)
    assert left.get_ylim()[0] == 0 and 1 < left.get_ylim()[1] < 1.1
    assert right.get_ylim() == (0, pytest.approx(46))
    assert to_hex(left.lines[0].get_color()) == SCORE.lower()
    assert to_hex(right.lines[0].get_color()) == MAGNITUDE.lower()
    assert left.get_zorder() > right.get_zorder()


def test_shaded_spans_are_the_intervals():
    """Oracle: the annotation, over the whole height, in the green that the
    legend names."""
    left, right = drawn(video())
    assert spans(left) == [(16, 20), (30, 44)]
    assert all(
        to_hex(patch.get_facecolor()) == KNOWN.lower()
        for patch in left.patches
    )
    assert not right.patches
    normal = video(label=0, abnormal_intervals=[])
    assert spans(drawn(normal)[0]) == []


def test_title_has_name_and_kind():
    """Oracle: the text; what looks like a formula stays as it is; a long
    name loses its middle."""
    assert drawn(video())[0].get_title() == 'Stealing079_x264 (Stealing)'
    odd = video(video='cost $x_1$ a_b', label=0, abnormal_intervals=[])
    left, _ = drawn(odd)
    assert left.get_title() == 'cost $x_1$ a_b (normal)'
    assert not left.title.get_parse_math()
    long = drawn(video(video='a' * 50 + 'z' * 50), title_width=21)[0]
    assert long.get_title() == 'a' * 10 + '…' + 'z' * 10 + ' (Stealing)'
    assert shorten('abcdef', 6) == 'abcdef' and shorten('abcdef', 4) == 'ab…f'


def test_one_snippet_draws():
    """Oracle: T = 1 gives one step from 0 to 16."""
    figure = score_figure(
        video([0.3], [2.0], frames=None, abnormal_intervals=[[0, 16]]), 16
    )
    left, right = figure.axes
    np.testing.assert_array_equal(
        left.lines[0].get_data(), [[0, 16], [0.3, 0.3]]
    )
    assert left.get_xlim() == (0, 16) and spans(left) == [(0, 16)]
    figure.canvas.draw()


@pytest.mark.parametrize(
    'magnitudes, limit',
    [
        ([5.0, 40.0, 8.0], 46.0),
        ([0.0, 0.0, 0.0], 1.0),
    ],
)
def test_magnitude_axis_fits(magnitudes, limit):
    """Oracle: 15% above the largest, 1 where there is none above 0."""
    entry = video(magnitudes=magnitudes)
    assert magnitude_limit([entry]) == pytest.approx(limit)
    score_figure(entry, 16).canvas.draw()


def labels(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_axes_and_legend_say_what_they_are():
    """Oracle: the texts."""
    figure = score_figure(video(), 16)
    left, right = figure.axes
    assert left.get_xlabel() == 'frame'
    assert left.get_ylabel() == 'anomaly score'
    assert right.get_ylabel() == 'feature magnitude'
    assert labels(figure) == [
        'anomaly score',
        'feature magnitude',
        'annotated event',
    ]
    normal = score_figure(video(label=0, abnormal_intervals=[]), 16)
    assert labels(normal) == ['anomaly score', 'feature magnitude']


def test_scores_alone_are_drawn_without_a_right_axis():
    """Oracle: the texts and lines of a video that has no magnitudes; beside
    one that has them, the scale is that one's."""
    plain = video()
    del plain['magnitudes']
    figure = score_figure(plain, 16)
    (axes,) = figure.axes
    assert set(axes.lines[0].get_ydata()) == {0.1, 0.9, 0.4}
    assert labels(figure) == ['anomaly score', 'annotated event']
    figure = overview_figure([plain, video()], 16)
    assert len(figure.axes) == 3
    assert figure.axes[-1].get_ylim() == (0, pytest.approx(46))
    assert 'feature magnitude' in labels(figure)
    assert labels(overview_figure([plain], 16)) == [
        'anomaly score',
        'annotated event',
    ]


@pytest.mark.parametrize('count', [1, 2, 3, 5])
def test_overview_shows_each_video_on_one_scale(count):
    """Oracle: the videos' own numbers, one magnitude scale for all, names of
    the axes on the outer edges."""
    videos = [
        video(
            scores=np.full(3, index / 10),
            magnitudes=np.full(3, 10.0 * (index + 1)),
            video=f'v{index}',
        )
        for index in range(count)
    ]
    figure = overview_figure(videos, 16)
    left = [axes for axes in figure.axes if axes.get_title()]
    right = [axes for axes in figure.axes if not axes.get_title()]
    assert len(left) == len(right) == count
    for index, (scores, magnitudes) in enumerate(zip(left, right)):
        assert scores.get_title().startswith(f'v{index} ')
        assert set(scores.lines[0].get_ydata()) == {index / 10}
        assert magnitudes.get_ylim() == (0, pytest.approx(11.5 * count))
        assert bool(scores.get_ylabel()) == (index % 3 == 0)
        assert bool(scores.get_xlabel()) == (index + 3 >= count)
        assert bool(magnitudes.get_ylabel()) == (
            index % 3 == 2 or index == count - 1
        )
    figure.canvas.draw()
