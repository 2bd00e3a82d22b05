"""Whether features are those that a detector was trained on."""

from typing import Any, Callable, Dict, List, Optional

from ..datasets.feature_record import FeatureRecord, differences

INSIST = '--other-features takes these all the same'


def refuse_other_features(
    trained_on: Optional[FeatureRecord],
    where: str,
    settings: Optional[Dict[str, Any]] = None,
    crops: Optional[int] = None,
    insist: bool = False,
    say: Callable[[str], Any] = str,
) -> None:
    """Refuse features of another make than a detector was trained on.

    Args:
        trained_on (FeatureRecord, optional): Of the detector; None where its
            checkpoint does not say.
        where (str): File, extractor or data set of the features.
        settings (dict, optional): What they were made with; None where that
            is not known, then N alone is compared.
        crops (int, optional): N; None where ``settings`` say it.
        insist (bool): Whether they are taken all the same, and what differs
            is told. Defaults to False.
        say (Callable): Called with sentences. Defaults to nothing.

    Raises:
        ValueError: Names each setting that differs.
    """
    if trained_on is None:
        return
    found: List[str] = []
    if settings is not None and trained_on.settings is not None:
        found = differences(trained_on.settings, settings)
        mine, its = trained_on.settings.get('dtype'), settings.get('dtype')
        if mine != its:
            say(
                f'{where}: features in {its}, where the detector was trained '
                f'on some in {mine}: about a hundredth apart'
            )
    elif crops is not None and crops != trained_on.crops:
        found = [f'crops: expected {trained_on.crops}, found {crops}']
    if not found:
        return
    words = '; '.join(found)
    if not insist:
        raise ValueError(
            f'{where}: expected features as the detector was trained on, '
            f'found others ({words}); {INSIST}'
        )
    say(f'{where}: features of another make, taken all the same ({words})')


def untold(trained_on: Optional[FeatureRecord], checkpoint: str) -> str:
    """Say that features cannot be compared, where that is so.

    Args:
        trained_on (FeatureRecord, optional): Of the detector.
        checkpoint (str): Its file.

    Returns:
        str: A sentence, or nothing.
    """
    if trained_on is None:
        reason = 'it does not say what features it was trained on'
    elif trained_on.settings is None:
        reason = (
            'it was trained on features that do not say how they were made'
        )
    else:
        return ''
    return f'{checkpoint}: {reason}, so other features cannot be told'
