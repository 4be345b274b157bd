# SPDX-License-Identifier: GPL-2.0
"""Tests of the report on made-up results.  Run: python3 -m unittest discover scripts/bench/tests"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.dirname(HERE)
sys.dont_write_bytecode = True
sys.path.insert(0, BENCH)
import compare                          # noqa: E402  pylint: disable=wrong-import-position
import draw                             # noqa: E402  pylint: disable=wrong-import-position


def result(rows, **changes):
    """A result with rows given as key: values, or key: (unit, values, counts)."""
    table = {}
    for key, row in rows.items():
        unit, values, counts = row if isinstance(row, tuple) else ('insns', row, {})
        table[key] = {'unit': unit, 'values': values, 'counts': counts}
    return {'kernel': 'x', 'linux': '6.12', 'revision': 'abc', 'date': '2026-01-02', 'groups': [], 'runs': 2,
            'failed': [], 'rows': table, **changes}


class SpreadTest(unittest.TestCase):
    def test_one_value_has_none(self):
        self.assertEqual(compare.spread_of([5.0]), 0.0)

    def test_percent_of_the_median(self):
        self.assertAlmostEqual(compare.spread_of([100, 101, 104]), 400 / 101)

    def test_median_of_zero(self):
        self.assertEqual(compare.spread_of([-1, 0, 1]), 100.0)
        self.assertEqual(compare.spread_of([0, 0]), 0.0)


class CompareTest(unittest.TestCase):
    def setUp(self):
        self.mainline = result({'dom0.fork': [1000, 1000], 'dom0.stat': [100, 100], 'guest.gone': [7],
                                'native.fork': [250]})
        self.ours = result({'dom0.fork': [500, 500], 'dom0.stat': [150, 165], 'dom0.new': [1],
                            'native.fork': [200]})
        self.rows = compare.compare(self.mainline, self.ours)
        self.by_key = {row.key: row for row in self.rows}

    def test_worst_ratio_first_and_incomplete_rows_last(self):
        self.assertEqual([row.key for row in self.rows],
                         ['dom0.stat', 'native.fork', 'dom0.fork', 'dom0.new', 'guest.gone'])

    def test_ratio(self):
        self.assertAlmostEqual(self.by_key['dom0.fork'].ratio, 0.5)
        self.assertIsNone(self.by_key['dom0.new'].ratio)

    def test_native_belongs_to_the_same_row_elsewhere(self):
        self.assertEqual(self.by_key['dom0.fork'].native, 200)
        self.assertIsNone(self.by_key['native.fork'].native)
        self.assertIsNone(self.by_key['dom0.stat'].native)

    def test_spread_is_the_larger_of_both(self):
        self.assertFalse(self.by_key['dom0.stat'].steady)
        self.assertTrue(self.by_key['dom0.fork'].steady)

    def test_unsteady_row_is_marked_not_hidden(self):
        line = next(line for line in compare.table(self.rows).splitlines() if line.startswith('dom0 stat'))
        self.assertIn('9.52% !', line)
        self.assertIn('1 rows marked', compare.summary(self.rows))

    def test_exactly_two_percent_is_steady(self):
        rows = compare.compare(result({'dom0.a': [99, 100, 101]}), result({'dom0.a': [100]}))
        self.assertTrue(rows[0].steady)

    def test_missing_figures_are_said(self):
        text = compare.summary(self.rows)
        self.assertIn('no figure of ours: guest gone', text)
        self.assertIn('no figure of mainline: dom0 new', text)

    def test_zero_is_no_ratio_unless_both(self):
        rows = compare.compare(result({'a.b': [0], 'a.c': [0]}), result({'a.b': [0], 'a.c': [3]}))
        self.assertEqual({row.name: row.ratio for row in rows}, {'b': 1.0, 'c': None})

    def test_mean_is_geometric(self):
        rows = compare.compare(result({'a.b': [1], 'a.c': [1]}), result({'a.b': [4], 'a.c': [0.25]}))
        self.assertAlmostEqual(compare.mean_ratio(rows), 1.0)
        self.assertIsNone(compare.mean_ratio([]))


class LastTest(unittest.TestCase):
    def test_change_since_the_last_kept_run(self):
        mainline, ours = result({'dom0.a': [100], 'dom0.b': [100]}), result({'dom0.a': [90], 'dom0.b': [101]})
        before = compare.comparison(mainline, result({'dom0.a': [100], 'dom0.b': [100]}),
                                    compare.compare(mainline, result({'dom0.a': [100], 'dom0.b': [100]})))
        rows = {row.name: row for row in compare.compare(mainline, ours, before)}
        self.assertAlmostEqual(rows['a'].change, -10.0)
        text = compare.table(list(rows.values()))
        self.assertIn('-10.0%', text)
        self.assertNotIn('+1.0%', text)

    def test_what_is_kept_can_be_read_again(self):
        both = result({'dom0.a': [100], 'dom0.b': [100, 101]})
        kept = compare.comparison(both, both, compare.compare(both, both))
        text = compare.as_json(kept)
        self.assertEqual(json.loads(text), {**kept, 'license': compare.LICENSE})
        self.assertIn(compare.LICENSE, text.splitlines()[1])
        self.assertEqual(sum(1 for line in text.splitlines() if line.startswith('  "dom0.')), 2)

    def test_row_that_was_not_there(self):
        rows = compare.compare(result({'a.b': [1]}), result({'a.b': [1]}), {'rows': {}})
        self.assertIsNone(rows[0].change)

    def test_newest_of_a_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, date in (('x.json', '2026-03-01'), ('y.json', '2026-02-01')):
                with open(f'{folder}/{name}', 'w', encoding='ascii') as handle:
                    json.dump({'date': date, 'rows': {}}, handle)
            self.assertEqual(compare.find_last(folder)['date'], '2026-03-01')
            self.assertIsNone(compare.find_last(folder + '/none'))


class CallsTest(unittest.TestCase):
    def test_kinds_of_hypercalls(self):
        counts = {'pv_hypercall': 3.0, 'handle_exception': 1.0, 'xen_cr3': 2.0, 'do_mmu_update': 2.0,
                  'do_sched_op': 1.0, 'do_page_fault': 1.0, 'do_idle': 9.0}
        rows = compare.compare(result({'dom0.a': ('insns', [1], {**counts, 'pv_hypercall': 4.0})}),
                               result({'dom0.a': ('insns', [1], counts)}))
        line = compare.call_kinds(rows).splitlines()[1]
        self.assertIn('mmu_update 2, sched_op 1', line)
        self.assertNotIn('page_fault', line)
        self.assertEqual(line.split()[-6:], ['4', '3', '1', '1', '2', '2'])

    def test_nothing_to_say(self):
        self.assertEqual(compare.call_kinds(compare.compare(result({'a.b': [1]}), result({'a.b': [1]}))), '')


class DrawTest(unittest.TestCase):
    def test_well_formed_with_a_bar_for_each_ratio(self):
        rows = compare.compare(result({'dom0.<a>&': [100], 'dom0.b': [100], 'dom0.c': [1]}),
                               result({'dom0.<a>&': [50], 'dom0.b': [900]}))
        root = xml.etree.ElementTree.fromstring(draw.svg(rows, 'T & t'))
        space = '{http://www.w3.org/2000/svg}'
        self.assertEqual(len(root.findall(f'{space}rect')), 1 + 2)
        self.assertIn('dom0 <a>&', [text.text for text in root.findall(f'{space}text')])

    def test_scale_is_even_to_both_sides(self):
        width = draw.reach([0.5, 2.0])
        self.assertAlmostEqual(draw.place(2.0, width) - draw.place(1.0, width),
                               draw.place(1.0, width) - draw.place(0.5, width))

    def test_nothing_leaves_the_plot(self):
        width = draw.reach([1000.0])
        self.assertLessEqual(draw.place(1000.0, width), draw.LABEL + draw.PLOT)

    def test_no_rows(self):
        xml.etree.ElementTree.fromstring(draw.svg([], 'empty'))


class ProgramTest(unittest.TestCase):
    def test_report_prints_keeps_and_draws(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, value in (('mainline', 100), ('ours', 80)):
                with open(f'{folder}/{name}.json', 'w', encoding='ascii') as handle:
                    json.dump(result({'dom0.a': [value]}, failed=['dom0 x'] if name == 'ours' else []), handle)
            done = subprocess.run([f'{BENCH}/report', f'{folder}/mainline.json', f'{folder}/ours.json',
                                   '--json', f'{folder}/kept.json', '--svg', f'{folder}/ratios.svg', '--calls'],
                                  text=True, check=True, stdout=subprocess.PIPE)
            self.assertIn('0.800', done.stdout)
            self.assertIn('failed with ours: dom0 x', done.stdout)
            kept = compare.load(f'{folder}/kept.json')
            self.assertEqual(kept['rows']['dom0.a'], {'unit': 'insns', 'spread': 0.0, 'mainline': 100, 'ours': 80})
            self.assertTrue(os.path.getsize(f'{folder}/ratios.svg') > 200)


if __name__ == '__main__':
    unittest.main()
