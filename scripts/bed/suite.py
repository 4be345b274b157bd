#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Run scenarios: suite.py [--list] [--config NAME] [--jobs N] [NAME...]
or boot one for a person: suite.py --show NAME, suite.py --interactive NAME.

A scenario is a folder below scenarios/ with a scenario.toml (what it proves and
which machine it wants), a main.sh that runs in Dom0 or natively and, where it
has guests, guest.sh files.  Each variant named in its toml is a test.  A test
passes when its report ends with "end CHECKS 0", CHECKS > 0, and no kernel of the
run, nor Xen, has printed anything that VERDICTS knows as bad.
"""
import argparse
import concurrent.futures
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import tomllib

from acpi_table import power_states
from qemu import WATCHDOGS, Machine

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, 'build')
BED = os.path.join(BUILD, 'bed')
SCENARIOS = os.path.join(HERE, 'scenarios')

# Every key a scenario.toml may set, with its default.  memory and dom0_mem are
# in MiB and double under a debug kernel, timeout (seconds) grows fourfold.
DEFAULTS = {
    'about': None,          # one sentence: what it proves
    'machine': 'xen',       # "xen" or "native"
    'kernel': 'ours',       # Dom0's kernel: "ours" or "stock" (Debian's)
    'cpus': 2,              # of the machine
    'dom0_cpus': 0,         # of Dom0; 0: as many as the machine
    'memory': 2048,         # of the machine
    'dom0_mem': 896,        # of Dom0; 0: no dom0_mem option
    'disk': 'virtio',       # "virtio" or "ahci"
    'nic': 'virtio-net-pci',
    'devices': [],          # more of QEMU's -device options, see Machine.device_options
    'monitor': False,       # Dom0 reaches QEMU's monitor: monitor in dom0/lib.sh
    'cpu': '',              # QEMU's CPU model
    'iommu': False,         # an IOMMU of AMD's, with every device behind it; a virtio card needs the same by its "nic"
    'tcg': 'single',        # "multi": a host thread for each vCPU, for real races; "single"
    'scratch': 256,         # MiB of an empty disk
    'xen_args': '',
    'kernel_args': '',
    'guest_args': '',       # for every guest's kernel
    'root_args': '',
    'qemu_args': '',
    'power_states': False,  # the firmware describes power states of the processors
    'timeout': 240,
    'needs': [],            # extra parts: "stock"
    'firmware': 'bios',     # "bios": QEMU loads Xen by multiboot; "efi": UEFI firmware starts it from a disk
    'hvm': False,           # a boot disk for HVM guests, /bed/hvm.img
    'configs': [],          # only with these kernel configs (empty: all)
    'tolerate': [],         # regexes of lines that VERDICTS would hold against the run
    'attempts': 1,          # 2 only where QEMU's nested SVM is at work, which is known to flake;
                            # every failed attempt is printed and its logs are kept
    'ends': 'off',          # how the machine ends: "off" by itself, or "any"
    'skip': '',             # why the test bed cannot do it
    'on_demand': False,     # run only where T names it: too long for what it adds
    'order': 50,            # lower runs earlier (long ones first)
}

ROUND_SECONDS = 10          # more for each round of BED_ROUNDS

VERDICTS = re.compile('|'.join([
    r'Kernel panic', r'\bBUG:', r'\bWARNING:', r'Oops(:|\b.*\bSMP)', r'general protection fault',
    r'kernel BUG at', r'rcu:.*(stall|detected stalls)', r'INFO: rcu_', r'possible recursive locking',
    r'possible circular locking', r'inconsistent lock state', r'suspicious RCU usage', r'BUG: KASAN',
    r'UBSAN:', r'soft lockup', r'blocked for more than', r'unreferenced object', r'new suspected memory leaks',
    r'Attempted to kill init', r'unable to handle', r'Call Trace:', r'double fault', r'scheduling while atomic',
    r'\(XEN\).*(Panic on CPU|FATAL|Assertion .* failed|Xen BUG|Xen call trace)',
    r'\(XEN\).*domain_crash called', r'DMA-API:.*(error|leak|WARN)', r'bad page state', r'Bad page map',
    r'segfault at', r'refcount_t:', r'list_(add|del) corruption',
]))
FATAL = re.compile(r'Kernel panic - not syncing|\(XEN\) Panic on CPU|Attempted to kill init|\(XEN\) Hardware Dom0 crashed|\(XEN\) Hardware Dom0 halted')


# Set by SIGINT and SIGTERM: the machines that run are stopped, no more are started.
INTERRUPTED = threading.Event()


class Test:
    """One variant of one scenario."""

    def __init__(self, scenario, variant, spec):
        self.scenario, self.variant, self.spec = scenario, variant, spec
        self.name = f'{scenario}/{variant}' if variant else scenario
        self.folder = os.path.join(SCENARIOS, scenario)


def fail(text):
    print(f'error: {text}', file=sys.stderr)
    sys.exit(1)


def load_tests():
    tests = []
    for name in sorted(os.listdir(SCENARIOS)):
        path = os.path.join(SCENARIOS, name, 'scenario.toml')
        if not os.path.exists(path):
            fail(f'scenario {name} has no scenario.toml')
        with open(path, 'rb') as handle:
            try:
                raw = tomllib.load(handle)
            except tomllib.TOMLDecodeError as error:
                fail(f'{path}: {error}')
        variants = raw.pop('variants', {'': {}})
        for variant, changes in variants.items():
            spec = {**DEFAULTS, **raw, **changes}
            unknown = set(spec) - set(DEFAULTS)
            if unknown or not spec['about']:
                fail(f'{path}: ' + (f'unknown key {sorted(unknown)[0]}' if unknown else 'no "about"'))
            tests.append(Test(name, variant, spec))
    return tests


def choose(tests, names):
    """The tests that NAMES ask for: a scenario, a test, or a pattern with *."""
    if not names:
        return [test for test in tests if not test.spec['on_demand']]
    chosen = []
    for name in names:
        pattern = re.compile(re.escape(name).replace(r'\*', '.*') + r'(/.*)?$')
        found = [test for test in tests if pattern.match(test.name)]
        if not found:
            fail(f'no scenario "{name}"; "make list" names them')
        chosen += [test for test in found if test not in chosen]
    return chosen


class Kernel:
    """A kernel as the suite uses it: image, initrd for Dom0, modules, name."""

    def __init__(self, config):
        self.config = config
        self.debug = config in ('debug', 'kasan')
        self.slow = 4 if self.debug else 1      # how many times as long everything may take
        self.folder = os.path.join(BUILD, 'kernel', config)
        self.image = os.path.join(self.folder, 'bzImage')
        initrd = os.path.join(self.folder, 'dom0.cpio.gz')
        self.initrd = initrd if os.path.exists(initrd) else None
        guest = os.path.join(self.folder, 'guest.cpio.gz')
        self.guest_cpio = guest if os.path.exists(guest) else os.path.join(BED, 'guest.cpio.gz')
        some = os.path.join(self.folder, 'dom0-modules')
        self.modules = some if os.path.exists(some) else os.path.join(self.folder, 'modules')


def scenario_cpio(test):
    """The scenario's guest files as an initramfs that puts them into /scenario."""
    folder = os.path.join(BUILD, 'bed', 'tmp', test.name.replace('/', '-'))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, 'scenario'))
    for name in os.listdir(test.folder):
        if name.startswith('guest'):
            shutil.copy(os.path.join(test.folder, name), os.path.join(folder, 'scenario', name))
    target = folder + '.cpio.gz'
    subprocess.run([os.path.join(HERE, 'cpio'), folder, target], check=True)
    with open(target, 'rb') as handle:
        data = handle.read()
    shutil.rmtree(folder)
    os.unlink(target)
    return data


