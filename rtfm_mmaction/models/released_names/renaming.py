"""Names of a state dict by rules for the modules that they begin with."""

import re
from typing import Optional, Sequence, Tuple

# Pattern of our module's name, and what takes its place; the first that fits
# a name's beginning, up to a dot or the end, counts.
Rules = Sequence[Tuple[str, str]]


def rename(name: str, rules: Rules) -> Optional[str]:
    r"""Put the released module in the place of ours.

    Args:
        name (str): Name in our state dict.
        rules (Sequence[tuple[str, str]]): Pattern (a regular expression) and
            replacement each.

    Returns:
        str or None: Name in the released state dict; None where no rule fits.

    Examples:
        >>> rules = [(r'neck\.blocks\.(\d+)', r'layers.\1.0')]
        >>> rename('neck.blocks.2.weight', rules)
        'layers.2.0.weight'
        >>> rename('neck.blocks_of_ours.weight', rules) is None
        True
    """
    for pattern, replacement in rules:
        found = re.match(rf'(?:{pattern})(?=\.|$)', name)
        if found:
            return found.expand(replacement) + name[found.end() :]
    return None
