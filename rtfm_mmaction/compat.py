"""Repairs of the installed stack, each with its reason and its end.

mmengine 0.10.7 and mmaction2 1.2.0 are the newest releases there are, and
what is broken in them stays broken. :func:`apply` mends what this package
runs into. It is called when ``rtfm_mmaction`` is imported, may be called
again, prints nothing, and leaves alone what is sound.

What the requirements in ``setup.py`` mend (``importlib_metadata``,
``setuptools < 82``, ``mmcv-lite``) is not repeated here.
"""

import functools
import importlib.util
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import torch

from .moved import lookup

# Of configs that are kept laid out: a process has few.
MOST_TEXTS = 16


def stub_missing_drn() -> None:
    """Let ``mmaction.models`` import although its wheel lacks a folder.

    The wheel of mmaction2 1.2.0 imports
    ``mmaction.models.localizers.drn.drn`` and ships no ``drn`` folder. A stub
    with the class name that is imported stands in; building it raises. Can go
    when a wheel ships the folder (then this does nothing).
    """
    name = 'mmaction.models.localizers.drn'
    spec = importlib.util.find_spec('mmaction')
    if spec is None or name in sys.modules:
        return
    folder = Path(spec.origin).parent / 'models' / 'localizers' / 'drn'
    if folder.exists():
        return

    class DRN:
        """Stand-in for the localizer that mmaction2's wheel lacks."""

        def __init__(self, *args, **kwargs) -> None:
            raise ImportError(
                'DRN is missing from the installed mmaction2: its wheel ships '
                f'no {folder}'
            )

    package = types.ModuleType(name)
    package.__path__ = []
    module = types.ModuleType(f'{name}.drn')
    module.DRN = DRN
    package.drn = module
    sys.modules[name] = package
    sys.modules[f'{name}.drn'] = module


def _history_buffer_method(owner, name: str):
    """Stand in for ``getattr``, by which a buffer's methods are pickled.

    The builtin would reach into anything that a file can name; this gives the
    public methods of ``HistoryBuffer`` and nothing else.
    """
    from mmengine.logging.history_buffer import HistoryBuffer

    if owner is HistoryBuffer and not name.startswith('_'):
        method = vars(HistoryBuffer).get(name)
        if isinstance(method, types.FunctionType):
            return method
    raise ValueError(f'Unsupported attribute {name!r} of {owner!r}')


def checkpoint_globals() -> list:
    """What a Runner's checkpoint holds besides tensors."""
    from mmengine.logging.history_buffer import HistoryBuffer

    multiarray = sys.modules[np.ndarray.__reduce__(np.zeros(0))[0].__module__]
    dtypes = {
        type(np.dtype(kind))
        for kind in (
            'float64',
            'float32',
            'int64',
            'int32',
            'uint32',
            'uint8',
            'bool',
        )
    }
    return [
        (_history_buffer_method, 'builtins.getattr'),
        HistoryBuffer,
        np.ndarray,
        np.dtype,
        multiarray._reconstruct,
        multiarray.scalar,
        *dtypes,
    ]


def init_dist_without_gpu() -> None:
    """Let mmengine's PyTorch launcher start on machines without a GPU.

    ``init_dist`` calls ``torch.cuda.set_device`` in any case, which a CPU
    build of torch answers with an AttributeError. Without a GPU the process
    group is gloo's; with one nothing changes. Can go when mmengine asks for a
    GPU before it sets one.
    """
    from mmengine.dist import utils

    if torch.cuda.is_available() or hasattr(
        utils._init_dist_pytorch, 'without_gpu'
    ):
        return

    def init_gloo(backend, init_backend='torch', **kwargs) -> None:
        torch.distributed.init_process_group(backend='gloo', **kwargs)

    init_gloo.without_gpu = True
    utils._init_dist_pytorch = init_gloo