def hvm_image(path, test, kernel):
    """A boot disk for HVM guests, with the scenario's guest files in its initramfs."""
    target, extra = path + '.hvm', path + '.cpio'
    with open(extra, 'wb') as handle:
        handle.write(scenario_cpio(test))
    arguments = f'console=hvc0 earlyprintk=xen loglevel=7 bed.name=guest {guest_args(test, kernel)}'
    subprocess.run([os.path.join(HERE, 'hvm'), kernel.image, target, arguments, kernel.guest_cpio, extra],
                   check=True, stdout=subprocess.DEVNULL)
    os.unlink(extra)
    return target


def guest_args(test, kernel):
    """What every guest's kernel is told."""
    return f'{WATCHDOGS} bed.slow={kernel.slow} {test.spec["guest_args"]}'.strip()


def settings(test, kernel):
    values = {
        'BED_CONFIG': kernel.config,
        'BED_SLOW': kernel.slow,
        'BED_DISK': 'sd' if test.spec['disk'] == 'ahci' else 'vd',
        'BED_VARIANT': test.variant,
        'BED_CPUS': test.spec['cpus'],
        'BED_DOM0_CPUS': test.spec['dom0_cpus'] or test.spec['cpus'],
        'BED_MEMORY': test.spec['memory'],
        'BED_DOM0_MEM': test.spec['dom0_mem'],
        'BED_GUEST_ARGS': guest_args(test, kernel),
        'BED_ROUNDS': os.environ.get('BED_ROUNDS', ''),     # for scenarios that repeat
        'GUEST_MEMORY': 448 if kernel.debug else 192,
    }
    return ''.join(f"{key}='{value}'\n" for key, value in values.items()).encode()


