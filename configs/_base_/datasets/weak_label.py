# Bags of 32 segments in pairs for training, full videos for testing.
train_dataloader = dict(
    batch_size=32,  # pairs: 32 abnormal and 32 normal videos
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='PairedInfiniteSampler'),
    dataset=dict(
        type='PairedWeakLabelDataset',
        dataset=dict(
            type='WeakLabelDataset',
            ann_file='annotations/train.json',
            pipeline=[
                dict(type='LoadFeature'),
                dict(type='SegmentFeature', num_segments=32),
                dict(type='PackAnomalyInputs'),
            ],
        ),
    ),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='WeakLabelDataset',
        ann_file='annotations/test.json',
        test_mode=True,
        pipeline=[
            dict(type='LoadFeature'),
            dict(type='PackAnomalyInputs'),
        ],
    ),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='AnomalyMetric', per_class=False)
test_evaluator = dict(type='AnomalyMetric')
