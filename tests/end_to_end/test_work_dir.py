"""A work directory: one run at a time, a copy of it, what a killed, a full
and an interrupted one leaves.

The commands run in this process or in a child of it, since each new one
would import everything again.
"""

import json
import os
import resource
import shutil
import signal
import sys

import numpy as np
import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook

from rtfm_mmaction.cli import pack, test, train
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from rtfm_mmaction.io.folder_lock import lock_folder
from tests.support.forking import FORK, forked_until_killed
from tests.support.small_data import make_data, small_config


@HOOKS.register_module()
class InterruptHook(Hook):
    """Ctrl-C at iteration 4, to the whole process group of a terminal."""

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        if runner.iter == 4:
            os.killpg(0, signal.SIGINT)


@HOOKS.register_module()
class FullDiskHook(Hook):
    """A hook by which no file grows beyond 20 kB from iteration 4 on."""

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        if runner.iter == 4:
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))


@pytest.fixture
def root(tmp_path):
    return make_data(tmp_path)


@pytest.fixture(scope='module')
def trained(module_path):
    """Config and work directory of a run that has ended; to be left alone."""
    config = saved_config(make_data(module_path))
    train.main([config, '--seed', '1'])
    return config, module_path / 'work'


def saved_config(root, **options):
    path = root / 'config.py'
    small_config(root, **options).dump(path)
    return str(path)


def how_it_ends(command, *args):
    """What a command says when it ends with an error."""
    with pytest.raises(SystemExit) as caught:
        command.main([str(arg) for arg in args])
    said = str(caught.value)
    assert '\n' not in said
    return said


def run_in_child(path, command, *args):
    """A command in a process group of its own; all that it prints."""

    def run():
        os.setsid()
        with open(path, 'wb') as file:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
        sys.stdout = open(1, 'w', closefd=False)
        sys.stderr = open(2, 'w', closefd=False)
        command.main([str(arg) for arg in args])

    process = FORK.Process(target=run)
    process.start()
    process.join()
    return process.exitcode, path.read_text()


def hold(ready, folder, what):
    with lock_folder(folder, what, ''):
        ready()


def test_a_second_training_is_told(root):
    """E3: it names the folder and the process, and changes nothing."""
    config = saved_config(root)
    work = root / 'work'
    work.mkdir()
    with forked_until_killed(hold, work, 'rtfm train') as process:
        before = sorted(work.iterdir())
        said = how_it_ends(train, config, '--seed', 1)
        assert sorted(work.iterdir()) == before
    assert said.startswith(f'train: {work}: another run (rtfm train, process')
    assert f'process {process.pid} on' in said
    assert said.endswith('or choose another --work-dir')
    train.main([config, '--seed', '1'])  # the dead lock holds nobody
    assert (work / 'iter_6.pth').exists()


def test_a_second_packing_is_told(root):
    """E3: two at once would write into one file."""
    config = saved_config(root)
    store = root / 'store'
    with forked_until_killed(hold, store, 'rtfm pack'):
        said = how_it_ends(pack, config, '--out', store)
    assert said.startswith(f'pack: {store}: another run (rtfm pack, process')
    pack.main([config, '--out', str(store)])
    assert (store / 'index.json').exists()


