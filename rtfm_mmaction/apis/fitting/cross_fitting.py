"""Train several models so that each video is judged by one that never saw it.

Shapes: V videos, T snippets of each, K folds.
"""

from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

import numpy as np
from mmengine.config import Config

from ...datasets.annotations import load_annotations, save_annotations
from ...io.atomic import atomic_path
from ...models.long_video import score_in_chunks
from ..dictionary import make_dictionary
from ..digests import digest_of
from ..grid.cells import Cell, settings_of
from ..grid.run_grid import run_grid
from ..loading import load_detector
from ..running import latest_checkpoint
from .bags import Bags
from .classic_models import (
    fold_data,
    linear_members,
    neighbor_member,
    one_class_member,
)
from .members import Member, Scaled, assemble, member_of_detector
from .methods import USUAL, FitMethod, read_method
from .schedule import choose_schedule

# Deviations below are none: all normal snippets score the same. Nor do those
# below such a share of another fold's tell a scale.
SMALLEST, SMALLEST_SHARE = 1e-6, 0.01


class Fitted(NamedTuple):
    """A kind of model, one for each fold, on one scale.

    Attributes:
        name (str): Of the kind, such as ``RTFM, dropout 0.3``.
        members (list[Member]): K models.
        centers (np.ndarray): (K,) medians of the logits of normal snippets
            that each did not learn from.
        spreads (np.ndarray): (K,) their deviations, > 0.
        scores (list[np.ndarray]): V arrays (T,): logits of the model that did
            not learn from the video, less its center, over its spread.
    """

    name: str
    members: List[Member]
    centers: np.ndarray
    spreads: np.ndarray
    scores: List[np.ndarray]

    def scaled(self, fold: int, weight: float = 1.0) -> Scaled:
        """A fold's model with its scale.

        Args:
            fold (int): Which.
            weight (float): Its share of a mean. Defaults to 1.
        """
        return Scaled(
            self.members[fold],
            float(self.centers[fold]),
            float(self.spreads[fold]),
            weight,
        )


def calibrate(
    logits: Sequence[np.ndarray], labels: np.ndarray, folds: np.ndarray
) -> tuple:
    """Put the logits of the folds' models on one scale.

    Args:
        logits (Sequence[np.ndarray]): V arrays (T,), each by the model that
            did not learn from the video.
        labels (np.ndarray): (V,) of 0 and 1.
        folds (np.ndarray): (V,) of 0 to K - 1.

    Returns:
        tuple[np.ndarray, np.ndarray]: Centers and spreads, (K,) each, as a
        detector in float32 has them; of a fold without a normal video the
        means of the others. Where the normal snippets of a fold hardly
        differ, as a single one does not, its spread is the mean of others,
        too; that of all normal snippets if no fold tells one, 1 if these are
        equal.

    Examples:
        >>> calibrate([np.array([1.0, 3.0]), np.array([2.0])],
        ...           np.array([0, 1]), np.array([0, 0]))
        (array([2.]), array([1.]))
    """
    number = int(folds.max()) + 1
    normal = labels == 0
    of_fold = [
        _values(logits, np.flatnonzero(normal & (folds == fold)).tolist())
        for fold in range(number)
    ]
    centers = np.array([np.median(v) if len(v) else np.nan for v in of_fold])
    spreads = np.array([v.std() if len(v) else 0.0 for v in of_fold])
    # What a snippet or two differ by would make one model outweigh the rest.
    told = spreads > max(SMALLEST_SHARE * spreads.max(), SMALLEST)
    if told.any():
        spreads[~told] = spreads[told].mean()
    else:
        together = _values(logits, np.flatnonzero(normal).tolist()).std()
        spreads[:] = together if together > SMALLEST else 1.0
    centers[np.isnan(centers)] = np.nanmean(centers)
    return tuple(
        v.astype(np.float32).astype(float) for v in (centers, spreads)
    )


def _values(logits: Sequence[np.ndarray], videos: List[int]) -> np.ndarray:
    """Logits of some videos on end."""
    return np.concatenate([np.zeros(0), *(logits[index] for index in videos)])


