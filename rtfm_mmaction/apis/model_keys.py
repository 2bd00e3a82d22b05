"""Misspelt keys inside ``model``, before anything is built of them."""

import difflib
import inspect
from typing import Any, Mapping, NamedTuple, Optional, Set

from mmaction.registry import MODELS

# Below other keys with a type are settings of somebody else's making, such as
# norm_cfg and init_cfg, whose types mean what the one who reads them says.
FOREIGN = '_cfg'
# Parts whose type has to be one of MODELS.
PARTS = ('neck', 'head', 'backbone', 'data_preprocessor')
SIMILAR = 0.75


class _Arguments(NamedTuple):
    """What the constructor of a class takes.

    Attributes:
        names (set[str]): Keys that are named somewhere.
        is_open (bool): Whether it may take others, by ``**kwargs``.
    """

    names: Set[str]
    is_open: bool


def check_model_keys(model: Mapping[str, Any], where: str = 'model') -> None:
    """Refuse keys that the class they are given to does not take.

    Each ``type`` is looked up in the registry and its constructor asked, down
    to the parts of parts: neck, head, losses, preprocessor, backbone. Where a
    constructor takes any key (``**kwargs``), one is refused if it looks like
    a misspelt one. Types that are not in the registry are left alone but for
    the detector's own parts.

    Args:
        model (Mapping): Config of a model or of a part of one.
        where (str): Key of it, for the message. Defaults to 'model'.

    Raises:
        ValueError: Names the key and what was probably meant.
    """
    if not isinstance(model, Mapping):
        raise ValueError(
            f'{where}: expected the keys of a model, found {model!r}'
        )
    kind = model.get('type')
    found = kind if inspect.isclass(kind) else _look_up(kind)
    if found is None:
        if where == 'model' or where.rpartition('.')[2] in PARTS:
            _refuse_type(kind, where)
        return
    if inspect.isclass(found):
        _check_names(model, found, where)
    for key, value in model.items():
        if not isinstance(value, Mapping) or key.endswith(FOREIGN):
            continue
        if key == 'data_preprocessor' and 'type' not in value:
            value = {**value, 'type': _usual_preprocessor(model)}
        if 'type' in value:
            check_model_keys(value, f'{where}.{key}')


def takes(part: Mapping[str, Any], key: str) -> bool:
    """Tell whether the class of a part has a key of a name.

    Args:
        part (Mapping): Config of the part, with its ``type``.
        key (str): The name.

    Returns:
        bool: Whether it is named there; False of a type that is not known.
    """
    kind = part.get('type')
    found = kind if inspect.isclass(kind) else _look_up(kind)
    return inspect.isclass(found) and key in _arguments(found).names


def _look_up(kind: Any) -> Optional[Any]:
    return MODELS.get(kind) if isinstance(kind, str) else None


def _usual_preprocessor(model: Mapping[str, Any]) -> str:
    """Choose it as ``AnomalyDetector`` does."""
    if model.get('backbone') is None:
        return 'AnomalyDataPreprocessor'
    return 'AnomalyVideoPreprocessor'


def _refuse_type(kind: Any, where: str) -> None:
    known = {*MODELS.module_dict, *(MODELS.parent or MODELS).module_dict}
    raise ValueError(
        f'{where}.type: expected the name of a model or part that is '
        f'registered, found {kind!r}{_meant(kind, known)}'
    )


def _check_names(model: Mapping[str, Any], kind: type, where: str) -> None:
    arguments = _arguments(kind)
    for key in model:
        if key == 'type' or key.startswith('_') or key in arguments.names:
            continue
        meant = _meant(key, arguments.names)
        if meant or not arguments.is_open:
            raise ValueError(
                f'{where}.{key}: expected a key that {kind.__name__} takes, '
                f'found {key!r}{meant or _listed(arguments.names)}'
            )


def _arguments(kind: type) -> _Arguments:
    """What a class takes; ``**kwargs`` go on to what it is derived from."""
    names: Set[str] = set()
    is_open = False
    for base in kind.__mro__:
        initialize = vars(base).get('__init__')
        if initialize is None:
            continue
        parameters = inspect.signature(initialize).parameters.values()
        names |= {
            parameter.name
            for parameter in list(parameters)[1:]
            if parameter.kind
            in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        }
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
        is_open = True  # it may keep some for itself
    return _Arguments(names, is_open)


def _meant(key: Any, known: Set[str]) -> str:
    close = difflib.get_close_matches(str(key), sorted(known), 1, SIMILAR)
    return f'; did you mean {close[0]!r}?' if close else ''


def _listed(names: Set[str]) -> str:
    return f'; it takes {", ".join(sorted(names))}' if names else ''
