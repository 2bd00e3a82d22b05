"""Write a small data set of synthetic videos with known ground truth."""

import json
import os
import shutil
from pathlib import Path
from typing import Dict, List, Tuple, Union

import numpy as np
from rich.progress import track as progress

from ...datasets.annotations import save_annotations
from ...io.atomic import atomic_path, make_folder
from ...io.encoding import encode_video
from ...io.reading import read_json
from .actors import FPS
from .camera import HEIGHT, WIDTH
from .plan import CLASSES, DIFFICULTIES, VideoPlan, draw_pair
from .rendering import render

SUBSETS = ('train', 'test')
# Counts up whenever the same settings give other videos.
GENERATOR = 1


def plan_subset(
    subset: str, videos: int, seed: int, difficulty: str
) -> Dict[str, VideoPlan]:
    """Draw the videos of one subset.

    Half of them are abnormal. The two videos of a pair follow each other in
    an order drawn by lot, and the names say nothing of the label.

    Args:
        subset (str): 'train' or 'test'.
        videos (int): How many, at least 2.
        seed (int): Of everything.
        difficulty (str): 'easy', 'medium' or 'hard'.

    Returns:
        dict[str, VideoPlan]: Plans by video name.

    Raises:
        ValueError: If a setting is not among those.
    """
    if subset not in SUBSETS:
        raise ValueError(
            f'subset: found {subset!r}, expected one of {", ".join(SUBSETS)}'
        )
    if difficulty not in DIFFICULTIES:
        raise ValueError(
            f'difficulty: found {difficulty!r}, expected one of '
            f'{", ".join(DIFFICULTIES)}'
        )
    if videos < 2:
        raise ValueError(
            f'{subset} videos: found {videos}, expected at least '
            '2, for both labels to occur'
        )
    if seed < 0:
        raise ValueError(f'seed: found {seed}, expected 0 or more')
    key = (seed, SUBSETS.index(subset))
    # Pairs count from 1; 0 is for the order.
    rng = np.random.default_rng((*key, 0))
    plans: List[VideoPlan] = []
    classes: List[str] = []
    for index in range((videos + 1) // 2):
        if not classes:
            classes = rng.permutation(CLASSES).tolist()
        pair = draw_pair(
            (*key, index + 1), classes.pop(), DIFFICULTIES[difficulty]
        )
        plans += pair if rng.random() < 0.5 else pair[::-1]
    if videos % 2:
        plans = plans[:-2] + [p for p in plans[-2:] if p.label == 0]
    return {
        f'plaza_{subset}_{index:03d}': plan for index, plan in enumerate(plans)
    }


def annotate(plans: Dict[str, VideoPlan], weak: bool) -> List[dict]:
    """Describe videos in the project's annotation format.

    Args:
        plans (dict[str, VideoPlan]): Plans by video name.
        weak (bool): Whether to keep the intervals of abnormal videos back,
            as in training.

    Returns:
        list[dict]: One entry a video.
    """
    entries = []
    for name, plan in plans.items():
        entry = {
            'video': name,
            'label': plan.label,
            'class': plan.class_name,
            'frames': plan.frames,
            'abnormal_intervals': [list(span) for span in plan.intervals()],
        }
        if weak and plan.label:
            entry['abnormal_intervals'] = None
        entries.append(entry)
    return entries


def write_video(path: Union[str, os.PathLike], plan: VideoPlan) -> None:
    """Render a plan to an MP4 file (MPEG-4 part 2), whole or not at all.

    Args:
        path (str or PathLike): File to write.
        plan (VideoPlan): What to render.

    Raises:
        RuntimeError: If OpenCV could not encode it.
    """
    with atomic_path(path) as temporary:
        encode_video(temporary, render(plan), FPS, (WIDTH, HEIGHT))


def make_demo(
    out: Union[str, os.PathLike],
    seed: int = 0,
    train: int = 24,
    test: int = 16,
    difficulty: str = 'easy',
) -> Tuple[int, int]:
    """Make videos and annotations; what is there already is kept.

    Writes ``videos/NAME.mp4``, ``annotations/train.json``,
    ``annotations/test.json``, folders of each side, ``train/abnormal`` and
    the like, with a folder for each scene, and ``settings.json``, which says
    what the folder was made with. The training annotations keep the class and
    hold the intervals of abnormal videos back: they are weak labels.

    Args:
        out (str or PathLike): Folder to fill.
        seed (int): Of everything. Defaults to 0.
        train (int): Training videos. Defaults to 24.
        test (int): Test videos. Defaults to 16.
        difficulty (str): 'easy', 'medium' or 'hard': how far events differ
            from walkers in speed and size. Defaults to 'easy'.

    Returns:
        tuple[int, int]: Videos made, and videos that were there.

    Raises:
        ValueError: If a setting is bad, or the folder was made with others.
    """
    out = Path(out)
    settings = dict(
        generator=GENERATOR,
        seed=seed,
        train=train,
        test=test,
        difficulty=difficulty,
    )
    plans = {
        subset: plan_subset(subset, videos, seed, difficulty)
        for subset, videos in (('train', train), ('test', test))
    }
    _claim(out / 'settings.json', settings)
    todo = [
        (out / 'videos' / f'{name}.mp4', plan)
        for videos in plans.values()
        for name, plan in videos.items()
    ]
    missing = [(path, plan) for path, plan in todo if not path.exists()]
    for path, plan in progress(missing, 'videos', disable=not missing):
        write_video(path, plan)
    for subset, videos in plans.items():
        path = out / 'annotations' / f'{subset}.json'
        if not path.exists():
            save_annotations(
                path,
                dict(
                    dataset='demo',
                    subset=subset,
                    classes=list(CLASSES),
                    groups=scenes_of(videos),
                    settings=settings,
                ),
                annotate(videos, weak=subset == 'train'),
            )
        _link_sides(out, subset, videos)
    return len(missing), len(todo) - len(missing)


def scenes_of(plans: Dict[str, VideoPlan]) -> Dict[str, str]:
    """Name the scene of each video, which the two of a pair share.

    Args:
        plans (dict[str, VideoPlan]): Plans by video name, in their order.

    Returns:
        dict[str, str]: Name of the scene by video name.
    """
    return {
        name: f'scene_{index // 2:03d}' for index, name in enumerate(plans)
    }


def _link_sides(out: Path, subset: str, plans: Dict[str, VideoPlan]) -> None:
    """Make two folders for rtfm fit, with a folder for each camera."""
    scenes = scenes_of(plans)
    for name, plan in plans.items():
        side = 'abnormal' if plan.label else 'normal'
        link = out / subset / side / scenes[name] / f'{name}.mp4'
        if link.exists():
            continue
        make_folder(link.parent)
        video = out / 'videos' / f'{name}.mp4'
        try:
            os.link(video, link)
        except OSError:  # another disk, or one that knows no links
            with atomic_path(link) as temporary:
                shutil.copyfile(video, temporary)


def _claim(path: Path, settings: dict) -> None:
    """Note the settings, or check that those noted are the same."""
    if not path.exists():
        with atomic_path(path) as temporary:
            temporary.write_text(json.dumps(settings, indent=2) + '\n')
        return
    try:
        found = read_json(path, 'the settings of generated clips')
    except ValueError:
        found = 'no JSON'
    if found != settings:
        raise ValueError(
            f'{path}: found {found}, expected {settings}; the folder was made '
            'with other settings, choose another one'
        )
