# Two hundred small clips, since the network starts from nothing:
#   rtfm workshop make-demo --out data/demo-joint --train 200
_base_ = 'weak_label_videos.py'
source = dict(data_root='data/demo-joint')
train_dataloader = dict(
    num_workers=1,
    dataset=dict(
        dataset=dict(
            pipeline=[
                dict(
                    type='LoadSnippets',
                    resize=(48, 48),
                    crops=dict(layout='random', size=40),
                    num_segments=8,
                ),
                dict(type='PackSnippetInputs'),
            ],
            **source,
        )
    ),
)
val_dataloader = dict(
    dataset=dict(
        pipeline=[
            dict(
                type='LoadSnippets',
                resize=(48, 48),
                crops=dict(layout='whole', size=48),
            ),
            dict(type='PackSnippetInputs'),
        ],
        **source,
    )
)
test_dataloader = val_dataloader
