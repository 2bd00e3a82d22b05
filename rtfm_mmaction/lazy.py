"""Names of packages whose modules are imported when they are asked for.

So commands on exported files import neither torch nor mmaction2, which
modules beside those that it needs do (PEP 562).
"""

import importlib
import sys
from typing import Any, Callable, Mapping, Optional


def lazily(
    package: str,
    names: Mapping[str, str],
    otherwise: Optional[Callable[[str], Any]] = None,
) -> Callable[[str], Any]:
    """Make a package's ``__getattr__``.

    Args:
        package (str): Its full name.
        names (Mapping[str, str]): Name -> module of the package that has it.
        otherwise (Callable, optional): What is asked for other names.
            Defaults to None: there are none.
    """

    def find(name: str) -> Any:
        if name in names:
            module = importlib.import_module(f'{package}.{names[name]}')
            value = getattr(module, name)
            setattr(sys.modules[package], name, value)
            return value
        if otherwise is not None:
            return otherwise(name)
        raise AttributeError(f'module {package!r} has no attribute {name!r}')

    return find
