"""What web servers send, whole or with an error."""

from email.utils import parsedate_to_datetime
from typing import Iterator, Optional, Tuple
from urllib.request import Request, urlopen

SCHEMES = ('http', 'https')
# Seconds without a byte after which a server counts as lost.
PATIENCE = 60.0
# Bytes that are held at a time.
PIECE = 1 << 20


def read_pieces(
    address: str,
) -> Iterator[Tuple[bytes, Optional[int]]]:
    """Read what a web server sends, whole or with an error.

    torch.hub's download and mmengine's HTTP backend wait for a frozen server
    without an end, and the former takes a file that broke off for whole.

    Args:
        address (str): ``http(s)://…``.

    Yields:
        tuple[bytes, int or None]: Up to 1 MB, and bytes of all, where the
        server says it.

    Raises:
        OSError: If there is no answer, or nothing more for
            :data:`PATIENCE` seconds, or less than was announced.
        HTTPException, ValueError: If it is no answer of a web server, or no
            address of one.
    """
    with urlopen(_request(address), timeout=PATIENCE) as answer:
        size, count = _size(answer), 0
        while piece := answer.read(PIECE):
            count += len(piece)
            yield piece, size
    if size is not None and count != size:
        raise ConnectionError(f'it broke off after {count} of {size} bytes')


def ask_size(address: str) -> Optional[int]:
    """Ask how many bytes there are, without having them sent.

    Args:
        address (str): ``http(s)://…``.

    Returns:
        int or None: None where the server does not say.

    Raises:
        OSError, HTTPException, ValueError: As :func:`read_pieces`.
    """
    with urlopen(_request(address, 'HEAD'), timeout=PATIENCE) as answer:
        return _size(answer)


def ask_date(address: str) -> Optional[float]:
    """Ask when what is there was changed, without having it sent.

    Args:
        address (str): ``http(s)://…``.

    Returns:
        float or None: Seconds since 1970; None where the server does not say.

    Raises:
        OSError, HTTPException, ValueError: As :func:`read_pieces`.
    """
    with urlopen(_request(address, 'HEAD'), timeout=PATIENCE) as answer:
        date = answer.headers.get('Last-Modified')
    return parsedate_to_datetime(date).timestamp() if date else None


def _request(address: str, method: str = 'GET') -> Request:
    headers = {'User-Agent': 'rtfm_mmaction'}
    return Request(address, headers=headers, method=method)


def _size(answer) -> Optional[int]:
    length = answer.headers.get('Content-Length')
    return int(length) if length else None
