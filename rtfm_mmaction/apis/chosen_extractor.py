"""The extractor of a run: the one that was named, or the checkpoint's own."""

from typing import Any, Callable, Dict, NamedTuple, Optional, Union

from ..datasets.feature_record import FeatureRecord
from ..extraction.clip_extractor import ClipExtractor
from .devices import knows_bfloat16
from .feature_match import refuse_other_features

ONNX = '.onnx'


class ChosenExtractor(NamedTuple):
    """An extractor and what to call it.

    Attributes:
        name (str): Of its config or file, for people.
        extractor (ClipExtractor): Ready.
    """

    name: str
    extractor: ClipExtractor


def choose_extractor(
    named: Union[str, Dict[str, Any], None],
    trained_on: Optional[FeatureRecord],
    checkpoint: str,
    needed_by: str,
    device: str = 'cpu',
    dtype: Optional[str] = None,
    insist: bool = False,
    say: Callable[[str], Any] = str,
) -> ChosenExtractor:
    """Build an extractor whose features are those of the training.

    Args:
        named (str or dict, optional): Config of ``configs/features``, by
            path, shipped name or itself, or an ``.onnx`` file of ``rtfm
            export``; None for what the checkpoint says.
        trained_on (FeatureRecord, optional): Of the detector; None where its
            checkpoint does not say.
        checkpoint (str): The detector's file, for messages.
        needed_by (str): The video or stream, for messages.
        device (str): Where it runs. Defaults to 'cpu'.
        dtype (str, optional): 'fp32' or 'bf16'. Defaults to None: that of the
            training's features, where the device is made for it; else 'fp32'.
        insist (bool): See :func:`refuse_other_features`. Defaults to False.
        say (Callable): As there. Defaults to nothing.

    Returns:
        ChosenExtractor: The extractor.

    Raises:
        FileNotFoundError: If its config or weights are missing.
        ValueError: If there is none, or it is not that of the training.
    """
    if dtype is None:
        dtype = _dtype_of(named, trained_on, device)
    if isinstance(named, str) and named.endswith(ONNX):
        from ..export.onnx_runtime import onnx_extractor

        name, extractor = named, onnx_extractor(named, device, dtype)
    else:
        name, extractor = _build(
            named, trained_on, checkpoint, needed_by, device, dtype
        )
    refuse_other_features(
        trained_on, name, extractor.settings, insist=insist, say=say
    )
    return ChosenExtractor(name, extractor)


def _build(
    named: Union[str, Dict[str, Any], None],
    trained_on: Optional[FeatureRecord],
    checkpoint: str,
    needed_by: str,
    device: str,
    dtype: str,
) -> ChosenExtractor:
    """Build a network, which takes torch and all components."""
    if named is None and trained_on is None:
        raise ValueError(
            f'{needed_by}: expected a config of configs/features '
            f'(--extractor), since {checkpoint} does not say what its '
            'features were made with, found none'
        )
    try:
        from ..extraction.extractor import build_extractor
    except ModuleNotFoundError as error:
        raise ValueError(
            f'{needed_by}: expected an .onnx file of rtfm export '
            '(--extractor), as there is no package '
            f'{str(error.name).partition(".")[0]} here, found {named!r}'
        ) from error
    from .config_names import read_config
    from .recorded_extractor import recorded_extractor

    random = False
    if trained_on is not None and named is None:
        name, config, random = recorded_extractor(trained_on, checkpoint)
    elif isinstance(named, str):
        name = named
        config = read_config(named, 'model', 'extractor').to_dict()
    else:
        name, config = 'extractor', dict(named or {})
    return ChosenExtractor(
        name, build_extractor(config, device, dtype, random=random)
    )


def _dtype_of(
    named: Union[str, Dict[str, Any], None],
    trained_on: Optional[FeatureRecord],
    device: str,
) -> str:
    """The precision of the training, where nothing speaks against it."""
    if isinstance(named, str) and named.endswith(ONNX):
        return 'fp32'
    settings = (trained_on and trained_on.settings) or {}
    if settings.get('dtype') == 'bf16' and knows_bfloat16(device):
        return 'bf16'
    return 'fp32'
