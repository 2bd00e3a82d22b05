"""Install and test with each Python and each torch that setup.py promises.

``pip install nox``, then ``nox`` for all interpreters that are at hand (others
are passed over and said), or one: ``nox -s "tests-3.12(torch='2.13.0')"``.
Arguments behind ``--`` go to pytest in place of the quick
tests: ``nox -s tests-3.12 -- tests``. Each environment is made anew and takes
a few gigabytes where torch comes with CUDA; CONTRIBUTING.md says what was run.
"""

import nox

PYTHONS = ('3.10', '3.11', '3.12', '3.13')
# The oldest and the newest that setup.py allows.
TORCHES = ('2.9.1', '2.13.0')
# Some of each room; a training, its test and its resumption; both exports.
END_TO_END = 'tests/end_to_end/test_train_and_test.py'
QUICK = (
    'tests/test_compat.py',
    'tests/datasets/test_ground_truth.py',
    'tests/evaluation/test_metrics.py',
    'tests/io/test_reading.py',
    'tests/models/heads',
    'tests/models/losses',
    'tests/models/necks',
    'tests/models/test_contracts.py',
    'tests/visualization/test_detection_curves.py',
    'tests/export/test_onnx.py::test_a_detector_says_the_same',
    'tests/export/test_torch_export.py::test_a_detector_says_the_same',
    f'{END_TO_END}::test_train_then_test',
    f'{END_TO_END}::test_killed_run_resumes_bit_by_bit',
)


@nox.session(python=PYTHONS)
@nox.parametrize('torch', TORCHES)
def tests(session: nox.Session, torch: str) -> None:
    """Install the package with one torch, import it and run tests.

    Args:
        session (nox.Session): Of one Python.
        torch (str): Version.
    """
    session.install(f'torch=={torch}', '.[test]')
    with session.chdir(session.create_tmp()):  # not the clone's own folder
        session.run('python', '-W', 'ignore', '-c', 'import rtfm_mmaction')
        session.run('rtfm', '--version')
    session.run(
        'python',
        '-m',
        'pytest',
        '-W',
        'ignore',
        *(session.posargs or QUICK),
        env={'OMP_NUM_THREADS': '1'},
    )
