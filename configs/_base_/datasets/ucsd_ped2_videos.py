_base_ = 'weak_label_videos.py'
source = dict(data_root='data/ucsd-ped2')
# Videos of 7 to 11 snippets.
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        dataset=dict(
            pipeline=[
                dict(
                    type='LoadSnippets',
                    resize=(340, 256),
                    crops=dict(layout='random', size=224),
                    num_segments=6,
                ),
                dict(type='PackSnippetInputs'),
            ],
            **source,
        )
    ),
)
val_dataloader = dict(dataset=source)
test_dataloader = val_dataloader
