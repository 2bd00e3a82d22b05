"""Bars of classes and curves of separability: what is drawn."""

import numpy as np
import pytest

from rtfm_mmaction.visualization import Panel
from rtfm_mmaction.workshop.charts.class_chart import class_figure
from rtfm_mmaction.workshop.charts.separability_chart import (
    separability_figure,
)


def test_bars_have_the_heights_of_the_figures():
    """Oracle: the values, method by method; what is not defined has no bar
    and no number; names with dollar signs are no formulas."""
    values = {'Fire': [0.5, 0.75], '$5 theft$': [0.9, np.nan]}
    figure = class_figure(values, ['RTFM', 'Sultani'])
    (axes,) = figure.axes
    heights = [[bar.get_height() for bar in bars] for bars in axes.containers]
    np.testing.assert_array_equal(heights, [[0.5, 0.9], [0.75, np.nan]])
    # Bars of a class stand side by side, around the class's name.
    for index, place in enumerate(axes.get_xticks()):
        centers = [
            bars[index].get_x() + bars[index].get_width() / 2
            for bars in axes.containers
        ]
        assert np.mean(centers) == pytest.approx(place)
        assert centers[1] - centers[0] > bars_width(axes)
    assert [text.get_text() for text in axes.texts] == [
        '0.50',
        '0.90',
        '0.75',
        '',
    ]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == list(values)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert set(legend) == {'chance', 'RTFM', 'Sultani'}
    figure.canvas.draw()


def bars_width(axes):
    return axes.containers[0][0].get_width()


def test_many_methods_are_told_apart():
    """Oracle: no two of eight have one colour and hatching."""
    figure = class_figure(
        {'Fire': np.linspace(0.3, 0.9, 8)},
        [f'm{i}' for i in range(8)],
        'AP',
        chance=False,
    )
    (axes,) = figure.axes
    looks = {
        (bars[0].get_facecolor(), bars[0].get_hatch())
        for bars in axes.containers
    }
    assert len(looks) == 8
    assert axes.get_ylabel() == 'frame-level AP' and not axes.lines
    figure.canvas.draw()


def test_curves_run_over_k_from_1():
    """Oracle: the values, their names, mu, and the line of 0 in sight."""
    curves = {'closed form': np.array([3.0, 5, 4]), 'measured': -np.ones(3)}
    figure = separability_figure([Panel('a', 2, curves)] * 2)
    assert len(figure.axes) == 2
    axes = figure.axes[0]
    for line, (name, values) in zip(axes.lines, curves.items()):
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
        np.testing.assert_array_equal(line.get_ydata(), values)
        assert line.get_label() == name
    low, high = axes.get_ylim()
    assert low < -1 and high > 5
    assert axes.texts[0].get_text() == 'µ = 2'
    figure.canvas.draw()
