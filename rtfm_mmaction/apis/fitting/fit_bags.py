"""From training videos with features to a detector that has been judged.

Shapes: V videos, T snippets of each, K folds.
"""

from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

import numpy as np
from mmengine.config import Config

from .alarms import PER_HOUR, Alarms, choose_threshold
from .bags import Bags
from .choosing import Choice, choose
from .cross_fitting import Classic, CrossFitting, Fitted
from .folds import FOLDS, split_folds
from .judging import HeldOut
from .members import Assembled, Scaled, assemble
from .methods import FitMethod


class FittedBags(NamedTuple):
    """A detector and all that is known of it.

    Attributes:
        bags (Bags): What it was made of.
        folds (np.ndarray): (V,) of 0 to K - 1, which held each video out.
        crop_mode (str): 'average' or 'instance'.
        choice (Choice): Which models, and why.
        alarms (Alarms): Its threshold, and what that does.
        edges (list[np.ndarray]): V arrays (T + 1,) in seconds, where snippets
            begin and the video ends.
        networks (list[Fitted]): The network with its settings.
        classic (Classic): What scikit-learn fitted.
        config (Config): Of a training of the network on all videos.
        title (str): Of the network's method.
    """

    bags: Bags
    folds: np.ndarray
    crop_mode: str
    choice: Choice
    alarms: Alarms
    edges: List[np.ndarray]
    networks: List[Fitted]
    classic: Classic
    config: Config
    title: str

    @property
    def number(self) -> int:
        """K."""
        return int(self.folds.max()) + 1

    @property
    def logits(self) -> List[np.ndarray]:
        """V arrays (T,) held out, 0 at the threshold."""
        return [
            scores - self.alarms.logit for scores in self.choice.chosen.scores
        ]

    def assemble(
        self, kinds: Sequence[Fitted] = (), folds: Sequence[int] = ()
    ) -> Assembled:
        """Mean over folds and kinds of models.

        Args:
            kinds (Sequence[Fitted]): Of which kinds. Defaults to those that
                were chosen.
            folds (Sequence[int]): Of which folds; a single one judges the
                videos that it held out. Defaults to all.

        Returns:
            Assembled: A detector that scores 0.5 at the threshold.
        """
        kinds = kinds or self.choice.chosen.fitted
        folds = folds or range(self.number)
        weight = 1 / (len(kinds) * len(folds))
        parts: List[Scaled] = [
            kind.scaled(fold, weight) for kind in kinds for fold in folds
        ]
        return assemble(
            parts, self.bags.channels, self.crop_mode, self.alarms.logit
        )


def fit_bags(
    bags: Bags,
    ann_file: str,
    source: Dict[str, Any],
    work: Path,
    edges: Sequence[np.ndarray],
    crop_mode: str = 'average',
    folds: int = FOLDS,
    seed: int = 0,
    jobs: int = 1,
    per_hour: float = PER_HOUR,
    say: Callable[[str], Any] = str,
    method: Optional[FitMethod] = None,
) -> FittedBags:
    """Cross-fit, choose and set a threshold; by held-out scores alone.

    Args:
        bags (Bags): Training videos.
        ann_file (str): Their annotation file.
        source (dict): Where features are, see :class:`CrossFitting`.
        work (Path): Folder for trainings; killed, the same call goes on.
        edges (Sequence[np.ndarray]): V arrays (T + 1,) in seconds, where
            snippets begin and the video ends.
        crop_mode (str): 'average' or 'instance'. Defaults to 'average'.
        folds (int): K at the most. Defaults to 5.
        seed (int): Of folds and trainings. Defaults to 0.
        jobs (int): Trainings at a time. Defaults to 1.
        per_hour (float): False alarms an hour that are wanted at the most.
            Defaults to 1.
        say (Callable): Called with sentences. Defaults to nothing.
        method (FitMethod, optional): What is trained. Defaults to None: RTFM.

    Returns:
        FittedBags: The detector and its judgement.

    Raises:
        RuntimeError: If a training fails.
        ValueError: If the videos are too few, or features do not fit.
    """
    fold_of = split_folds(bags.labels, bags.groups, folds, seed)
    fitting = CrossFitting(
        bags,
        fold_of,
        ann_file,
        source,
        work,
        crop_mode,
        seed,
        jobs,
        method=method,
    )
    networks = fitting.train()
    classic = fitting.fit_classic(say)
    counts = bags.counts

    def held_out(scores: List[np.ndarray]) -> HeldOut:
        return HeldOut(
            scores, bags.labels, bags.groups, counts, bags.is_video
        ).take(bags.judged)

    choice = choose(networks, classic, held_out, seed)
    scores, counted = choice.chosen.scores, bags.counted
    alarms = choose_threshold(
        [scores[index] for index in counted],
        bags.labels[counted],
        [edges[index] for index in counted],
        per_hour,
    )
    return FittedBags(
        bags,
        fold_of,
        crop_mode,
        choice,
        alarms,
        list(edges),
        networks,
        classic,
        fitting.config(),
        fitting.method.title,
    )