def write_payload(path, test, kernel):
    """The tar that /sbin/bed-init unpacks into /bed."""
    with tarfile.open(path, 'w') as tar:
        def add_bytes(name, data):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
        tar.add(os.path.join(HERE, 'report.sh'), 'report.sh')
        tar.add(os.path.join(HERE, 'dom0'), 'dom0')
        tar.add(os.path.join(BED, 'programs'), 'bin')
        tar.add(os.path.join(BED, 'selftests'), 'selftests')
        tar.add(os.path.join(HERE, 'programs'), 'sources')
        tar.add(kernel.image, 'bzImage')
        tar.add(kernel.guest_cpio, 'guest.cpio.gz')
        tar.add(kernel.modules, 'modules')
        add_bytes('settings', settings(test, kernel))
        if test.scenario:
            tar.add(test.folder, 'scenario')
            add_bytes('scenario.cpio.gz', scenario_cpio(test))
        if test.spec['hvm']:
            image = hvm_image(path, test, kernel)
            tar.add(image, 'hvm.img')
            tar.add(image + '.chain', 'hvm.chain')
        for part in test.spec['needs']:
            tar.add(os.path.join(BED, part), part)


class Result:
    def __init__(self, test):
        self.test = test
        self.status = 'failed'
        self.reasons = []
        self.seconds = 0.0
        self.checks = 0
        self.cases = (0, 0, 0)      # KUnit cases: passed, failed, skipped
        self.earlier = []           # results of failed attempts before this one


def read(path):
    try:
        with open(path, 'r', errors='replace') as handle:
            return handle.read()
    except FileNotFoundError:
        return ''


def watch(machine, timeout):
    """Wait for the report's end, a fatal line, the machine's end or the timeout."""
    while True:
        report = read(machine.path('report.log'))
        if re.search(r'^end \d+ \d+$', report, re.M):
            return 'end'
        if FATAL.search(read(machine.path('console.log'))):
            time.sleep(3)           # let the trace come out
            return 'fatal'
        if not machine.running():
            return 'gone'
        if INTERRUPTED.is_set():
            return 'interrupted'
        if machine.age() > timeout:
            return 'timeout'
        time.sleep(0.3)


