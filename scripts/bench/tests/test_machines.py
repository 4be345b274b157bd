# SPDX-License-Identifier: GPL-2.0
"""Tests of how a machine's output becomes rows."""
import os
import sys
import tempfile
import unittest
import unittest.mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(HERE))
import machines                         # noqa: E402  pylint: disable=wrong-import-position


def written(text):
    with tempfile.NamedTemporaryFile('w', delete=False, encoding='ascii') as handle:
        handle.write(text)
    return handle.name


class ReadTest(unittest.TestCase):
    def read(self, reader, text):
        path = written(text)
        try:
            return reader(path)
        finally:
            os.remove(path)

    def test_counts(self):
        rows = self.read(machines.read_counts, 'dom0 fork 10 total=100 xen=60\nrubbish\ndom0 x y total=1\n')
        self.assertEqual(rows, {('dom0', 'fork'): (10, {'total': 100, 'xen': 60})})

    def test_no_counts(self):
        self.assertEqual(machines.read_counts('/nonexistent'), {})

    def test_console(self):
        rows, failed, ended = self.read(machines.read_console,
                                        'noise\nrow dom0 fork 10 120\r\nown dom0 tick 2 8\nkib guest mem -5\n'
                                        'failed guest net\nbench: end dom0\n')
        self.assertEqual(rows, {('dom0', 'fork'): ('row', 10, 120), ('dom0', 'tick'): ('own', 2, 8),
                                ('guest', 'mem'): ('kib', 1, -5)})
        self.assertEqual(failed, ['guest net'])
        self.assertTrue(ended)

    def test_a_guests_end_is_not_the_machines(self):
        self.assertFalse(self.read(machines.read_console, 'bench: end guest\n')[2])


class MergeTest(unittest.TestCase):
    def test_counts_win_but_for_a_rows_own_figure(self):
        rows = machines.merge({('dom0', 'fork'): (10, {'total': 100, 'xen': 0}),
                               ('dom0', 'tick'): (4, {'total': 400})},
                              {('dom0', 'fork'): ('row', 10, 120), ('dom0', 'tick'): ('own', 2, 8),
                               ('dom0', 'mem'): ('kib', 1, 77)})
        self.assertEqual(rows['dom0.fork'], {'unit': 'insns', 'value': 10, 'clock': 12, 'counts': {'total': 10}})
        self.assertEqual(rows['dom0.tick']['value'], 4)
        self.assertEqual(rows['dom0.mem'], {'unit': 'KiB', 'value': 77})

    def test_works_without_the_plugin(self):
        rows = machines.merge({}, {('native', 'a'): ('row', 4, 8)})
        self.assertEqual(rows['native.a'], {'unit': 'insns', 'value': 2})

    def test_repeats_are_collected(self):
        table = machines.collect({2: {'a.b': {'unit': 'insns', 'value': 6, 'counts': {'xen': 2}}},
                                  1: {'a.b': {'unit': 'insns', 'value': 5, 'counts': {'xen': 1}}}})
        self.assertEqual(table, {'a.b': {'unit': 'insns', 'values': [5, 6], 'counts': {'xen': 2}}})