def wrap_without_gpu() -> None:
    """Let the Runner wrap a model for distributed runs without a GPU.

    It names a GPU (``device_ids``) for each rank, whatever the model is on
    and whatever ``model_wrapper_cfg`` says, and torch refuses that for a model
    on the CPU, as in ``mim train mmaction CONFIG --launcher pytorch``. Without
    a GPU the wrapper leaves it out. Can go when mmengine looks at the model's
    device.
    """
    from mmengine.model import MMDistributedDataParallel as Wrapper

    if torch.cuda.is_available() or hasattr(Wrapper.__init__, 'without_gpu'):
        return
    initialize = Wrapper.__init__

    @functools.wraps(initialize)
    def without_device_ids(self, *args, **kwargs) -> None:
        initialize(self, *args, **{**kwargs, 'device_ids': None})

    without_device_ids.without_gpu = True
    Wrapper.__init__ = without_device_ids


def find_own_configs() -> None:
    """Let configs inherit from this package's, ``rtfm_mmaction::rtfm/…``.

    ``_base_ = 'PACKAGE::path'`` works for the packages of a fixed table alone;
    it finds their folder by ``pkg_resources``, which for an editable install
    names one that does not exist; and it marks what is inherited with the
    package's name as the scope of a registry, where our components are in
    mmaction's. Other packages are left to mmengine. Can go when mmengine asks
    ``importlib`` for the folder and takes any package.
    """
    from mmengine.config import Config, utils
    from mmengine.hub import hub

    name = __package__
    if name in utils.MODULE2PACKAGE:
        return
    utils.MODULE2PACKAGE[name] = name
    get_cfg_path = Config._get_cfg_path
    get_installed_path = hub.get_installed_path

    def get_own_cfg_path(cfg_path: str, filename: str):
        package, found, path = cfg_path.partition('::')
        if not found or package != name:
            return get_cfg_path(cfg_path, filename)
        return own_config(path), 'mmaction'

    Config._get_cfg_path = staticmethod(get_own_cfg_path)
    hub.get_installed_path = lambda package: (
        str(Path(__file__).parent)
        if package == name
        else get_installed_path(package)
    )


def own_config(path: str) -> str:
    """Path of a config that comes with this package.

    Args:
        path (str): ``rtfm/NAME.py``; what ``configs/NAME.py`` is in the
            repository.

    Raises:
        FileNotFoundError: If there is no such config.
    """
    package = Path(__file__).parent
    installed = package / '.mim' / 'configs' / path
    # A checkout that is on the path and not installed has its own folder.
    checkout = package.parent / 'configs' / path.partition('/')[2]
    for found in (installed, checkout):
        if found.is_file():
            return str(found)
    raise FileNotFoundError(
        f'{__package__}::{path}: expected the path of one of its configs, '
        f'such as rtfm/rtfm_i3d_ucf.py, found no {installed}'
    )


def hush_missing_ops() -> None:
    """Let mmcv not warn of operators that nothing here uses.

    ``mmcv-lite`` has none, and says so in two lines of each command. Can go
    with mmcv's warning.
    """
    warnings.filterwarnings(
        'ignore', 'Fail to import ``MultiScaleDeformableAttention``'
    )


def format_configs_once() -> None:
    """Let mmengine lay out the text of a config once and not at each use.

    It does so for each checkpoint, file and log, 0.2 s each time. Can go when
    mmengine keeps the text.
    """
    from mmengine.config import config

    format_code = config.FormatCode
    if getattr(format_code, '__module__', '') == __name__:
        return
    known: dict = {}

    def format_known(text: str, **options):
        key = (text, repr(options))
        if key not in known:
            if len(known) >= MOST_TEXTS:
                known.clear()
            known[key] = format_code(text, **options)
        return known[key]

    config.FormatCode = format_known


def apply() -> None:
    """Apply every repair; harmless when called again."""
    hush_missing_ops()
    format_configs_once()
    stub_missing_drn()
    init_dist_without_gpu()
    wrap_without_gpu()
    find_own_configs()


__getattr__ = lookup(__name__)  # goes with moved.py
