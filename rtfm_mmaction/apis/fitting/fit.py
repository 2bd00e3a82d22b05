"""From two folders of videos to a judged detector, in one call."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple, Optional, Sequence

import numpy as np
from mmengine.registry import init_default_scope

from ...evaluation.functional.alarm_rates import DAY
from ...io.atomic import check_writable
from ...io.folder_lock import lock_folder
from ..config_names import find_config
from ..detector_folder import FACTS, read_detector_folder
from ..devices import choose_device
from ..grid.run_grid import cores
from ..verdicts import read_verdicts
from .annotating import annotate, known_intervals, within_videos
from .bags import Bags
from .card import sentence_of
from .enough import groups_of, refuse_too_few
from .expected_time import Training
from .facts import facts_of
from .features import (
    SNIPPET_LEN,
    choose_fit_extractor,
    extract_features,
)
from .fit_bags import fit_bags
from .folders import Folders, look_at
from .folds import FOLDS
from .looking import describe, usable
from .methods import USUAL, FitMethod, read_method
from .output import source_of, write_output
from .parts import part_edges
from .schedule import choose_schedule
from .verdict_bags import (
    contradictions,
    count_words,
    cut_bags,
    judged_videos,
)

# What crops are to the heads, by --crops.
CROP_MODES = dict(whole='average', tiles='instance')


class FitResult(NamedTuple):
    """What a fit has made.

    Attributes:
        out (Path): Folder of the detector.
        report (Path): Page of all training videos by their held-out scores.
        card (Path): What the detector is and how good it is.
        figures (dict): ``judgement`` of ``detector.json``: ``video_AUC``, …,
            in [0, 1].
        sentence (str): The same in plain words.
    """

    out: Path
    report: Path
    card: Path
    figures: Dict[str, Any]
    sentence: str


def fit(
    abnormal: Sequence[str],
    normal: Sequence[str],
    out: str,
    work: Optional[str] = None,
    groups: Optional[str] = None,
    crops: str = 'whole',
    method: str = USUAL,
    folds: int = FOLDS,
    seed: int = 0,
    jobs: Optional[int] = None,
    annotations: Optional[str] = None,
    false_alarms_per_day: float = DAY,
    verdicts: Optional[str] = None,
    before: Optional[str] = None,
    with_extractor: bool = False,
    extractor: Optional[str] = None,
    device: Optional[str] = None,
    dtype: Optional[str] = None,
    fps: Optional[float] = None,
    report_videos: str = 'link',
    dry_run: bool = False,
    say: Callable[[str], Any] = print,
) -> Optional[FitResult]:
    """Make a detector of two folders, and judge it.

    Killed at any moment, the same call goes on, to the same bytes.

    Args:
        abnormal (Sequence[str]): Folders of videos with something in them;
            also files, lists and quoted patterns.
        normal (Sequence[str]): The same of ordinary ones.
        out (str): Folder for the detector; see
            :mod:`rtfm_mmaction.apis.detector_folder`.
        work (str, optional): Folder for features and trainings. Defaults to
            None: ``OUT_work`` beside it.
        groups (str, optional): What tells cameras in the videos' ways, see
            :func:`~.grouping.group_ways`. Defaults to None: folders.
        crops (str): 'whole' or 'tiles', see
            :func:`~.features.choose_fit_extractor`. Defaults to 'whole'.
        method (str): Network that is trained, one of
            :func:`~.methods.fit_methods`. Defaults to 'rtfm'.
        folds (int): At the most. Defaults to 5.
        seed (int): Of folds and trainings. Defaults to 0.
        jobs (int, optional): Trainings at a time. Defaults to None: one a
            core.
        annotations (str, optional): JSON annotation file of intervals that
            are known of training videos; then figures of frames are told and
            choose. Defaults to None.
        false_alarms_per_day (float): That a camera may have in a day.
            Defaults to 24.
        verdicts (str, optional): ``verdicts.json`` of a report, to learn
            from. Defaults to None.
        before (str, optional): Folder of the detector that was judged so;
            the card says what changed. Defaults to None.
        with_extractor (bool): Whether the folder also holds the extractor's
            weights. Defaults to False.
        extractor (str, optional): Config of another extractor, by path or
            shipped name. Defaults to None: chosen by ``crops``.
        device (str, optional): Of the extractor. Defaults to None: a GPU, or
            'cpu'.
        dtype (str, optional): Of the extractor. Defaults to None: by the
            device.
        fps (float, optional): Frames per second of all videos, whatever they
            say. Defaults to None.
        report_videos (str): How the report comes by videos, see
            ``ReportWriter``. Defaults to 'link'.
        dry_run (bool): Whether to stop after looking. Defaults to False.
        say (Callable): Called with sentences. Defaults to ``print``.

    Returns:
        FitResult, optional: None of a dry run.

    Raises:
        FileNotFoundError: If a file or folder is missing.
        OSError: If the disk is full or refuses; says what is kept.
        RuntimeError: If a training fails.
        ValueError: If the videos or an option cannot be used.
    """
    jobs = cores() if jobs is None else jobs
    _check_numbers(folds, seed, jobs)
    for name, rate in (
        ('false alarms a day', false_alarms_per_day),
        ('fps', fps),
    ):
        if rate is not None and not 0 < rate < np.inf:
            raise ValueError(f'{name}: expected more than 0, found {rate}')
    init_default_scope('mmaction')
    # Both told before anything slow.
    network = read_method(method)
    network.with_crop_mode(CROP_MODES[crops])
    place = Path(out)
    if place.exists() and not place.is_dir():
        raise ValueError(f'{out}: expected a folder to write, found a file')
    working = Path(f'{place}_work' if work is None else work)
    if extractor is not None:
        find_config(extractor)  # before anything slow
    judged = [] if verdicts is None else read_verdicts(verdicts)
    earlier = None if before is None else read_detector_folder(before).facts
    folders = look_at(abnormal, normal, groups, fps=fps)
    others = judged_videos(judged, folders.videos)
    known = {}
    if annotations is not None:
        # Told before anything slow.
        known = known_intervals(annotations, folders.videos)
    against = contradictions(judged, folders.videos)
    chosen = choose_fit_extractor(crops, choose_device(device), dtype)
    if extractor is not None:
        chosen = chosen._replace(config=extractor)
    features = working / 'features'
    training = _expected(folders, folds, jobs, network)
    for line in [*describe(folders, chosen, features, training), *against]:
        say(line)
    refuse_too_few(usable(folders.videos), folders.unreadable)
    if dry_run:
        return None
    check_writable(place / FACTS)
    with lock_folder(working, 'a fit', 'choose another --work'):
        made = extract_features(
            replace(folders, videos=(*folders.videos, *others)),
            chosen,
            features,
            fps=fps,
            note=say,
        )
        names = {video.name for video in others}
        videos = [video for video in made.videos if video.name not in names]
        refuse_too_few(videos, made.failed)
        source: Dict[str, Any] = dict(
            data_prefix=dict(features=str(made.folder)), layout='packed'
        )
        ann_file = working / 'videos.json'
        if annotations is not None:
            within_videos(annotations, known, videos)
        cuts = cut_bags(
            judged,
            videos,
            [video for video in made.videos if video.name in names],
            made.folder,
            made.settings['snippet_len'],
            known,
            say,
        )
        refuse_too_few([cut.bag for cut in cuts if cut.part.is_video])
        notes = [*folders.notes, *against]
        if judged:
            notes.append(f'{count_words(judged)} were learned from, too')
        annotate(ann_file, [cut.bag for cut in cuts], known)
        bags = Bags(
            str(ann_file),
            [cut.bag.group for cut in cuts],
            [cut.part for cut in cuts],
            **source,
        )
        sources = [source_of(cut.video) for cut in cuts]
        if annotations is not None and bags.counts is None:
            notes.append(_unknown(annotations, bags))
            say(notes[-1])
        crop_mode = CROP_MODES[crops]
        fitted = fit_bags(
            bags,
            str(ann_file),
            source,
            working / 'training',
            [
                part_edges(
                    one.edges(bags.whole_length(index), bags.snippet_len),
                    cuts[index].part,
                )
                for index, one in enumerate(sources)
            ],
            crop_mode,
            folds,
            seed,
            jobs,
            false_alarms_per_day / DAY,
            say=say,
            method=network,
        )
        facts = facts_of(fitted, seed)
        facts['extractor'] = dict(
            config=Path(chosen.config).stem,
            settings=made.settings,
            weights_file=made.weights_file,
        )
        files = write_output(
            place,
            fitted,
            facts,
            sources,
            notes,
            report_videos,
            with_extractor,
            earlier,
        )
    sentence = sentence_of(fitted, facts)
    say(sentence)
    return FitResult(place, files[-1], files[0], facts['judgement'], sentence)


def _check_numbers(folds: int, seed: int, jobs: int) -> None:
    """Refuse what would fail after hours of extraction."""
    for name, found, least, most in (
        ('folds', folds, 2, np.inf),
        ('seed', seed, 0, 2**32 - 1),
        ('jobs', jobs, 1, np.inf),
    ):
        if not least <= found <= most:
            upto = '' if most == np.inf else f', up to {most}'
            raise ValueError(
                f'{name}: expected {least} or more{upto}, found {found}'
            )


def _unknown(annotations: str, bags: Bags) -> str:
    """Say why frames are not judged although some times are known."""
    abnormal = [index for index in bags.judged if bags.labels[index]]
    missing = [
        bags.videos[index]
        for index in abnormal
        if bags.intervals[index] is None
    ]
    return (
        f'{annotations}: frames are not judged, as it has no intervals of '
        f'{len(missing)} of {len(abnormal)} abnormal videos, such as '
        f'{missing[0]}'
    )


def _expected(
    folders: Folders, folds: int, jobs: int, method: FitMethod
) -> Training:
    """What training will take, by the data that were found."""
    labels = np.array([video.label for video in folders.videos])
    lengths = np.array(
        [max(video.frames // SNIPPET_LEN, 1) for video in folders.videos]
    )
    schedule = choose_schedule(labels, lengths)
    # No more than split_folds makes.
    folds = min(folds, *(len(groups_of(folders.videos, i)) for i in (0, 1)))
    return Training(
        folds * len(method.settings),
        schedule.steps,
        method.seconds_per_step,
        jobs,
    )
