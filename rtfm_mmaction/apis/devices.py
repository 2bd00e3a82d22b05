"""Where things run, unless somebody says it."""

from pathlib import Path
from typing import Mapping, Optional, Set

# Instructions of CPUs that multiply in bfloat16. Others imitate it, which
# takes hundreds of times as long as fp32.
BFLOAT16 = frozenset(('avx512_bf16', 'amx_bf16'))


def choose_device(device: Optional[str]) -> str:
    """Take a GPU where there is one, unless another device is asked for.

    Args:
        device (str, optional): What was asked for.

    Returns:
        str: Of torch.

    Examples:
        >>> choose_device('cpu')
        'cpu'
    """
    if device:
        return device
    import torch

    return 'cuda' if torch.cuda.is_available() else 'cpu'


def device_of_process(device: str, environ: Mapping[str, str]) -> str:
    """Give each process of a machine a GPU of its own, as far as they go.

    Args:
        device (str): Of torch; one that is no plain 'cuda' stays.
        environ (Mapping[str, str]): With ``LOCAL_RANK``, where several
            processes were started.

    Returns:
        str: Of torch.

    Examples:
        >>> device_of_process('cpu', {'LOCAL_RANK': '1'})
        'cpu'
    """
    rank = environ.get('LOCAL_RANK', '')
    if device != 'cuda' or not rank.isdecimal():
        return device
    import torch

    return f'cuda:{int(rank) % max(torch.cuda.device_count(), 1)}'


def knows_bfloat16(device: str) -> bool:
    """Whether a device multiplies in bfloat16 by itself.

    Args:
        device (str): Of torch.

    Examples:
        >>> knows_bfloat16('meta')
        False
    """
    import torch

    kind = torch.device(device).type
    if kind == 'cuda':
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return kind == 'cpu' and bool(_cpu_instructions() & BFLOAT16)


def _cpu_instructions() -> Set[str]:
    """Names of what the CPU can do, as Linux has them."""
    import torch

    ask = getattr(torch.cpu, 'get_capabilities', None)
    if ask is not None:
        return {name for name, value in ask().items() if value is True}
    try:  # an older torch
        text = Path('/proc/cpuinfo').read_text()
    except OSError:
        return set()
    return set(text.split())
