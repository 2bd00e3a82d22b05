"""Methods that a fit can train; a config of ``configs/_base_/fits`` each."""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple

from mmaction.registry import MODELS
from mmengine.config import Config

from ..config_names import base_config, base_configs, read_config
from ..model_keys import takes

FOLDER, COMMON, USUAL = 'fits', 'common', 'rtfm'


class FitMethod(NamedTuple):
    """A method as its config tells it.

    Attributes:
        name (str): Of the config.
        title (str): For people.
        config (Config): Of a training, but for videos, C and steps.
        settings (dict[str, dict[str, Any]]): What to try, by held-out videos:
            a name for people, and keys of ``config`` to override.
        seconds_per_step (float): Of a step of a small set, on a core.
        rows_per_normal_video (float): Rows of a dictionary of normal videos,
            for each of them; 0 of a method that has none.
    """

    name: str
    title: str
    config: Config
    settings: Dict[str, Dict[str, Any]]
    seconds_per_step: float
    rows_per_normal_video: float = 0.0

    def with_crop_mode(self, crop_mode: str) -> Dict[str, str]:
        """Keys of a config that tell the head what crops are to it.

        Args:
            crop_mode (str): 'average' or 'instance'.

        Returns:
            dict[str, str]: None where the head knows one mode alone.

        Raises:
            ValueError: If crops are to compete, and the head cannot let them.
        """
        if takes(self.config.model.head, 'crop_mode'):
            return {'model.head.crop_mode': crop_mode}
        if crop_mode != 'average':
            raise ValueError(
                f'--crops: expected whole, since {self.title} takes crops for '
                'views of one snippet, found tiles, of which the highest '
                'makes the score'
            )
        return {}

    def with_rows(self, normal: int) -> Dict[str, int]:
        """Keys of a config that say how many rows a dictionary has.

        Args:
            normal (int): Normal training videos, at least one.

        Returns:
            dict[str, int]: None of a method without one.
        """
        if not self.rows_per_normal_video:
            return {}
        rows = max(round(self.rows_per_normal_video * normal), 1)
        return {'model.neck.num_rows': rows}


def fit_methods() -> List[str]:
    """Names of all methods, the usual one first."""
    names = {Path(path).stem for path in base_configs(FOLDER)}
    return [USUAL, *sorted(names - {COMMON, USUAL})]


def read_method(name: str) -> FitMethod:
    """Read the config of a method.

    Args:
        name (str): One of :func:`fit_methods`.

    Returns:
        FitMethod: What it says.

    Raises:
        ValueError: If there is none of that name.

    Examples:
        >>> read_method('ur_dmu').title
        'UR-DMU'
    """
    if name not in fit_methods():
        raise ValueError(
            f'--method: expected one of {", ".join(fit_methods())}, found '
            f'{name!r}'
        )
    config = read_config(base_config(f'{FOLDER}/{name}'), 'model', 'fit')
    told = config.pop('fit').to_dict()
    keys = told.pop('dropout_keys')
    settings = {
        f'dropout {value:g}': dict.fromkeys(keys, value)
        for value in told.pop('dropouts')
    }
    return FitMethod(name=name, config=config, settings=settings, **told)


def method_of(config: Config) -> str:
    """Find the method that a config of a training is of.

    Args:
        config (Config): With ``model``.

    Returns:
        str: One of :func:`fit_methods`, that has the same neck and head.

    Raises:
        ValueError: If none has.
    """

    def parts(model: Any) -> Tuple[Any, Any]:
        # The class, since a type may be said by a name in two forms.
        return tuple(
            MODELS.get(model[part]['type']) or model[part]['type']
            for part in ('neck', 'head')
        )

    wanted = parts(config.model)
    for name in fit_methods():
        if parts(read_method(name).config.model) == wanted:
            return name
    raise ValueError(
        'model: expected neck and head of a method that fit trains '
        f'({", ".join(fit_methods())}), found '
        f'{config.model.neck.type} and {config.model.head.type}'
    )
