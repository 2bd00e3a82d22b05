"""Which models, or which mean of them, are chosen by held-out figures.

The rule was fixed before any test figure was seen: of each kind the setting
of the highest merit, then of all means of kinds the one of the highest merit;
of equals that of more kinds, which is the steadier one.
"""

from itertools import combinations
from typing import Callable, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np

from .bootstrap import bootstrap_merit, resample_groups
from .cross_fitting import Classic, Fitted
from .judging import HeldOut, Judgement, judge, mean_scores

# Merits that differ by less are equal: no held-out set tells so much.
EQUAL = 5e-4


class Candidate(NamedTuple):
    """A kind of model, or the mean of several.

    Attributes:
        kinds (tuple[str, ...]): Names of the kinds.
        fitted (tuple[Fitted, ...]): The models of each.
        held_out (HeldOut): Their mean scores of what is judged.
        judgement (Judgement): What these say.
    """

    kinds: Tuple[str, ...]
    fitted: Tuple[Fitted, ...]
    held_out: HeldOut
    judgement: Judgement

    @property
    def name(self) -> str:
        """For people."""
        return ' + '.join(kind.name for kind in self.fitted)

    @property
    def scores(self) -> List[np.ndarray]:
        """V arrays (T,), held out, of all bags, those that nothing is judged
        by as well.
        """
        return mean_scores([kind.scores for kind in self.fitted])


class Choice(NamedTuple):
    """What was chosen.

    Attributes:
        chosen (Candidate): The detector to be.
        runner_up (Candidate): The next one in merit.
        sure (float): Share of draws of groups, with repetition, in which the
            chosen one is no worse than the next.
        candidates (list[Candidate]): All means of kinds, best first.
        settings (list[Candidate]): All settings of all kinds.
    """

    chosen: Candidate
    runner_up: Candidate
    sure: float
    candidates: List[Candidate]
    settings: List[Candidate]


def best(candidates: Sequence[Candidate]) -> Candidate:
    """Find the candidate of the highest merit, the mean of most among equals.

    Args:
        candidates (Sequence[Candidate]): At least one; of equals with as many
            kinds the first one is taken.

    Returns:
        Candidate: One of them.
    """
    highest = max(one.judgement.merit for one in candidates)
    equal = [
        one for one in candidates if one.judgement.merit >= highest - EQUAL
    ]
    return max(equal, key=lambda one: len(one.kinds))


def choose(
    networks: Sequence[Fitted],
    classic: Classic,
    held_out: Callable[[List[np.ndarray]], HeldOut],
    seed: int = 0,
) -> Choice:
    """Choose by held-out figures alone.

    Args:
        networks (Sequence[Fitted]): The network with its settings.
        classic (Classic): What scikit-learn fitted.
        held_out (Callable): Makes scores of all videos ready for judgement.
        seed (int): Of the draws that tell how sure it is. Defaults to 0.

    Returns:
        Choice: What was chosen, and among what.
    """

    def candidate(kinds: Dict[str, Fitted]) -> Candidate:
        found = held_out(mean_scores([one.scores for one in kinds.values()]))
        return Candidate(
            tuple(kinds), tuple(kinds.values()), found, judge(found)
        )

    families: Dict[str, Sequence[Fitted]] = dict(
        network=networks,
        linear=classic.linear,
        one_class=[classic.one_class],
        neighbors=[classic.neighbors],
    )
    settings = [
        candidate({kind: one})
        for kind, family in families.items()
        for one in family
    ]
    winners = {
        kind: best([one for one in settings if one.kinds == (kind,)]).fitted[0]
        for kind in families
    }
    candidates = [
        candidate({kind: winners[kind] for kind in kinds})
        for number in range(1, len(winners) + 1)
        for kinds in combinations(winners, number)
    ]
    chosen = best(candidates)
    candidates.sort(key=lambda one: (one is not chosen, -one.judgement.merit))
    runner_up = candidates[1]
    counts = resample_groups(
        chosen.held_out.groups, chosen.held_out.sides, seed
    )
    ahead = bootstrap_merit(chosen.held_out, counts) >= bootstrap_merit(
        runner_up.held_out, counts
    )
    return Choice(
        chosen, runner_up, float(np.mean(ahead)), candidates, settings
    )
