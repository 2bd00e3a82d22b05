# C3D fc6, 4096-d, of mmaction2's model zoo.
custom_imports = dict(
    imports=['rtfm_mmaction', 'rtfm_mmaction.models.backbones.c3d_fc6'],
    allow_failed_imports=False,
)
default_scope = 'mmaction'

model = dict(
    type='C3DFC6',
    init_cfg=dict(
        type='Pretrained',
        checkpoint='https://download.openmmlab.com/mmaction/recognition/c3d/'
        'c3d_sports1m_pretrain_20201016-dcc47ddc.pth',
    ),
)
extractor = dict(
    snippet_len=16,
    tail='drop',
    interpolation='bilinear',
    mean=[104, 117, 128],
    std=[1, 1, 1],
    resize=(171, 128),
    crops=dict(layout='ten', size=112),
)
