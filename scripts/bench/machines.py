#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Boot the bench's machines and collect their rows.

machines.py --out FOLDER --runs N --rows WORDS NAME=KERNEL-FOLDER...

Each kernel is booted on each machine that has a wanted row, N times.  The machine
counts executed instructions (-icount, one nanosecond each), so load on the host
changes nothing but the waiting; several run at a time.  For the same reason a boot
of which nothing has changed is not made again: mainline's rows are counted once.
Result: FOLDER/NAME.json for each kernel, see collect().
"""
import argparse
import concurrent.futures
import fcntl
import fnmatch
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'bed'))
sys.path.insert(0, HERE)
import qemu                             # noqa: E402  pylint: disable=wrong-import-position
import initrd                           # noqa: E402  pylint: disable=wrong-import-position

TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, 'build')
BENCH = os.path.join(BUILD, 'bench')

CPU = ('qemu64,+svm,+npt,+fsgsbase,+smep,+rdrand,+pdpe1gb,+rdtscp,+popcnt,+ssse3,+sse4.1,'
       '+sse4.2,+lahf_lm,+xsave,+xsaveopt')
GROUPS = ('boot', 'cpu', 'memory', 'process', 'switch', 'smp', 'block', 'net', 'xen', 'domain', 'growth', 'size')

# What can be booted: cpus of the machine and of Dom0, the groups whose rows it
# has, words that steer the scripts, and QEMU's processor seconds until it is given up.
MACHINES = {
    'native': {'groups': 'boot cpu memory process switch block net', 'limit': 240},
    'native-smp': {'groups': 'boot smp', 'prefix': 'smp_', 'cpus': 2, 'limit': 240},
    'xen': {'xen': True, 'groups': 'boot cpu memory process switch', 'limit': 420},
    'xen-pvh': {'xen': True, 'groups': 'boot cpu memory process switch', 'words': 'pvh', 'prefix': 'pvh_', 'limit': 420},
    'xen-hvm': {'xen': True, 'groups': 'boot cpu memory process switch', 'words': 'hvm', 'prefix': 'hvm_', 'limit': 600},
    'xen-io': {'xen': True, 'groups': 'block net xen domain', 'limit': 420},
    'xen-smp': {'xen': True, 'groups': 'boot smp', 'prefix': 'smp_', 'cpus': 2, 'dom0_cpus': 2, 'limit': 420},
    'xen-split': {'xen': True, 'groups': 'boot block net', 'words': 'split', 'prefix': 'split_', 'cpus': 2,
                  'limit': 420},
    'xen-two': {'xen': True, 'groups': 'net', 'words': 'two', 'limit': 240},
    'xen-growth': {'xen': True, 'groups': 'growth', 'cpus': 2, 'dom0_cpus': 1, 'limit': 420},
}
# On a busy host a machine may take that much longer than its processor time.
PATIENCE = 12
# The programs of rows and their group; what prefixes their rows get, and the
# group then, if it is another.
PROGRAMS = {'cpu': 'cpu', 'mem': 'memory', 'process': 'process', 'switch': 'switch', 'block': 'block', 'net': 'net',
            'services': 'xen'}
PREFIXES = {'cpu': ['', 'pvh_', 'hvm_'], 'mem': ['', 'pvh_', 'hvm_', 'smp_'],
            'process': ['', 'pvh_', 'hvm_', 'smp_'], 'switch': ['', 'pvh_', 'hvm_', 'smp_'],
            'block': ['blk_', 'ram_', 'split_blk_', 'split_ram_'], 'net': ['', 'lo_', 'dd_', 'split_'],
            'services': ['']}
# Rows that every machine makes on its way, and the group that wants them.
WAYSIDE = {'boot': 'boot', 'xl_create': 'domain', 'guest_overhead': 'boot'}
LINE = re.compile(r'^(row|own) (\S+) (\S+) (\d+) (\d+)$|^(kib) (\S+) (\S+) (-?\d+)$|^(failed) (\S+) (.*)$')


class BenchMachine(qemu.Machine):
    """The test bed's machine without disks, network and other things that have a timing."""

    def kernel_args(self):
        spec = self.spec
        console = 'console=hvc0' if spec['machine'] == 'xen' else 'console=ttyS0'
        return f'{console} loglevel=4 panic=-1 norandmaps nokaslr {spec["kernel_args"]}'

    def command(self, console):
        spec = self.spec
        plugin = f'{BENCH}/count.so,out={self.path("counts")},functions={self.files["functions"]}'
        return ['qemu-system-x86_64', '-machine', 'q35', '-cpu', CPU, '-smp', str(spec['cpus']),
                '-m', str(spec['memory']), '-accel', 'tcg,thread=single', '-icount', 'shift=0,sleep=off',
                '-seed', str(spec['run']), '-rtc', 'base=2020-01-01,clock=vm', '-nodefaults', '-no-reboot',
                '-display', 'none', '-monitor', 'none', '-serial', f'file:{self.path("console.log")}',
                '-plugin', plugin] + self.boot_options()

    def used(self):
        """Seconds of processor time that QEMU has used: a busy host makes only waiting longer."""
        with open(f'/proc/{self.process.pid}/stat', encoding='ascii', errors='replace') as handle:
            words = handle.read().rsplit(')', 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')

    def wait_limit(self, seconds):
        """Did the machine power off before QEMU used that much processor time?"""
        while self.age() < PATIENCE * seconds and self.used() < seconds:
            if self.wait_end(0.5):
                return True
        return False


class Kernel:
    """A kernel to compare: what belongs to it, made when it is first asked for."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.state = ''         # of everything that a boot of it depends on
        self.initrd = f'{BENCH}/first-{name}.cpio'
        self.functions = f'{BENCH}/functions-{name}'

    def initrd_of(self, spec):
        """The archive of everything, and for the machine that needs it the device model."""
        if 'hvm' not in spec['words']:
            return self.initrd
        joined = self.initrd.replace('.cpio', '-hvm.cpio')
        initrd.join(self.initrd, f'{BENCH}/hvm.cpio', joined)
        return joined

    def prepare(self):
        initrd.make_first(BENCH, f'{BENCH}/tools', f'{BENCH}/programs', self.folder, f'{BENCH}/guest.cpio',
                          self.initrd)
        names = {'xen': [], 'kernel': []}
        with open(f'{HERE}/functions', encoding='ascii') as handle:
            for line in handle:
                words = line.split('#')[0].split()
                if words:
                    names[words[0]].append(words[1])
        found = addresses(f'{BENCH}/xen.map', names['xen']) | {
            f'linux_{name}': address for name, address in
            addresses(f'{self.folder}/System.map', names['kernel']).items()}
        with open(self.functions, 'w', encoding='ascii') as handle:
            handle.writelines(f'{address} {name}\n' for name, address in sorted(found.items()))
        version = subprocess.run(['qemu-system-x86_64', '--version'], check=True, stdout=subprocess.PIPE).stdout
        self.state = hash_of(version, *(contents(path) for path in (
            f'{self.folder}/bzImage', self.initrd, self.functions, f'{BUILD}/bed/xen', f'{BENCH}/count.so', f'{BENCH}/hvm.cpio')))


def contents(path):
    with open(path, 'rb') as handle:
        return handle.read()


def hash_of(*parts):
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:32]


def addresses(path, names):
    """Where functions begin, out of a symbol map; a name that is not there has none."""
    found = {}
    with open(path, encoding='ascii', errors='replace') as handle:
        for line in handle:
            address, _, name = line.split(maxsplit=2)
            name = name.strip().split('#')[-1]
            if name in names:
                found.setdefault(name, address.removeprefix('0x'))
    return found


def spec_of(name, groups, run=1, patterns=()):
    """A machine as the test bed's launcher wants it."""
    machine = MACHINES[name]
    xen = machine.get('xen', False)
    wanted = [group for group in machine['groups'].split() if group in groups]
    words = '+'.join(wanted + machine.get('words', '').split())
    where = 'dom0' if xen else 'native'
    return {
        'machine': 'xen' if xen else 'native', 'cpus': machine.get('cpus', 1), 'memory': 2816,
        'dom0_mem': 1024, 'dom0_cpus': machine.get('dom0_cpus', 1),
        'xen_args': 'loglvl=error guest_loglvl=error bootscrub=0' +
                    (' dom0_vcpus_pin' if 'split' in words else ''),
        'kernel_args': f'bench.where={where} bench.prefix={machine.get("prefix", "")} bench.groups={words} '
                       f'bench.run={run} bench.rows={"+".join(patterns)}',
        'run': run,
        'groups': wanted, 'words': words.split('+'), 'prefix': machine.get('prefix', ''), 'limit': machine['limit'],
    }


def read_counts(path):
    """The plugin's lines: (where, row) to (operations, counters)."""
    rows = {}
    if os.path.exists(path):
        with open(path, encoding='ascii', errors='replace') as handle:
            for line in handle:
                words = line.split()
                if len(words) > 3 and words[2].isdigit() and words[3].startswith('total='):
                    counters = {name: int(value) for name, value in (word.split('=') for word in words[3:])}
                    rows[words[0], words[1]] = (int(words[2]), counters)
    return rows


def read_console(path):
    """The programs' lines: rows as (where, row): (kind, operations, figure), and failures."""
    rows, failed, ended = {}, [], False
    with open(path, encoding='utf-8', errors='replace') as handle:
        for line in handle:
            line = line.rstrip('\r\n')
            ended = ended or line in ('bench: end native', 'bench: end dom0')
            match = LINE.match(line)
            if not match:
                continue
            if match[1]:
                rows[match[2], match[3]] = (match[1], int(match[4]), int(match[5]))
            elif match[6]:
                rows[match[7], match[8]] = ('kib', 1, int(match[9]))
            else:
                failed.append(f'{match[11]} {match[12]}')
    return rows, failed, ended


def merge(counts, console):
    """One run's rows: "where.row" to unit, value and the counts for each operation."""
    rows = {}
    for key in sorted(set(counts) | set(console)):
        kind, operations, figure = console.get(key, ('count', 1, 0))
        row = {'unit': 'KiB' if kind == 'kib' else 'insns', 'value': figure / max(operations, 1)}
        if key in counts and kind != 'kib':
            operations, counters = counts[key]
            row['counts'] = {name: value / operations for name, value in counters.items() if value}
            row['clock'] = row['value']
            if kind != 'own':
                row['value'] = counters['total'] / operations
        rows['.'.join(key)] = row
    return rows


def choose(words, rows_of):
    """What is asked for: words are groups, the beginnings of their names, or patterns of
    rows.  Returns the groups and the patterns (none: every row of the groups)."""
    groups, patterns = set(), []
    for word in words:
        found = [group for group in GROUPS if group == word] or [group for group in GROUPS if group.startswith(word)]
        if len(found) == 1:
            groups.add(found[0])
            continue
        named = {'smp' if prefix == 'smp_' else PROGRAMS[program]
                 for program, prefixes in PREFIXES.items() for prefix in prefixes
                 for row in rows_of(program) if fnmatch.fnmatchcase(prefix + row, word)}
        if not named:
            raise ValueError(f'"{word}" is neither a group of rows nor a row; groups: {", ".join(GROUPS)}')
        groups |= named
        patterns.append(word)
    if patterns and len(patterns) < len(words):
        raise ValueError('either groups or rows, not both')
    return [group for group in GROUPS if group in groups or not words], patterns


def listed_rows(program):
    return subprocess.run([f'{BENCH}/programs/{program}', '-l'], text=True, check=True,
                          stdout=subprocess.PIPE).stdout.split()


def wanted(key, spec):
    """Is this row the machine's to report?"""
    name = key.split('.', 1)[1]
    if name.startswith(('warm_', 'grow_warm_')):
        return False
    name = name.removeprefix(spec['prefix'])
    return name not in WAYSIDE or WAYSIDE[name] in spec['groups']


def rows_in(folder, spec):
    """What a boot has left: its rows, failures, and whether it came to its end."""
    rows, failed, ended = read_console(f'{folder}/console.log')
    merged = merge(read_counts(f'{folder}/counts'), rows)
    return {key: row for key, row in merged.items() if wanted(key, spec)}, failed, ended


def boot(kernel, name, spec, again=False):
    """One boot of one machine: its rows, why some are missing, and its seconds (None: not
    made, since an earlier one was the same)."""
    state = hash_of(kernel.state.encode(), json.dumps(spec, sort_keys=True).encode())
    folder = f'{BENCH}/runs/{kernel.name}-{name}-{spec["run"]}-{hash_of(spec["kernel_args"].encode())[:6]}'
    os.makedirs(folder, exist_ok=True)
    with open(f'{folder}/lock', 'w', encoding='ascii') as lock:     # two calls may share a kernel
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not again and os.path.exists(f'{folder}/state') and contents(f'{folder}/state').decode() == state:
            rows, failed, _ = rows_in(folder, spec)
            return rows, failed, None
        return boot_now(kernel, name, spec, folder, state)


def boot_now(kernel, name, spec, folder, state):
    for stale in ('state', 'counts', 'console.log'):
        if os.path.exists(f'{folder}/{stale}'):
            os.remove(f'{folder}/{stale}')
    files = {'xen': f'{BUILD}/bed/xen', 'kernel': f'{kernel.folder}/bzImage', 'initrd': kernel.initrd_of(spec),
             'functions': kernel.functions}
    machine = BenchMachine(folder, files, spec)
    machine.start()
    ended = machine.wait_limit(spec['limit'])
    seconds = machine.age()
    machine.stop()
    rows, failed, said_end = rows_in(folder, spec)
    if not ended or not said_end:
        failed.append(f'{name}: did not come to its end in {seconds:.0f} s, see {folder}/console.log')
    if not failed:
        with open(f'{folder}/state', 'w', encoding='ascii') as handle:
            handle.write(state)
    return rows, failed, seconds


def collect(results):
    """Runs of a kernel as one table: every row with the value of each run."""
    table = {}
    for run in sorted(results):
        for key, row in results[run].items():
            entry = table.setdefault(key, {'unit': row['unit'], 'values': [], 'counts': {}})
            entry['values'].append(row['value'])
            entry['counts'] = row.get('counts', entry['counts'])
    return table


def run_all(kernels, plan, jobs, again):
    """Every kernel on every machine of the plan, which is names and specs; returns the
    rows and the failures of each kernel."""
    rows = {kernel.name: {} for kernel in kernels}
    failed = {kernel.name: [] for kernel in kernels}
    guard = threading.Lock()

    def task(kernel, name, spec):
        got, problems, seconds = boot(kernel, name, spec, again)
        with guard:
            rows[kernel.name].setdefault(spec['run'], {}).update(got)
            failed[kernel.name] += problems
            took = 'unchanged, counted before' if seconds is None else f'in {seconds:.0f} s'
            print(f'    {kernel.name} {name} run {spec["run"]}: {len(got)} rows {took}', flush=True)
            for problem in problems:
                print(f'    failed: {problem}', flush=True)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        tasks = [pool.submit(task, kernel, name, spec) for name, spec in plan for kernel in kernels]
        for future in concurrent.futures.as_completed(tasks):
            future.result()
    return rows, failed


def add_sizes(table, kernel):
    """Sizes of the image and of its Xen objects, which parts has written down."""
    path = f'{kernel.folder}/sizes.json'
    if os.path.exists(path):
        with open(path, encoding='ascii') as handle:
            for name, size in json.load(handle).items():
                table[f'image.size {name}'] = {'unit': 'bytes', 'values': [size], 'counts': {}}


def version_of(kernel):
    with open(f'{kernel.folder}/release', encoding='ascii') as handle:
        return handle.read().strip()


def arguments_of(words=None):
    parser = argparse.ArgumentParser(description='boot the machines of the bench')
    parser.add_argument('--out', required=True)
    parser.add_argument('--runs', type=int, default=2)
    parser.add_argument('--rows', default='', help='groups of rows, or patterns of their names')
    parser.add_argument('--machines', default='', help='only these')
    parser.add_argument('--again', action='store_true', help='boot also what has not changed')
    parser.add_argument('--jobs', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('kernels', nargs='+', metavar='NAME=FOLDER')
    return parser.parse_args(words)


def plan_of(groups, patterns, only, runs):
    """The machines that have wanted rows, with a spec for each repeat."""
    for name in only:
        if name not in MACHINES:
            raise ValueError(f'no machine "{name}"; there are: {", ".join(MACHINES)}')
    names = [name for name in MACHINES if (not only or name in only) and
             set(MACHINES[name]['groups'].split()) & set(groups)]
    return [(name, spec_of(name, groups, run, patterns)) for run in range(1, runs + 1) for name in names]


def main():
    arguments = arguments_of()
    try:
        groups, patterns = choose(arguments.rows.replace(',', ' ').split(), listed_rows)
        plan = plan_of(groups, patterns, arguments.machines.replace(',', ' ').split(), arguments.runs)
    except ValueError as error:
        sys.exit(f'error: {error}')
    kernels = [Kernel(*word.split('=', 1)) for word in arguments.kernels]
    for kernel in kernels:
        kernel.prepare()
    rows, failed = run_all(kernels, plan, arguments.jobs, arguments.again)
    revision = subprocess.run(['git', '-C', TOP, 'rev-parse', '--short', 'HEAD'], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()
    os.makedirs(arguments.out, exist_ok=True)
    for kernel in kernels:
        table = collect(rows[kernel.name])
        if 'size' in groups:
            add_sizes(table, kernel)
        with open(f'{arguments.out}/{kernel.name}.json', 'w', encoding='ascii') as handle:
            json.dump({'kernel': kernel.name, 'linux': version_of(kernel), 'revision': revision,
                       'date': time.strftime('%Y-%m-%d'), 'groups': groups, 'runs': arguments.runs,
                       'failed': failed[kernel.name], 'rows': table}, handle, indent=1, sort_keys=True)
            handle.write('\n')
    return 1 if any(failed.values()) else 0


if __name__ == '__main__':
    sys.exit(main())
