"""Draws the pictures of the glossary and the method: ``python docs/draw.py``.

Each is an SVG of its own card, so that it reads on light pages and dark ones.
"""

from pathlib import Path
from typing import Dict, List

FOLDER = Path(__file__).parent / 'drawings'
INK, PALE = '#333333', '#d9d9d9'
# The package's colours: of scores, magnitudes, events, what is known.
BLUE, ORANGE, PINK, GREEN = '#0072B2', '#D55E00', '#CC79A7', '#009E73'


def rect(x, y, width, height, fill='none', stroke=INK, opacity=1.0) -> str:
    """Draw a box; all in pixels, from the left and the top."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'fill="{fill}" stroke="{stroke}" fill-opacity="{opacity:g}"/>'
    )


def text(x, y, words, color=INK, anchor='middle') -> str:
    """Write words, whose foot stands at y."""
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{color}" text-anchor="{anchor}">'
        f'{words}</text>'
    )


def line(points, color=INK, width=1.5, dashes='none') -> str:
    """Draw a line through points (x, y)."""
    joined = ' '.join(f'{x:g},{y:g}' for x, y in points)
    return (
        f'<polyline points="{joined}" fill="none" stroke="{color}" '
        f'stroke-width="{width:g}" stroke-dasharray="{dashes}"/>'
    )


def arrow(x, y, to_x, to_y) -> str:
    """Draw an arrow to the right or slanting to it."""
    head = [(to_x - 7, to_y - 4), (to_x, to_y), (to_x - 7, to_y + 4)]
    return line([(x, y), (to_x, to_y)]) + line(head)


def card(width: int, height: int, parts: List[str]) -> str:
    """Put parts on a card."""
    return '\n'.join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="sans-serif" font-size="13">',
            rect(0.5, 0.5, width - 1, height - 1, '#ffffff', PALE),
            *parts,
            '</svg>',
            '',
        ]
    )


def snippets() -> str:
    """Draw frames, snippets, rows of features and segments."""
    parts = [text(60, 34, 'frames'), text(60, 84, 'snippets')]
    parts += [text(60, 134, 'features'), text(60, 184, 'segments')]
    for index in range(80):
        parts.append(rect(110 + 6 * index, 20, 5, 22, PALE, '#aaaaaa'))
    for index in range(5):
        x = 110 + 96 * index
        parts.append(rect(x, 66, 94, 28, BLUE, BLUE, 0.25))
        parts.append(text(x + 47, 85, '16 frames'))
        parts.append(rect(x, 116, 94, 28, GREEN, GREEN, 0.25))
        parts.append(text(x + 47, 135, '(N, C)'))
    for x, width in ((110, 190), (302, 94), (398, 190)):
        parts.append(rect(x, 166, width, 28, ORANGE, ORANGE, 0.25))
        parts.append(text(x + width / 2, 185, 'mean' if width > 94 else 'row'))
    parts.append(text(349, 216, 'T = 5 snippets; in training 32 segments'))
    return card(610, 230, parts)


def crops() -> str:
    """Draw five crops, which overlap, and six tiles, which do not."""
    parts = [text(115, 28, 'five crops: 340 x 256')]
    parts.append(rect(20, 40, 190, 143, PALE, INK, 0.5))
    size = 125
    for x, y in ((20, 40), (85, 40), (20, 58), (85, 58), (52.5, 49)):
        parts.append(rect(x, y, size, size, BLUE, BLUE, 0.12))
    parts.append(text(365, 28, 'six tiles: 672 x 448'))
    for row in range(2):
        for column in range(3):
            index = 3 * row + column
            x, y = 250 + 76 * column, 40 + 72 * row
            hit = index == 4
            color = ORANGE if hit else GREEN
            parts.append(
                rect(x, y, 74, 70, color, color, 0.45 if hit else 0.15)
            )
            parts.append(text(x + 37, y + 40, f'tile {index}'))
    parts.append(text(115, 206, 'averaged: views of one snippet'))
    parts.append(text(365, 206, 'the highest tile is the score'))
    return card(500, 224, parts)


def selection() -> str:
    """Draw the three largest magnitudes of a bag of each kind."""
    parts = []
    rows = (
        (20, 'abnormal', (3, 4, 3, 9, 10, 8, 4, 3)),
        (310, 'normal', (3, 4, 2, 3, 5, 4, 2, 3)),
    )
    for left, name, values in rows:
        best = sorted(range(8), key=lambda at: -values[at])[:3]
        for index, value in enumerate(values):
            color = ORANGE if index in best else '#aaaaaa'
            x, height = left + 31 * index, 10 * value
            parts.append(rect(x, 130 - height, 27, height, color, color, 0.75))
        parts.append(text(left + 124, 152, f'{name} video, T = 8'))
    parts.append(text(144, 22, 'its 3 largest are to grow', ORANGE))
    parts.append(text(434, 22, 'its 3 largest are to shrink', ORANGE))
    return card(580, 168, parts)


def events() -> str:
    """Draw scores, a threshold, the lower one that holds, and the event."""
    scores = (8, 12, 10, 30, 74, 90, 66, 46, 70, 52, 22, 12, 9, 10, 12, 8)
    points = [(50 + 32 * at, 140 - score) for at, score in enumerate(scores)]
    return card(
        600,
        180,
        [
            rect(164, 30, 190, 110, PINK, PINK, 0.25),
            line(points, BLUE, 2.5),
            line([(40, 80), (560, 80)], ORANGE, 1.5, '6 4'),
            line([(40, 100), (560, 100)], INK, 1.2, '2 4'),
            line([(40, 140), (560, 140)]),
            text(556, 74, 'threshold: an event begins', ORANGE, 'end'),
            text(556, 117, 'low: here it ends', INK, 'end'),
            text(259, 24, 'event'),
            text(300, 163, 'time'),
        ],
    )


def folds() -> str:
    """Draw the trainings of five folds, and what each holds out."""
    parts = []
    for training in range(5):
        y = 34 + 26 * training
        parts.append(
            text(16, y + 15, f'training {training + 1}', INK, 'start')
        )
        for video in range(10):
            held_out = video // 2 == training
            color = ORANGE if held_out else BLUE
            x = 100 + 40 * video
            parts.append(
                rect(x, y, 37, 20, color, color, 0.55 if held_out else 0.15)
            )
    parts.append(text(100, 22, 'ten videos of a folder', INK, 'start'))
    parts.append(text(100, 184, 'blue: learned from', BLUE, 'start'))
    parts.append(
        text(498, 184, 'orange: held out, and scored after it', ORANGE, 'end')
    )
    return card(516, 200, parts)


def network() -> str:
    """Draw the multi-scale temporal network."""
    parts = [rect(14, 96, 74, 44, GREEN, GREEN, 0.25), text(51, 114, 'F')]
    parts.append(text(51, 131, '(T, C)'))
    names = ('dilation 1', 'dilation 2', 'dilation 4', 'attention')
    for index, name in enumerate(names):
        y = 20 + 54 * index
        color = BLUE if index < 3 else PINK
        parts.append(rect(150, y, 110, 40, color, color, 0.25))
        parts.append(text(205, y + 17, name))
        parts.append(text(205, y + 33, '(T, C/4)'))
        parts += [arrow(90, 118, 148, y + 20), arrow(262, y + 20, 318, 118)]
    parts.append(rect(320, 96, 110, 44, ORANGE, ORANGE, 0.25))
    parts.append(text(375, 114, 'three taps'))
    parts.append(text(375, 131, 'released only'))
    parts.append(arrow(432, 118, 466, 118))
    parts.append(rect(468, 104, 28, 28, '#ffffff'))
    parts.append(text(482, 123, '+'))
    parts.append(arrow(498, 118, 532, 118))
    parts.append(rect(534, 96, 74, 44, GREEN, GREEN, 0.25))
    parts += [text(571, 114, 'X'), text(571, 131, '(T, C)')]
    parts.append(line([(51, 142), (51, 246), (482, 246), (482, 134)]))
    parts.append(text(266, 264, 'the features themselves'))
    return card(622, 278, parts)


DRAWINGS = dict(
    snippets=snippets,
    crops=crops,
    selection=selection,
    events=events,
    folds=folds,
    network=network,
)


def drawings() -> Dict[str, str]:
    """Draw all: name of a file -> what is in it."""
    return {f'{name}.svg': draw() for name, draw in DRAWINGS.items()}


if __name__ == '__main__':
    FOLDER.mkdir(exist_ok=True)
    for name, content in drawings().items():
        (FOLDER / name).write_text(content, encoding='utf-8')
