# Model selection without the test set, by weak labels alone: a fifth of each
# class's training videos is held out, the checkpoint with the best video-level
# AUC on them is kept, and test files are read when training has ended.
#
# The split belongs to the config and not to --seed, so that runs of several
# seeds compare on one split. Another split, with both keys:
#   --cfg-options train_dataloader.dataset.dataset.val_seed=1
#       val_dataloader.dataset.val_seed=1
#
# mmengine lets no key come from two bases, so configs that take this one for a
# base put these where they belong; see rtfm_i3d_ucf_held-out.py.
held_out = dict(
    train=dict(val_ratio=0.2, val_seed=0, val_part='train'),
    val=dict(
        ann_file='annotations/train.json',
        test_mode=False,
        val_ratio=0.2,
        val_seed=0,
        val_part='val',
    ),
    evaluator=dict(level='video'),
    checkpoint=dict(
        type='LatestBestCheckpointHook', save_best='anomaly/video_AUC'
    ),
    result=dict(type='FinalTestHook', key='anomaly/video_AUC'),
)
