# BN-WVAD in the form of its release, https://arxiv.org/abs/2311.15367.
# in_channels is C of the features, that of the head D of the neck. Its scores
# are no probabilities, and a threshold of 0.5 is none.
model = dict(
    type='AnomalyDetector',
    in_channels=1024,
    neck=dict(type='GlobalLocalTransformer', embed_channels=512, dropout=0.0),
    head=dict(
        type='BNWVADHead',
        in_channels=512,
        hidden_channels=(32, 16),
        video_share=0.2,
        batch_share=0.4,
        level_weights=(5.0, 20.0),
        loss_normal=dict(
            type='SparsityLoss', norm='l2', scope='video_mean', loss_weight=1.0
        ),
        loss_triplet=dict(type='TripletLoss', margin=1.0),
    ),
)
