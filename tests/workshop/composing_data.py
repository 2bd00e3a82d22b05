"""Clips in name alone, to plan with."""

from pathlib import Path

from rtfm_mmaction.workshop.composing import Clip, Settings

SETTINGS = Settings(
    train=6,
    val=2,
    test=3,
    seconds=(12.0, 20.0),
    events=(1, 3),
    share=(0.3, 0.5),
    normal_clips=1,
    fps=30.0,
    seed=0,
)


def make_clip(number, kind='Normal', scene=None):
    """A clip that exists in name alone, at one of four rates."""
    rate = (30.0, 25.0, 15.0, 29.97)[number % 4]
    name = f'{kind}{number:03d}'
    return Clip(
        name,
        Path(f'{name}.mp4'),
        kind,
        scene,
        30 + number % 50,
        rate,
        320,
        240,
        1000,
    )


def make_clips(abnormal=20, normal=60, scenes=None):
    """Two classes; scenes are dealt out in turn."""

    def scene(number):
        return None if scenes is None else f'scene{number % scenes}'

    kinds = ['Fighting', 'Robbery']
    return [make_clip(i, kinds[i % 2], scene(i)) for i in range(abnormal)] + [
        make_clip(i, scene=scene(i)) for i in range(normal)
    ]
