"""What an exported file says of itself.

One JSON object, in an ONNX file under :data:`KEY` of its metadata, in a file
of ``torch.export`` as the extra file of that name.
"""

from typing import Any, Dict, Mapping

from ..io.reading import parse_json
from ..version import __version__

KEY = 'rtfm_mmaction'
# Grows when files of before cannot be read any more.
FORMAT = 1


def describe(kind: str, facts: Mapping[str, Any]) -> Dict[str, Any]:
    """What is written.

    Args:
        kind (str): 'detector' or 'backbone'.
        facts (Mapping): What :class:`DetectorGraph` or :class:`BackboneGraph`
            tells.

    Returns:
        dict: With ``kind``, ``format`` and ``version``, the package's.
    """
    return dict(kind=kind, format=FORMAT, version=__version__, **facts)


def read_facts(
    metadata: Mapping[str, str], kind: str, name: str
) -> Dict[str, Any]:
    """Read what a file says, if it is what is wanted.

    Args:
        metadata (Mapping): Of the file, as it is.
        kind (str): 'detector' or 'backbone'.
        name (str): The file, for messages.

    Returns:
        dict: See :func:`describe`.

    Raises:
        ValueError: If it is something else.
    """
    facts = parse_json(metadata.get(KEY, '{}'), name)
    if facts.get('kind') != kind:
        raise ValueError(
            f'{name}: expected a {kind} of rtfm export, found '
            f'{_name_of(facts)}'
        )
    if facts['format'] != FORMAT:
        raise ValueError(
            f'{name}: expected format {FORMAT} of exported files, found '
            f'{facts["format"]} of rtfm_mmaction {facts["version"]}; export '
            'it again'
        )
    return facts


def _name_of(facts: Mapping[str, Any]) -> str:
    return f'a {facts["kind"]}' if 'kind' in facts else 'another model'
