# Videos for a model with a backbone: a snippet of each of 32 segments in one
# random crop for training, all snippets of full videos for testing.
_base_ = 'weak_label.py'
train_dataloader = dict(
    batch_size=4,  # pairs: 8 videos x 32 snippets are 256 clips
    num_workers=4,
    sampler=dict(type='PairedDrawSampler'),
    dataset=dict(
        type='PairedDrawDataset',
        dataset=dict(
            type='WeakLabelVideoDataset',
            data_prefix=dict(video='videos'),
            pipeline=[
                dict(
                    type='LoadSnippets',
                    resize=(340, 256),
                    crops=dict(layout='random', size=224),
                    num_segments=32,
                ),
                dict(type='PackSnippetInputs'),
            ],
        ),
    ),
)
val_dataloader = dict(
    num_workers=0,  # the model reads by itself
    persistent_workers=False,
    dataset=dict(
        type='WeakLabelVideoDataset',
        data_prefix=dict(video='videos'),
        pipeline=[
            dict(
                type='LoadSnippets',
                resize=(340, 256),
                crops=dict(layout='five', size=224),
            ),
            dict(type='PackSnippetInputs'),
        ],
    ),
)
test_dataloader = val_dataloader