class CrossFitting:
    """Trains and fits all kinds of models on all folds.

    Runs are processes of one thread each; killed, the same call goes on with
    them. They lie in a folder of ``WORK`` that is named by what they learn
    from, so that other videos, folds or settings never meet runs of before.

    Args:
        bags (Bags): All videos.
        folds (np.ndarray): (V,) of 0 to K - 1, see
            :func:`~.folds.split_folds`.
        ann_file (str): The bags' annotation file.
        source (dict): Where their features are: ``data_prefix``, ``layout``,
            … of a ``WeakLabelDataset``.
        work (Path): Folder for runs.
        crop_mode (str): 'average' or 'instance'.
        seed (int): Of trainings.
        jobs (int): Trainings at a time.
        overrides (dict, optional): Keys of the method's config to override.
            Defaults to none.
        method (FitMethod, optional): What is trained. Defaults to None: RTFM.

    Raises:
        ValueError: If crops are to compete and the method cannot let them.
    """

    def __init__(
        self,
        bags: Bags,
        folds: np.ndarray,
        ann_file: str,
        source: Dict[str, Any],
        work: Path,
        crop_mode: str,
        seed: int,
        jobs: int,
        overrides: Optional[Dict[str, Any]] = None,
        method: Optional[FitMethod] = None,
    ) -> None:
        self.bags = bags
        self.folds = folds
        self.number = int(folds.max()) + 1
        self.ann_file = ann_file
        self.source = source
        self.work = Path(work)
        self.crop_mode = crop_mode
        self.seed = seed
        self.jobs = jobs
        self.overrides = dict(overrides or {})
        self.method = read_method(USUAL) if method is None else method
        self.of_crops = self.method.with_crop_mode(crop_mode)

    @cached_property
    def place(self) -> Path:
        """Folder of ``WORK`` that is of these videos, folds and settings."""
        content = dict(
            videos=self.bags.digest(),
            folds=self.folds.tolist(),
            config=settings_of(self._config(self.ann_file)),
        )
        return self.work / digest_of(content)[:16]

    @property
    def videos_file(self) -> Path:
        """A copy of the annotation file, which no other fit writes anew."""
        return self.place / 'videos.json'

    def config(self) -> Config:
        """The config of a training on all videos, as one that can be kept."""
        return self._config(str(self.videos_file))

    def _config(self, ann_file: str) -> Config:
        config = deepcopy(self.method.config)
        config.merge_from_dict(
            {
                **self._of_videos(range(len(self.bags))),
                'model.in_channels': self.bags.channels,
                **self.of_crops,
                'train_dataloader.dataset.dataset.ann_file': ann_file,
                **{
                    f'train_dataloader.dataset.dataset.{key}': value
                    for key, value in self.source.items()
                },
                **self.overrides,
            }
        )
        return config

    def _of_videos(self, training: Sequence[int]) -> Dict[str, Any]:
        """Keys that depend on the videos that are learned from."""
        labels = self.bags.labels[list(training)]
        schedule = choose_schedule(labels, self.bags.lengths[list(training)])
        return {
            **schedule.overrides(self.method.config, self.bags.crops),
            **self.method.with_rows(int((labels == 0).sum())),
        }

    def train(self) -> List[Fitted]:
        """Train the network on all folds, with each of its settings.

        Returns:
            list[Fitted]: One a setting.

        Raises:
            RuntimeError: If a run fails; says how it ended.
            OSError: If the disk is full or refuses.
        """
        metainfo, videos = load_annotations(self.ann_file)
        save_annotations(self.videos_file, metainfo, videos)
        path = self.place / 'config.json'
        with atomic_path(path) as temporary:
            self.config().dump(str(temporary))
        rows = [
            [self._cell(path, name, fold) for fold in range(self.number)]
            for name in self.method.settings
        ]
        runs = self.place / 'runs'
        result = run_grid(
            [cell for row in rows for cell in row], runs, self.jobs, threads=1
        )
        for name, reason in result.failed.items():
            # How it ended, and the last line of its log.
            how, *log = reason.splitlines()
            said = ' '.join([how, *log[-1:]])
            raise RuntimeError(
                f'{runs / name}: the training failed: {said}; what is '
                'finished is kept, and the same command goes on with the rest'
            )
        return [
            self._fitted(
                f'{self.method.title}, {name}',
                [self._member(runs / cell.name) for cell in row],
            )
            for name, row in zip(self.method.settings, rows)
        ]

    def _cell(self, config: Path, setting: str, fold: int) -> Cell:
        training = np.flatnonzero(self.folds != fold)
        ann_file = self.place / 'folds' / f'{fold}.json'
        metainfo, videos = load_annotations(self.videos_file)
        save_annotations(
            ann_file, metainfo, [videos[index] for index in training]
        )
        overrides = {
            **self._of_videos(training.tolist()),
            'train_dataloader.dataset.dataset.ann_file': str(ann_file),
            **self.method.settings[setting],
            **self.overrides,
        }
        if self.method.rows_per_normal_video:
            dictionary = self.place / 'folds' / f'{fold}.npy'
            overrides['model.neck.dictionary'] = str(dictionary)
            if not dictionary.is_file():
                # Of the fold's own videos: it must not know others.
                whole = Config.fromfile(str(config))
                whole.merge_from_dict(overrides)
                make_dictionary(whole)
        return Cell(
            f'{setting.replace(" ", "")}_fold{fold}',
            self.seed,
            str(config),
            (overrides,),
        )

    def _member(self, folder: Path) -> Member:
        checkpoint = latest_checkpoint(str(folder))
        if checkpoint is None:
            raise FileNotFoundError(
                f'{folder}: expected the checkpoint of a training, found none;'
                ' remove the folder, and it is trained again'
            )
        detector = load_detector(None, checkpoint)
        # It has been found out that the config is one of plain values.
        config = Config.fromfile(str(folder / 'config.json'))
        return member_of_detector(
            detector, config.model.to_dict(), str(folder)
        )

    def fit_classic(self, say: Callable[[str], Any] = str) -> 'Classic':
        """Fit what scikit-learn fits, on all folds.

        Args:
            say (Callable): Called with sentences about what is under way.
                Defaults to nothing.

        Returns:
            Classic: All kinds.
        """
        linear: Dict[float, List[Member]] = {}
        one_class, neighbors = [], []
        for fold in range(self.number):
            say(
                f'fold {fold + 1} of {self.number}: support vector machines '
                'and neighbours'
            )
            data = fold_data(
                self.bags,
                np.flatnonzero(self.folds != fold).tolist(),
                self.crop_mode,
                f'normal{fold}',
                self.seed,
            )
            for c, member in linear_members(data, self.seed).items():
                linear.setdefault(c, []).append(member)
            one_class.append(one_class_member(data))
            neighbors.append(neighbor_member(data))
        return Classic(
            [
                self._fitted(f'linear SVM, C {c:g}', members)
                for c, members in linear.items()
            ],
            self._fitted('one-class SVM', one_class),
            self._fitted('nearest neighbours', neighbors),
        )

    def _fitted(self, name: str, members: List[Member]) -> Fitted:
        """Judge each video by the model that did not learn from it."""
        logits: List[np.ndarray] = [np.zeros(0)] * len(self.bags)
        for fold, member in enumerate(members):
            detector = assemble(
                [Scaled(member)], self.bags.channels, self.crop_mode
            ).detector
            for index in np.flatnonzero(self.folds == fold).tolist():
                found = score_in_chunks(detector, self.bags.whole(index))
                logits[index] = found['logits'][self.bags.taken(index)].astype(
                    np.float64
                )
        judged = self.bags.judged
        centers, spreads = calibrate(
            [logits[index] for index in judged],
            self.bags.labels[judged],
            self.folds[judged],
        )
        scores = [
            (values - centers[fold]) / spreads[fold]
            for values, fold in zip(logits, self.folds)
        ]
        return Fitted(name, members, centers, spreads, scores)


class Classic(NamedTuple):
    """What scikit-learn fitted.

    Attributes:
        linear (list[Fitted]): Linear machines, one for each C.
        one_class (Fitted): One-class machines.
        neighbors (Fitted): Distances to normal snippets.
    """

    linear: List[Fitted]
    one_class: Fitted
    neighbors: Fitted
