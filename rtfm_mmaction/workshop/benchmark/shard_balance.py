"""How even shards are that never meet."""

from typing import Dict, Mapping, Sequence

from ...io.shards import Shard


def measure_shard_balance(
    frames: Mapping[str, int], counts: Sequence[int] = (8, 64, 512)
) -> Dict[str, float]:
    """Compare the longest shard with the mean one.

    Args:
        frames (Mapping[str, int]): Video -> frames, such as UCF-Crime's.
        counts (Sequence[int]): Numbers of shards.

    Returns:
        dict[str, float]: Longest over mean, >= 1, of shards by name and by
        length; and the longest video over the mean shard, below which no
        whole videos can be dealt.
    """
    figures: Dict[str, float] = {}
    for count in counts:
        mean = sum(frames.values()) / count
        for way, lengths in (('name', None), ('length', frames)):
            longest = max(
                sum(frames[name] for name in shard.share([*frames]))
                for shard in (
                    Shard(number, count, lengths)
                    for number in range(1, count + 1)
                )
            )
            figures[f'{count} shards by {way}, longest / mean'] = (
                longest / mean
            )
        figures[f'longest video / mean of {count} shards'] = (
            max(frames.values()) / mean
        )
    return figures
