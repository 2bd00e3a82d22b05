"""Where figures of a training go, as a config says it."""

from importlib.util import find_spec

from mmengine.config import Config

USUAL = [dict(type='LocalVisBackend')]


def set_vis_backends(config: Config) -> None:
    """Let ``vis_backends`` of a config have an effect.

    mmengine reads ``visualizer.vis_backends`` alone. ``vis_backends`` is the
    variable that a base config makes it of, and a config that inherits from
    it and sets the variable changes nothing by that.

    Args:
        config (Config): Changed in place.

    Raises:
        ValueError: If it says two different things, or what it asks for is
            not installed.
    """
    wanted = _plain(config.get('vis_backends'))
    visualizer = config.get('visualizer')
    found = _plain((visualizer or {}).get('vis_backends'))
    if wanted not in (None, found):
        if found in (None, USUAL):
            config.visualizer = {
                'type': 'ActionVisualizer',
                **(visualizer or {}),
                'vis_backends': wanted,
            }
            found = wanted
        elif wanted != USUAL:
            raise ValueError(
                'vis_backends: expected what visualizer.vis_backends says, '
                f'{_types(found)}, found {_types(wanted)}; set one of them'
            )
    if 'TensorboardVisBackend' in _types(found or []) and not (
        find_spec('tensorboard') or find_spec('tensorboardX')
    ):
        raise ValueError(
            'vis_backends: TensorboardVisBackend needs tensorboard, which is '
            "not installed; pip install 'rtfm_mmaction[tensorboard]'"
        )


def _plain(backends):
    """Lists and dicts of Python, so that they compare."""
    if backends is None:
        return None
    return [
        item.to_dict() if hasattr(item, 'to_dict') else item
        for item in backends
    ]


def _types(backends: list) -> str:
    return ', '.join(str(backend.get('type')) for backend in backends)
