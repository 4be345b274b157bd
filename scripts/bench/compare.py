# SPDX-License-Identifier: GPL-2.0
"""Compares the results of two kernels, row by row.

A result is what machines.py writes for one kernel.  A comparison is made of two
results; as JSON it is what is kept in Documentation/xen/bench/ and what a later
run is compared with.
"""
import json
import math
import os
import statistics

UNSTEADY = 2.0          # percent between the repeats of a row from which it is marked
CHANGED = 2.0           # percent against the last kept run from which a change is named
LICENSE = 'SPDX-License-Identifier: GPL-2.0'
KINDS = ('pv_hypercall', 'handle_exception', 'xen_cr3')


class Row:
    """One row of the table: a figure of mainline's port, ours, and native."""

    def __init__(self, key, unit):
        self.key, self.unit = key, unit
        self.where, self.name = key.split('.', 1)
        self.mainline = self.ours = self.native = self.last = None
        self.spread = 0.0
        self.counts = {}        # "mainline", "ours" to the counts for each operation

    @property
    def ratio(self):
        """Ours to mainline's: above 1 we cost more.  None where one is missing."""
        if self.mainline is None or self.ours is None:
            return None
        if self.mainline == self.ours:
            return 1.0
        if self.mainline <= 0 or self.ours <= 0:
            return None
        return self.ours / self.mainline

    @property
    def steady(self):
        return self.spread <= UNSTEADY

    @property
    def change(self):
        """Percent that our figure has moved since the last kept run."""
        if self.ours is None or not self.last:
            return None
        return 100.0 * (self.ours - self.last) / abs(self.last)


def load(path):
    with open(path, encoding='utf-8') as handle:
        return json.load(handle)


def spread_of(values):
    """Percent between the smallest and the largest repeat, of the median."""
    middle = statistics.median(values)
    if len(values) < 2 or max(values) == min(values):
        return 0.0
    if middle == 0:
        return 100.0
    return 100.0 * (max(values) - min(values)) / abs(middle)


def fill(row, side, entry):
    if entry and entry['values']:
        setattr(row, side, statistics.median(entry['values']))
        row.spread = max(row.spread, spread_of(entry['values']))
        row.counts[side] = entry.get('counts', {})


def compare(mainline, ours, last=None):
    """Rows of two results, the worst ratio first, those without a ratio at the end."""
    rows = []
    for key in sorted(set(mainline['rows']) | set(ours['rows'])):
        entries = {'mainline': mainline['rows'].get(key), 'ours': ours['rows'].get(key)}
        row = Row(key, next(entry['unit'] for entry in entries.values() if entry))
        for side, entry in entries.items():
            fill(row, side, entry)
        if row.where in ('dom0', 'guest'):
            native = ours['rows'].get(f'native.{row.name}') or mainline['rows'].get(f'native.{row.name}')
            if native and native['values']:
                row.native = statistics.median(native['values'])
        if last:
            row.last = last['rows'].get(key, {}).get('ours')
        rows.append(row)
    return sorted(rows, key=lambda row: (row.ratio is None, -(row.ratio or 0), row.key))


def comparison(mainline, ours, rows):
    """What is kept: the figures, without the repeats they come from."""
    kept = {}
    for row in rows:
        entry = {'unit': row.unit, 'spread': round(row.spread, 2)}
        for side in ('mainline', 'ours'):
            value = getattr(row, side)
            if value is not None:
                entry[side] = round(value, 1)
        kept[row.key] = entry
    return {'date': ours['date'], 'linux': ours['linux'], 'revision': ours['revision'],
            'mainline_linux': mainline['linux'], 'runs': ours['runs'],
            'failed': mainline['failed'] + ours['failed'], 'rows': kept}


def as_json(kept):
    """A comparison as text: a line for each row, so that two of them can be compared."""
    head = [f' {json.dumps(name)}: {json.dumps(kept[name])},' for name in sorted(kept) if name != 'rows']
    rows = [f'  {json.dumps(name)}: {json.dumps(row, sort_keys=True)}' for name, row in sorted(kept['rows'].items())]
    return '\n'.join(['{', f' "license": {json.dumps(LICENSE)},'] + head +
                     [' "rows": {', ',\n'.join(rows), ' }', '}', ''])


