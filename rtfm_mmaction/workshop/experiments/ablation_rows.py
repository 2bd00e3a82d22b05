"""Methods to compare, as changes to any RTFM config."""

from copy import deepcopy
from typing import List, NamedTuple

from mmengine.config import Config

from ...compat import own_config


class AblationRow(NamedTuple):
    """A row of the RTFM paper's Table 4.

    Attributes:
        name (str): For files and tables, such as ``pdc+fm``.
        pdc (bool): Whether there is a pyramid of dilated convolutions.
        tsa (bool): Whether there is temporal self-attention.
        fm (bool): Whether feature magnitudes are learnt; else the original
            MIL ranking of the highest scores.
        overrides (dict): For ``Config.merge_from_dict``, a copy each time,
            because merging takes the ``_delete_`` keys out.
    """

    name: str
    pdc: bool
    tsa: bool
    fm: bool
    overrides: dict


def method_overrides(name: str) -> dict:
    """Changes that make an RTFM config one of another method.

    Args:
        name (str): A file of ``configs/_base_/methods``: 'sultani' or
            'original_mil'.

    Returns:
        dict: As :attr:`AblationRow.overrides`.
    """
    path = own_config(f'rtfm/_base_/methods/{name}.py')
    return Config.fromfile(path).method.to_dict()


def ablation_rows() -> List[AblationRow]:
    """The eight rows of Table 4, in its order, from baseline to RTFM.

    Returns:
        list[AblationRow]: Each changes the network, the learning, or both,
        and nothing else.
    """
    without_fm = method_overrides('original_mil')
    rows = []
    # Without FM the paper has PDC before TSA, with it TSA before PDC.
    for pdc, tsa, fm in (
        (0, 0, 0),
        (1, 0, 0),
        (0, 1, 0),
        (1, 1, 0),
        (0, 0, 1),
        (0, 1, 1),
        (1, 0, 1),
        (1, 1, 1),
    ):
        parts = [
            part
            for part, used in (('pdc', pdc), ('tsa', tsa), ('fm', fm))
            if used
        ]
        overrides = dict(model={}) if fm else deepcopy(without_fm)
        overrides['model']['neck'] = dict(
            with_pdc=bool(pdc), with_tsa=bool(tsa)
        )
        rows.append(
            AblationRow(
                '+'.join(parts) or 'baseline',
                bool(pdc),
                bool(tsa),
                bool(fm),
                overrides,
            )
        )
    return rows
