"""S3R's released state dict: S3RNeck, S3RHead.

It has no dictionary, which is a file of its own, and two modules more, which
take no part in anything.
"""

from .renaming import Rules

UNUSED = ('video_projection', 'macro_projection')
_NETWORKS = dict(video='video_embedding.0', rebuilt='macro_embedding.0')
_PARTS = (
    (r'branches\.0', 'conv_1'),
    (r'branches\.1', 'conv_2'),
    (r'branches\.2', 'conv_3'),
    (r'attention\.reduce', 'conv_4'),
    (r'attention\.theta', 'non_local.query'),
    (r'attention\.phi', 'non_local.key'),
    (r'attention\.g', 'non_local.value'),
    (r'attention\.project', 'non_local.alter'),
    ('fusion', 'conv_5'),
)
_REBUILD = 'en_normal.en_normal_module'
_GATE = 'de_normal.channel_attention.channel_gate.mlp'
RULES: Rules = (
    *(
        (rf'neck\.{ours}\.{part}', f'{theirs}.{name}')
        for ours, theirs in _NETWORKS.items()
        for part, name in _PARTS
    ),
    (r'neck\.rebuild\.query', f'{_REBUILD}.query_embedding'),
    (r'neck\.rebuild\.key', f'{_REBUILD}.cache_embedding'),
    (r'neck\.rebuild\.value', f'{_REBUILD}.value_embedding'),
    (r'neck\.gate\.layers\.0', f'{_GATE}.1'),
    (r'neck\.gate\.layers\.2', f'{_GATE}.3'),
    (r'head\.classifier', 'video_classifier'),
    (r'head\.macro_classifier', 'macro_classifier.mlp'),
)