def test_two_tests_that_begin_together_have_logs_of_their_own(
    trained, tmp_path
):
    """E3: mmengine names the folder of logs by the second."""
    config, work = trained

    def run():
        test.main(
            [config, str(work / 'iter_6.pth'), '--work-dir', str(tmp_path)]
        )

    processes = [FORK.Process(target=run) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    folders = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(folders) == 2
    for folder in folders:
        assert len(list(folder.glob('*.json'))) == 1


def resume_copy(config, copy, steps):
    train.main(
        [config, '--resume', '--work-dir', str(copy), '--cfg-options']
        + [f'train_cfg.max_iters={steps}']
    )


def test_a_copy_goes_on_from_its_own_checkpoint(trained, tmp_path):
    """E9: the original is neither read nor changed, its best not removed."""
    config, work = trained
    copy = tmp_path / 'copy'
    shutil.copytree(work, copy)
    # A best score that the next validation beats, in the copy alone.
    state = load_checkpoint_safely(copy / 'iter_6.pth')
    state['message_hub']['runtime_info']['best_score'] = -1.0
    torch.save(state, copy / 'iter_6.pth')
    before = {path: path.read_bytes() for path in work.rglob('*.pth')}
    assert any(path.name.startswith('best') for path in before)
    resume_copy(config, copy, 7)
    assert {p: p.read_bytes() for p in work.rglob('*.pth')} == before
    (best,) = copy.glob('best_*')
    hub = load_checkpoint_safely(copy / 'iter_7.pth')['message_hub']
    assert hub['runtime_info']['best_ckpt'] == str(best)
    assert hub['runtime_info']['best_score'] > -1


def test_a_copy_without_its_best_checkpoint(trained, tmp_path):
    """E9: told, and the original's stays where it is."""
    config, work = trained
    (best,) = work.glob('best_*')
    copy = tmp_path / 'copy'
    shutil.copytree(work, copy, ignore=shutil.ignore_patterns('best_*', '2*'))
    resume_copy(config, copy, 7)
    (log,) = copy.glob('*/*.log')
    (said,) = [
        line for line in log.read_text().splitlines() if best.name in line
    ]
    assert (
        f'{copy / best.name}: the best checkpoint so far is not there' in said
    )
    assert best.exists()


def test_leftovers_of_a_killed_training_go(root):
    """E11: of its own kind alone."""
    config = saved_config(root)
    work = root / 'work'
    work.mkdir()
    for name in ('.tmp-abcdefgh.pth', '.tmp-abcdefgh.json', '.tmp-mine'):
        (work / name).touch()
        os.utime(work / name, (0, 0))
    train.main([config, '--seed', '1'])
    assert [path.name for path in work.glob('.tmp-*')] == ['.tmp-mine']


def test_dump_that_cannot_be_written_is_told_first(
    trained, tmp_path, monkeypatch
):
    """E12: before a video is scored."""
    config, work = trained
    (tmp_path / 'file').touch()
    (tmp_path / 'folder.json').mkdir()
    scored = []
    monkeypatch.setattr(
        'rtfm_mmaction.models.AnomalyDetector.predict',
        lambda *args: scored.append(args),
    )
    for place in ('file/out.json', 'folder.json'):
        said = how_it_ends(
            *(test, config, work / 'iter_6.pth'),
            *('--work-dir', tmp_path / 'test', '--dump', tmp_path / place),
        )
        assert said.startswith('test: [Errno ')
        assert str(tmp_path / place.partition('/')[0]) in said
    assert scored == []


def test_full_disk_ends_a_training_in_one_line(root, trained):
    """E13: it names the checkpoint; the ones before are whole, nothing is
    half-written, and the same command goes on to the same bytes."""
    config = saved_config(root)
    hook = 'default_hooks.full.type=FullDiskHook'
    code, printed = run_in_child(
        root / 'printed',
        train,
        *(config, '--seed', 1, '--cfg-options', hook),
    )
    assert code == 1 and 'Traceback' not in printed, printed
    work = root / 'work'
    last = printed.splitlines()[-1]
    assert last == (
        f"train: [Errno 27] File too large: '{work / 'iter_6.pth'}'"
    )
    assert not list(work.glob('.tmp-*'))
    for path in work.glob('*.pth'):
        load_checkpoint_safely(path)
    train.main([config, '--seed', '1', '--resume'])
    found, expected = (
        load_checkpoint_safely(path / 'iter_6.pth')['state_dict']
        for path in (work, trained[1])
    )
    assert all(torch.equal(found[key], expected[key]) for key in expected)


def test_full_disk_ends_packing_in_one_line(tmp_path):
    """E13: it names the file; going on gives the store of one go."""
    root = make_data(tmp_path, channels=64)
    config = saved_config(root)
    store = root / 'store'
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8000, before[1]))
    try:
        said = how_it_ends(pack, config, '--out', store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert 'File too large' in said and str(store / 'segments-') in said
    pack.main([config, '--out', str(store)])
    pack.main([config, '--out', str(root / 'whole')])
    (found,), (expected,) = (
        list((root / name).glob('segments-*')) for name in ('store', 'whole')
    )
    assert found.name == expected.name
    np.testing.assert_array_equal(np.load(found), np.load(expected))


def test_interrupted_training_ends_in_one_line(root):
    """E13: Ctrl-C reaches training and its loaders of batches alike."""
    config = saved_config(
        root,
        train_dataloader__num_workers=2,
        train_dataloader__persistent_workers=True,
    )
    code, printed = run_in_child(
        root / 'printed',
        train,
        *(config, '--seed', 1, '--cfg-options'),
        'default_hooks.interrupt.type=InterruptHook',
    )
    assert code == 1 and 'Traceback' not in printed, printed
    assert printed.splitlines()[-1] == (
        'train: interrupted; the same command with --resume goes on from the '
        f'last checkpoint in {root / "work"}, if there is one'
    )
    # Without loaders, for whose end whoever collects them would wait.
    train.main(
        [
            *(config, '--seed', '1', '--resume', '--cfg-options'),
            'train_dataloader.num_workers=0',
            'train_dataloader.persistent_workers=False',
        ]
    )
    result = json.loads((root / 'work/result.json').read_text())
    assert result['last']['iteration'] == 6


def test_the_screen_is_spared_and_the_log_is_not(tmp_path, capsys):
    """Oracle: the log file, which has environment, config and hooks."""
    make_data(tmp_path)
    config = small_config(tmp_path, train_cfg__max_iters=1)
    config.dump(tmp_path / 'config.py')
    train.main([str(tmp_path / 'config.py'), '--no-validate'])
    captured = capsys.readouterr()
    (log,) = (tmp_path / 'work').rglob('*.log')
    logged = log.read_text()
    for words in ('System environment', 'Config:', 'Hooks will be executed'):
        assert words in logged
        assert words not in captured.out + captured.err
    assert len((captured.out + captured.err).splitlines()) < 20