class ChoiceTest(unittest.TestCase):
    def test_wayside_rows_need_their_group(self):
        spec = {'prefix': 'split_', 'groups': ['block']}
        self.assertFalse(machines.wanted('guest.split_boot', spec))
        self.assertFalse(machines.wanted('dom0.split_xl_create', spec))
        self.assertTrue(machines.wanted('guest.split_blk_seqread_1m_qd4', spec))
        self.assertTrue(machines.wanted('guest.boot', {'prefix': '', 'groups': ['boot']}))

    def test_warm_rows_are_dropped(self):
        self.assertFalse(machines.wanted('dom0.warm_net_attach', {'prefix': '', 'groups': ['domain']}))

    def test_every_machine_has_known_groups(self):
        for name, machine in machines.MACHINES.items():
            with self.subTest(machine=name):
                self.assertLessEqual(set(machine['groups'].split()), set(machines.GROUPS))

    def test_nothing_breaks_a_multiboot_line(self):
        for name in machines.MACHINES:
            spec = machines.spec_of(name, machines.GROUPS, 1, ['a*', 'b'])
            self.assertNotIn(',', spec['kernel_args'])
            self.assertIn(' bench.rows=a*+b', spec['kernel_args'])

    def choose(self, text):
        rows = {'mem': ['fault_anon', 'mprotect_1p'], 'block': ['randread'], 'process': ['fork_exit']}
        return machines.choose(text.split(), lambda program: rows.get(program, []))

    def test_groups_and_their_beginnings(self):
        self.assertEqual(self.choose('mem block'), (['memory', 'block'], []))
        self.assertEqual(self.choose(''), (list(machines.GROUPS), []))
        for word in ('b', 'rubbish'):
            with self.assertRaises(ValueError):
                self.choose(word)

    def test_rows_by_name(self):
        self.assertEqual(self.choose('fault_* fork_exit'), (['memory', 'process'], ['fault_*', 'fork_exit']))
        self.assertEqual(self.choose('smp_fork*'), (['smp'], ['smp_fork*']))
        self.assertEqual(self.choose('*fork_exit'), (['process', 'smp'], ['*fork_exit']))
        self.assertEqual(self.choose('ram_randread'), (['block'], ['ram_randread']))
        with self.assertRaises(ValueError):
            self.choose('fault_anon block')

    def test_machines_of_a_plan(self):
        plan = machines.plan_of(['memory'], [], [], 2)
        self.assertEqual([(name, spec['run']) for name, spec in plan],
                         [(name, run) for run in (1, 2) for name in ('native', 'xen', 'xen-pvh', 'xen-hvm')])
        self.assertEqual([name for name, _ in machines.plan_of(['memory'], [], ['xen'], 1)], ['xen'])
        with self.assertRaises(ValueError):
            machines.plan_of(['memory'], [], ['rubbish'], 1)

    def test_addresses(self):
        path = written('0xffff82d040201190 T lstar_enter\nffffffff81000000 t a.c#do_it\n')
        self.addCleanup(os.remove, path)
        self.assertEqual(machines.addresses(path, ['lstar_enter', 'do_it', 'gone']),
                         {'lstar_enter': 'ffff82d040201190', 'do_it': 'ffffffff81000000'})


class FakeMachine:
    """Says its rows at once."""
    boots = 0
    says = 'row dom0 fork 1 7\nbench: end dom0\n'

    def __init__(self, folder, files, spec):
        self.folder = folder

    def start(self):
        FakeMachine.boots += 1
        with open(f'{self.folder}/console.log', 'w', encoding='ascii') as handle:
            handle.write(FakeMachine.says)

    def wait_limit(self, seconds):
        return seconds > 0

    def age(self):
        return 1.0

    def stop(self):
        pass


class RepeatTest(unittest.TestCase):
    """A boot that was the same is not made again."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name, value in (('BENCH', folder.name), ('BenchMachine', FakeMachine)):
            patch = unittest.mock.patch.object(machines, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.kernel = machines.Kernel('ours', '/nonexistent')
        self.kernel.state = 'one'

    def boots(self, groups=('process',), run=1, again=False):
        before = FakeMachine.boots
        rows, _, seconds = machines.boot(self.kernel, 'xen', machines.spec_of('xen', groups, run), again)
        self.assertEqual(list(rows), ['dom0.fork'])
        self.assertEqual(seconds is not None, FakeMachine.boots > before)
        return FakeMachine.boots - before

    def test_only_what_has_changed(self):
        self.assertEqual(self.boots(), 1)
        self.assertEqual(self.boots(), 0)
        self.assertEqual(self.boots(again=True), 1)
        self.assertEqual(self.boots(run=2), 1)
        self.assertEqual(self.boots(groups=('cpu',)), 1)
        self.assertEqual(self.boots(), 0)
        self.kernel.state = 'two'
        self.assertEqual(self.boots(), 1)

    def test_a_failure_is_not_remembered(self):
        with unittest.mock.patch.object(FakeMachine, 'says', 'row dom0 fork 1 7\nfailed dom0 net\nbench: end dom0\n'):
            self.assertEqual(self.boots(), 1)
            self.assertEqual(self.boots(), 1)


if __name__ == '__main__':
    unittest.main()
