"""The pages as a site: ``make docs`` writes ``docs/_build/html``."""

from pathlib import Path

from rtfm_mmaction.version import __version__

PACKAGE = Path(__file__).resolve().parents[1] / 'rtfm_mmaction'

project = 'rtfm_mmaction'
copyright = 'the contributors of rtfm_mmaction'
version = release = __version__

extensions = [
    'myst_parser',
    'sphinx.ext.apidoc',
    'sphinx.ext.autodoc',
    'sphinx.ext.napoleon',
    'sphinx_copybutton',
]
exclude_patterns = ['_build']
# page.md#heading, as GitHub names headings.
myst_heading_anchors = 3

# A page for each folder of the package, by its docstrings.
apidoc_modules = [
    dict(
        path=str(PACKAGE),
        destination='api',
        exclude_patterns=[str(PACKAGE / '.mim')],
        module_first=True,
    )
]
# Pages are written several times as fast without each method in each sidebar.
toc_object_entries = False
autodoc_member_order = 'bysource'
# What an __init__ hands on is described where it stands.
autodoc_default_options = {'ignore-module-all': True}
# Docstrings name types by their last part, which two modules may share.
suppress_warnings = ['ref.python']
# The docstrings give types and shapes.
autodoc_typehints = 'none'
napoleon_numpy_docstring = False
# Else fields of named tuples would be described twice.
napoleon_use_ivar = True

# Light or dark, as the reader's system is.
html_theme = 'furo'
html_title = 'rtfm_mmaction'
html_static_path = ['static']
html_css_files = ['site.css']