def judge(machine, result):
    """What the report and the consoles say, as reasons for failure."""
    spec = result.test.spec
    report = read(machine.path('report.log'))
    end = re.findall(r'^end (\d+) (\d+)$', report, re.M)
    result.checks = int(end[-1][0]) if end else 0
    for line in report.splitlines():
        if re.match(r'(guest \S+: )?not ok ', line):
            result.reasons.append(line)
    if not end:
        result.reasons.append('the scenario did not reach its end')
    elif int(end[-1][1]) and not result.reasons:
        result.reasons.append(f'{end[-1][1]} checks failed')
    elif result.checks == 0:
        result.reasons.append('the scenario checked nothing')
    tolerate = [re.compile(regex) for regex in spec['tolerate']]
    for log in ('console.log', 'consoles.log'):
        for line in read(machine.path(log)).splitlines():
            if VERDICTS.search(line) and not any(regex.search(line) for regex in tolerate):
                result.reasons.append(f'{log}: {line.strip()}')


def judge_kunit(machine, result):
    """Count KUnit's own results, read by the kernel's own parser."""
    ktap = read(machine.path('report.log'))
    lines = [line[5:] for line in ktap.splitlines() if line.startswith('ktap ')]
    if not lines:
        return
    source, target = machine.path('kunit.ktap'), machine.path('kunit.json')
    with open(source, 'w', encoding='utf-8') as handle:
        handle.write('\n'.join(lines) + '\n')
    tool = os.path.join(BUILD, 'linux', 'tools', 'testing', 'kunit', 'kunit.py')
    with open(machine.path('kunit.log'), 'w', encoding='utf-8') as log:
        subprocess.run([sys.executable, tool, 'parse', f'--json={target}', source], stdout=log, stderr=log,
                       check=False, cwd=machine.folder)
    counts = {'PASS': 0, 'FAIL': 0, 'ERROR': 0, 'SKIP': 0}

    def walk(group):
        for case in group.get('test_cases', []):
            counts[case['status']] = counts.get(case['status'], 0) + 1
            if case['status'] in ('FAIL', 'ERROR'):
                result.reasons.append(f'KUnit {group.get("name")}: {case["name"]}')
        for sub in group.get('sub_groups', []):
            walk(sub)
    walk(json.loads(read(target) or '{}'))
    if not sum(counts.values()):
        result.reasons.append('KUnit results could not be read: see kunit.log')
    result.cases = (counts['PASS'], counts['FAIL'] + counts['ERROR'], counts['SKIP'])


def split_logs(machine):
    """A file for each domain's console and one for Xen's own log."""
    lines = {}
    for line in read(machine.path('consoles.log')).splitlines():
        name, _, text = line.partition('| ')
        if re.fullmatch(r'[\w.-]+', name):
            lines.setdefault(f'guest-{name}.log', []).append(text)
    for line in read(machine.path('console.log')).splitlines():
        lines.setdefault('xen.log' if line.startswith('(XEN)') else 'dom0.log', []).append(line)
    for name, text in lines.items():
        with open(machine.path(name), 'w', encoding='utf-8') as handle:
            handle.write('\n'.join(text) + '\n')


def files_for(test, kernel, folder):
    stock = test.spec['kernel'] == 'stock'
    scratch = os.path.join(folder, 'scratch.img')
    with open(scratch, 'wb') as handle:
        handle.truncate(test.spec['scratch'] << 20)
    return {
        'xen': os.path.join(BED, 'xen'), 'root': os.path.join(BED, 'root.img'),
        'kernel': os.path.join(BED, 'stock', 'vmlinuz') if stock else kernel.image,
        'initrd': os.path.join(BED, 'stock', 'dom0.cpio.gz') if stock else kernel.initrd,
        'payload': os.path.join(folder, 'payload.tar'), 'scratch': scratch,
    }


