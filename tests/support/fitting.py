"""Fits that are fast."""

from rtfm_mmaction.apis.fitting import (
    cross_fitting,
    fit,
    fit_bags,
    methods,
    schedule,
)


def take_few_steps(patch, steps=4):
    """Let fits try one dropout alone, by trainings of few steps."""
    patch.setattr(schedule, 'FEWEST_STEPS', steps)
    patch.setattr(schedule, 'ROUNDS', 1)
    try_one_dropout(patch)


def try_one_dropout(patch, dropout=0.3):
    """Let fits try one dropout alone, with each method."""
    read = methods.read_method
    for module in (cross_fitting, fit, fit_bags):
        patch.setattr(
            module,
            'read_method',
            lambda name: read(name)._replace(dropouts=(dropout,)),
        )
