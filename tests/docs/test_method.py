"""docs/method.md: what it shows is there, and its script gives its shapes."""

import ast
import re
import runpy

from rtfm_mmaction.apis.running import load_config
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config

TEXT = (ROOT / 'docs/method.md').read_text(encoding='utf-8')


def names(path):
    """Functions and classes of a file, and methods as ``Class.method``."""
    for node in ast.parse(path.read_text('utf-8')).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f'{node.name}.{inner.name}'


def test_shown_objects_are_there():
    """Oracle: the files, so that no line number can be another's; Sphinx
    finds the lines."""
    shown = re.findall(r'\{literalinclude\} (\S+)\n:pyobject: (\S+)', TEXT)
    assert len(shown) > 8
    for file, name in shown:
        assert name in names(ROOT / 'docs' / file), (file, name)


def test_all_equations_are_walked_through():
    """Oracle: the paper's numbers, 1 to 7."""
    assert set(re.findall(r'Eq\. (\d)', TEXT)) == set('1234567')


def test_one_batch_has_the_shapes_of_the_page(tmp_path):
    """By hand: B = 2 + 2 videos, N = 2, T = 32, C = 8, so 6 and 2 channels of
    PDC and TSA; four terms of each form, and two magnitudes."""
    script = runpy.run_path(str(ROOT / 'docs/one_batch.py'))
    config = load_config(small_config(make_data(tmp_path), 'rtfm_demo'))
    found = script['walk'](config)
    shapes = [tuple(value.shape) for value in found.values()]
    assert shapes[:7] == [
        (4, 2, 32, 8),
        (8, 32, 6),
        (8, 32, 2),
        (4, 2, 32, 8),
        (4, 2, 32),
        (4, 2, 32),
        (4, 3),
    ]
    terms = [value for value in found.values() if value.dim() == 0]
    assert len(terms) == 12 and all(term.isfinite() for term in terms)
    assert all(name.split(' (')[0] in TEXT for name in found)
