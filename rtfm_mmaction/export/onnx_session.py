"""Opening ONNX files."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Dict, Union

from ..io.printing import say
from .packages import require

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

CUDA = 'CUDAExecutionProvider'
OPENVINO = 'OpenVINOExecutionProvider'
# onnxruntime 1.19 refuses, after it, products of more than two axes ("First
# input does not have rank 2").
BROKEN_FUSION = 'MatMul_BatchNormalization_Fusion'


def open_session(
    path: Union[str, Path], device: str = 'cpu', of_clips: bool = False
) -> 'InferenceSession':
    """Open an ONNX file, with as many threads as torch would have.

    Args:
        path (str or Path): The file.
        device (str): 'cpu', 'cuda' or 'cuda:1' and so on.
            Defaults to 'cpu'.
        of_clips (bool): Whether it takes clips, of one size and nothing else.
            OpenVINO runs it then on a CPU, in float32, where this onnxruntime
            has it, which is said. Defaults to False.

    Raises:
        FileNotFoundError: If there is no such file.
        RuntimeError: If onnxruntime is missing.
        ValueError: If it is no ONNX file, or there is no such device.
    """
    require('onnxruntime')
    import onnxruntime

    if not Path(path).is_file():
        raise FileNotFoundError(f'{path}: no such ONNX file')
    providers: list = ['CPUExecutionProvider']
    kind, _, index = device.partition(':')
    if kind == 'cuda' and CUDA in onnxruntime.get_available_providers():
        providers.insert(0, (CUDA, dict(device_id=int(index or 0))))
    elif kind != 'cpu':
        raise ValueError(
            f"device: expected 'cpu', as this onnxruntime ("
            f'{onnxruntime.__version__}) cannot run on anything else here '
            f'(onnxruntime-gpu could, on CUDA), found {device!r}'
        )
    elif of_clips and OPENVINO in onnxruntime.get_available_providers():
        providers.insert(0, (OPENVINO, _openvino_options()))
        say(f'{path}: runs by OpenVINO, which this onnxruntime has')
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _threads()
    # Videos are of different lengths: an arena would keep what the longest
    # one took, and a plan of the memory holds for one length alone. Of clips
    # an arena takes less than the system's own heap, and a plan takes more.
    options.enable_cpu_mem_arena = of_clips
    options.enable_mem_pattern = False
    # Warnings of what it makes faster go to standard error.
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(path),
            options,
            providers=providers,
            disabled_optimizers=[BROKEN_FUSION],
        )
    except Exception as error:  # its errors have no base of their own
        reason = ' '.join(str(error).split())
        raise ValueError(
            f'{path}: expected an ONNX file that onnxruntime can '
            f'run, found none: {reason:.300}'
        ) from error


def best_device() -> str:
    """Choose where ONNX files run: 'cuda' where onnxruntime can, else 'cpu'.

    Raises:
        RuntimeError: If onnxruntime is missing.
    """
    require('onnxruntime')
    import onnxruntime

    return 'cuda' if CUDA in onnxruntime.get_available_providers() else 'cpu'


def _openvino_options() -> Dict[str, str]:
    """As other providers run: in float32, by as many threads."""
    options = dict(device_type='CPU', precision='FP32')
    threads = _threads()
    return options | (dict(num_of_threads=str(threads)) if threads else {})


def _threads() -> int:
    """Number of threads; 0 for onnxruntime's own choice, a core each."""
    torch = sys.modules.get('torch')
    if torch is not None:
        return torch.get_num_threads()
    said = os.environ.get('OMP_NUM_THREADS', '')
    return int(said) if said.isdecimal() else 0