def find_last(folder):
    """The newest kept comparison of a folder, or None."""
    found = []
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        if name.endswith('.json'):
            kept = load(os.path.join(folder, name))
            found.append((kept['date'], name, kept))
    return max(found, key=lambda item: item[:2])[2] if found else None


def mean_ratio(rows):
    """The geometric mean of the ratios, or None."""
    logs = [math.log(row.ratio) for row in rows if row.ratio]
    return math.exp(sum(logs) / len(logs)) if logs else None


def number(value):
    """A figure with as many digits as mean something."""
    if value is None:
        return '-'
    if value == int(value) or abs(value) >= 1000:
        return f'{value:.0f}'
    return f'{value:.1f}' if abs(value) >= 100 else f'{value:.2f}'


def cells(row):
    ratio = '-' if row.ratio is None else f'{row.ratio:.3f}'
    mark = '' if row.steady else ' !'
    change = '' if row.change is None or abs(row.change) < CHANGED else f'{row.change:+.1f}%'
    return [f'{row.where} {row.name}', row.unit, number(row.mainline), number(row.ours), ratio,
            number(row.native), f'{row.spread:.2f}%{mark}', change]


def columns(head, lines):
    """Text in columns: the first two to the left, numbers to the right."""
    widths = [max(len(line[column]) for line in [head] + lines) for column in range(len(head))]
    return [' '.join(cell.ljust(width) if column < 2 else cell.rjust(width)
                     for column, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in [head] + lines]


def table(rows):
    head = ['row', 'unit', 'mainline', 'ours', 'ratio', 'native', 'spread', 'since last']
    return '\n'.join(columns(head, [cells(row) for row in rows]))


def call_kinds(rows, limit=4):
    """Hypercalls, traps into Xen and its cr3 loads for each operation, and the kinds of calls."""
    lines = []
    for row in rows:
        sides = [row.counts.get(side, {}) for side in ('mainline', 'ours')]
        if row.where not in ('dom0', 'guest') or not any(side.get('pv_hypercall') for side in sides):
            continue
        line = [f'{row.where} {row.name}', '']
        for kind in KINDS:
            line += [number(side.get(kind, 0.0)) for side in sides]
        kinds = sorted(((count, name) for name, count in sides[1].items()
                        if name.startswith('do_') and (name.endswith('_op') or name in CALLS)
                        and count >= 0.005), reverse=True)
        line[1] = ', '.join(f'{name[3:]} {number(count)}' for count, name in kinds[:limit])
        lines.append(line)
    head = ['row', 'kinds (ours)', 'hypercalls', 'ours', 'traps', 'ours', 'cr3', 'ours']
    return '\n'.join(columns(head, lines)) if lines else ''


CALLS = ('do_iret', 'do_mmu_update', 'do_update_va_mapping', 'do_update_descriptor', 'do_set_gdt', 'do_multicall',
         'do_set_segment_base', 'do_stack_switch', 'do_fpu_taskswitch', 'do_set_debugreg', 'do_vm_assist',
         'do_console_io', 'do_xen_version', 'do_domctl', 'do_sysctl')


def summary(rows):
    """One line for each place, and what a reader must know of the table."""
    lines = []
    for where in ('native', 'dom0', 'guest'):
        here = [row for row in rows if row.where == where and row.unit == 'insns']
        mean = mean_ratio(here)
        if mean:
            worse = sum(1 for row in here if row.ratio and row.ratio > 1 + UNSTEADY / 100)
            better = sum(1 for row in here if row.ratio and row.ratio < 1 - UNSTEADY / 100)
            lines.append(f'{where}: {len(here)} rows, mean ratio {mean:.3f}, {worse} worse, {better} better')
    unsteady = sum(1 for row in rows if not row.steady)
    if unsteady:
        lines.append(f'{unsteady} rows marked "!": their repeats differ by more than {UNSTEADY:g} %')
    missing = [row for row in rows if row.mainline is None or row.ours is None]
    for row in missing:
        side = 'mainline' if row.mainline is None else 'ours'
        lines.append(f'no figure of {side}: {row.where} {row.name}')
    return '\n'.join(lines)
