"""Fits that are fast."""

from rtfm_mmaction.apis.fitting import cross_fitting, fit, methods, schedule
from rtfm_mmaction.workshop.experiments import cross_fitting as workshop


def take_few_steps(patch, steps=4):
    """Let fits try one dropout alone, by trainings of few steps."""
    patch.setattr(schedule, 'FEWEST_STEPS', steps)
    patch.setattr(schedule, 'ROUNDS', 1)
    try_one_dropout(patch)


def try_one_dropout(patch):
    """Let fits try the last dropout alone, with each method."""
    read = methods.read_method

    def narrowed(name):
        method = read(name)
        *_, last = method.settings.items()
        return method._replace(settings=dict([last]))

    for module in (cross_fitting, fit, workshop):
        patch.setattr(module, 'read_method', narrowed)