def machine_for(test, kernel, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    files = files_for(test, kernel, folder)
    write_payload(files['payload'], test, kernel)
    spec = dict(test.spec)
    if spec['power_states']:
        files['acpi'] = os.path.join(folder, 'power.aml')
        with open(files['acpi'], 'wb') as handle:
            handle.write(power_states(spec['cpus']))
    if kernel.debug:
        spec['memory'] *= 2
        spec['dom0_mem'] *= 2
    return Machine(folder, files, spec)


def run_test(test, kernel, folder):
    result = Result(test)
    if test.spec['skip']:
        result.status, result.reasons = 'skipped', [test.spec['skip']]
        return result
    timeout = test.spec['timeout'] * kernel.slow + ROUND_SECONDS * int(os.environ.get('BED_ROUNDS') or 0)
    start = time.monotonic()
    machine = machine_for(test, kernel, folder)
    try:
        machine.start()
        why = watch(machine, timeout)
        if why == 'end' and test.spec['ends'] == 'off' and not machine.wait_end(30 * kernel.slow):
            result.reasons.append('the machine did not power off at the end')
        if why == 'timeout':
            result.reasons.append(f'no end after {timeout} s')
    finally:
        machine.stop()
    judge(machine, result)
    judge_kunit(machine, result)
    split_logs(machine)
    result.seconds = time.monotonic() - start
    if not result.reasons:
        result.status = 'passed'
    for name in ('payload.tar', 'payload.tar.hvm', 'payload.tar.hvm.chain', 'scratch.img'):
        if os.path.exists(machine.path(name)):
            os.unlink(machine.path(name))
    return result


class Printer:
    def __init__(self, total, results):
        self.total, self.done, self.results = total, 0, results
        self.lock = threading.Lock()

    def show(self, result):
        with self.lock:
            self.done += 1
            test = result.test
            folder = os.path.relpath(os.path.join(self.results, test.name.replace('/', '-')), TOP)
            extra = f'{result.checks} checks'
            if sum(result.cases):
                extra += f', {sum(result.cases)} KUnit cases'
            if result.status == 'skipped':
                extra = result.reasons[0]
            print(f'[{self.done:2d}/{self.total}] {result.status:7s} {test.name:28s} {result.seconds:5.0f} s  {extra}',
                  flush=True)
            for number, earlier in enumerate(result.earlier, 1):
                print(f'          attempt {number} failed: {earlier.reasons[0]} (logs: {folder}.attempt{number}/)')
            if result.status != 'failed':
                return
            for reason in result.reasons[:12]:
                print(f'          {reason}')
            if len(result.reasons) > 12:
                print(f'          and {len(result.reasons) - 12} more')
            for line in read(os.path.join(TOP, folder, 'report.log')).splitlines()[-8:]:
                print(f'        > {line}')
            print(f'        logs: {folder}/ ({", ".join(sorted(os.listdir(os.path.join(TOP, folder))))})', flush=True)


def attempt(test, kernel, folder):
    try:
        return run_test(test, kernel, folder)
    except Exception as error:      # a broken test is a failed test, not the suite's end
        result = Result(test)
        result.reasons = [f'{type(error).__name__}: {error}']
        return result


def safe_run(test, kernel, results):
    attempts = max(test.spec['attempts'], int(os.environ.get('ATTEMPTS') or 1))
    folder = os.path.join(results, test.name.replace('/', '-'))
    earlier = []
    while True:
        result = attempt(test, kernel, folder)
        if result.status != 'failed' or len(earlier) + 1 >= attempts or INTERRUPTED.is_set():
            result.earlier = earlier
            return result
        earlier.append(result)
        kept = f'{folder}.attempt{len(earlier)}'
        shutil.rmtree(kept, ignore_errors=True)
        os.rename(folder, kept)


def weight(test, jobs):
    """How many of the host's CPUs a machine keeps busy.

    vCPUs that wait for a CPU of the host spin on each other's locks: two
    machines of two vCPUs each on two CPUs take four times as long as one.
    """
    return min(jobs, 1 if test.spec['tcg'] == 'single' else test.spec['cpus'])


def run_all(tests, kernel, jobs):
    """Run all tests, with no more vCPUs at work than jobs."""
    results = os.path.join(BUILD, 'results', kernel.config)
    printer = Printer(len(tests), results)
    waiting = sorted(tests, key=lambda test: (-weight(test, jobs), test.spec['order']))
    running, outcome = {}, []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        while waiting or running:
            free = jobs - sum(weight(test, jobs) for test in running.values())
            for test in [test for test in waiting if weight(test, jobs) <= free]:
                if weight(test, jobs) <= free:
                    free -= weight(test, jobs)
                    waiting.remove(test)
                    running[pool.submit(safe_run, test, kernel, results)] = test
            done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            if INTERRUPTED.is_set():
                waiting = []
            for future in done:
                del running[future]
                outcome.append(future.result())
                printer.show(outcome[-1])
    return outcome


def show(test, kernel):
    """Run one scenario and print what it says, for a person without a terminal."""
    folder = os.path.join(BUILD, 'results', kernel.config, test.name.replace('/', '-'))
    print(f'==> boot Xen, Dom0 and a guest; consoles in {os.path.relpath(folder, TOP)}/', flush=True)
    result = safe_run(test, kernel, os.path.dirname(folder))
    print(re.sub(r'^end .*\n', '', read(os.path.join(folder, 'report.log')), flags=re.M))
    for reason in result.reasons:
        print(f'failed: {reason}')
    print(f'{result.status} in {result.seconds:.0f} s, {result.checks} checks')
    return 0 if result.status == 'passed' else 1


def interactive(test, kernel):
    """Boot one scenario's machine with its console on this terminal."""
    folder = os.path.join(BUILD, 'results', kernel.config, 'interactive')
    test.spec['kernel_args'] += ' bed.shell'
    machine = machine_for(test, kernel, folder)
    machine.start('stdio')
    try:
        return machine.process.wait()
    finally:
        machine.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('names', nargs='*')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--needs', action='store_true', help='print the extra parts that the tests want')
    parser.add_argument('--show', action='store_true', help='run one scenario and print what it says')
    parser.add_argument('--interactive', action='store_true', help='boot one scenario on this terminal')
    parser.add_argument('--config', default='bed')
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    tests = load_tests()
    if args.list:
        for test in tests:
            print(f'{test.name:28s} {test.spec["about"]}' + (f' [skipped: {test.spec["skip"]}]' if test.spec['skip'] else '')
                  + (' [on demand]' if test.spec['on_demand'] else ''))
        return 0
    tests = [test for test in choose(tests, args.names)
             if not test.spec['configs'] or args.config in test.spec['configs']]
    if args.config == 'kasan':
        for test in tests:
            if test.spec['machine'] == 'xen':
                test.spec['skip'] = 'a kernel with KASAN does not start as a PV domain'
    if args.needs:
        needs = {part for test in tests if not test.spec['skip'] for part in test.spec['needs']}
        print(' '.join(sorted(needs | {'stock' for test in tests if test.spec['kernel'] == 'stock'})))
        return 0
    if not args.interactive:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: INTERRUPTED.set())
    if args.show or args.interactive:
        return (show if args.show else interactive)(tests[0], Kernel(args.config))
    start = time.monotonic()
    print(f'{len(tests)} tests, {args.jobs} at a time, kernel config {args.config}', flush=True)
    outcome = run_all(tests, Kernel(args.config), args.jobs)
    if INTERRUPTED.is_set():
        return 1                # whoever holds the lock says that
    failed = [result for result in outcome if result.status == 'failed']
    if failed:
        print('failed: ' + ' '.join(sorted(result.test.name for result in failed)))
    count = {status: sum(result.status == status for result in outcome) for status in ('passed', 'failed', 'skipped')}
    for index, status in enumerate(count):
        count[status] += sum(result.cases[index] for result in outcome)
    print(f'{time.monotonic() - start:.0f} s')
    print(f'{count["passed"]} passed, {count["failed"]} failed, {count["skipped"]} skipped')
    return 1 if failed or not count['passed'] else 0


if __name__ == '__main__':
    sys.exit(main())
