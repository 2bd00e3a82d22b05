"""docs/glossary.md: the words that newcomers asked for; its drawings."""

import re
import runpy

import pytest

from tests.support.fenced import BLOCK
from tests.support.helpers import ROOT

TEXT = (ROOT / 'docs/glossary.md').read_text(encoding='utf-8')
ENTRIES = {
    word: ' '.join(part for part in body.split('\n\n') if part[0] != '!')
    for word, body in re.findall(
        r'^### (.*?)\n\n(.*?)\n*(?=^##|\Z)', TEXT, re.M | re.S
    )
}
# Entry -> how prose names it. Words of every day, such as score, are not here.
ASKED = {
    'Backbone': r'backbones?',
    'bfloat16': r'bfloat16',
    'Bag': r'bags?',
    'Checkpoint': r'checkpoints?',
    'Config': r'configs?',
    'Crop': r'crops?',
    'Dump': r'dumps?',
    'Extractor': r'extractors?',
    'FAR': r'(?-i:FAR)',
    'Feature': r'features?',
    'Fold': r'folds?',
    'Frame-level AUC': r'(frame-level )?AUC',
    'Held out': r'held[ -]out',
    'Layout': r'layouts?',
    'Logit': r'logits?',
    'Magnitude': r'magnitudes?',
    'Margin': r'margins?',
    'MTN': r'MTN',
    'Nearest neighbours': r'nearest neighbours',
    'PDC': r'PDC',
    'Reach': r'reach(?= of)',
    'Seed': r'seeds?',
    'Segment': r'segments?',
    'Side-car': r'side-cars?',
    'Snippet': r'snippets?',
    'Standardise': r'standardis\w+',
    'Store': r'store',
    'Support vector machine': r'support vector machines?|SVMs?',
    'Tile': r'tiles?',
    'TSA': r'TSA',
    'Weak label': r'weak labels?',
}
# What a shop owner, a student and an engineer read first.
READ = [
    'README.md',
    *(
        f'docs/{name}.md'
        for name in (
            *('fit', 'inference', 'own_data', 'what_it_sees'),
            *('experiments', 'extending', 'method'),
            *('export', 'features', 'streams'),
        )
    ),
]


def anchor(word):
    return word.lower().replace(' ', '-')


def prose(name):
    """A page without code, headings, pictures, and links that lead elsewhere
    than to the glossary."""
    text = BLOCK.sub('', (ROOT / name).read_text(encoding='utf-8'))
    text = re.sub(r'^```\{.*?^```$', '', text, flags=re.M | re.S)
    text = re.sub(r'^#.*$|`[^`]*`', '', text, flags=re.M)
    return re.sub(r'!?\[[^]]*\]\((?!\S*glossary\.md)\S*\)', '', text)


def test_words_have_two_sentences_each():
    """Oracle: the words of those who did not know them."""
    assert ASKED.keys() <= ENTRIES.keys()
    for word, entry in ENTRIES.items():
        ends = re.findall(r'[.?!](?=\s+["A-Z`]|$)', entry.strip())
        assert len(ends) == 2, (word, entry)


@pytest.mark.parametrize('name', READ)
def test_a_word_is_linked_where_it_first_comes(name):
    """Oracle: the entries' headings, as GitHub and MyST name them."""
    text = prose(name)
    links = {
        range(*found.span(1)): found[2]
        for found in re.finditer(
            r'\[([^]]*)\]\(\S*glossary\.md#?([\w-]*)\)', text
        )
    }
    missing = []
    for word, pattern in ASKED.items():
        pattern = pattern.replace(' ', r'\s+')
        first = re.search(rf'(?<![\w#-])({pattern})(?![\w-])', text, re.I)
        if first is None:
            continue
        at = [to for where, to in links.items() if first.start() in where]
        if at != [anchor(word)]:
            around = text[max(first.start() - 30, 0) : first.end() + 30]
            missing.append((word, ' '.join(around.split())))
    assert missing == []


def test_drawings_are_what_their_script_draws():
    """Oracle: the script; and each drawing is shown on a page."""
    drawn = runpy.run_path(str(ROOT / 'docs/draw.py'))['drawings']()
    found = {
        path.name: path.read_text(encoding='utf-8')
        for path in (ROOT / 'docs/drawings').iterdir()
    }
    assert found == drawn
    shown = ' '.join(
        page.read_text(encoding='utf-8')
        for page in (ROOT / 'docs').glob('*.md')
    )
    assert all(f'drawings/{name}' in shown for name in drawn)
