# SPDX-License-Identifier: GPL-2.0
"""One emulated machine: QEMU's command line, its channels and its end.

The machine is TCG (no KVM needed).  Its first serial port carries Xen's and
Dom0's console, two virtio serial ports carry the scenario's report and the
guests' consoles; each goes to a file of its own in the run's folder.
"""
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
OVMF = '/usr/share/OVMF'
CPU = 'qemu64,+svm,+npt'
# An emulated CPU may be away for long; a lock-up is more than that.
WATCHDOGS = 'watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120'
DISKS = ('root', 'payload', 'scratch', 'tools')


class Machine:
    """A QEMU process and the files it writes."""

    def __init__(self, folder, files, spec):
        self.folder = folder        # where logs and the payload go
        self.files = files          # paths: xen, kernel, initrd, root, payload
        self.spec = spec            # see suite.DEFAULTS
        self.process = None
        self.wire = ()              # both ends of what leads to the monitor
        self.started = 0.0

    def path(self, name):
        return os.path.join(self.folder, name)

    def kernel_args(self):
        spec = self.spec
        disk = 'sd' if spec['disk'] == 'ahci' else 'vd'
        root = spec.get('root_args') or f'root=/dev/{disk}a rw init=/sbin/bed-init'
        return ' '.join(filter(None, [
            root, f'bed.payload=/dev/{disk}b', 'loglevel=7 net.ifnames=0', WATCHDOGS,
            'console=hvc0 earlyprintk=xen' if spec['machine'] == 'xen' else 'console=ttyS0 earlyprintk=ttyS0',
            spec['kernel_args']]))

    def xen_args(self):
        spec = self.spec
        memory = spec['dom0_mem']
        return ' '.join(filter(None, [
            'com1=115200,8n1 console=com1 loglvl=all guest_loglvl=all noreboot',
            f'dom0_mem={memory}M,max:{memory}M' if memory else '',
            f'dom0_max_vcpus={spec["dom0_cpus"] or spec["cpus"]}', spec['xen_args']]))

    def boot_options(self):
        if self.spec['machine'] == 'native':
            options = ['-kernel', self.files['kernel'], '-append', self.kernel_args()]
            return options + (['-initrd', self.files['initrd']] if self.files.get('initrd') else [])
        if self.spec.get('firmware') == 'efi':
            return self.efi_options()
        modules = [f'{self.files["kernel"]} {self.kernel_args()}']
        if self.files.get('initrd'):
            modules.append(self.files['initrd'])
        if any(',' in module for module in modules):
            raise ValueError('a comma in a multiboot module: ' + str(modules))
        return ['-kernel', self.files['xen'], '-append', self.xen_args(), '-initrd', ','.join(modules)]

    def efi_options(self):
        """UEFI firmware with variables of its own, and a disk from which it starts Xen."""
        image, variables = self.path('efi.img'), self.path('efi.vars')
        command = [os.path.join(HERE, 'efi'), image, self.xen_args(), self.files['kernel'], self.kernel_args()]
        subprocess.run(command + [self.files['initrd']] * bool(self.files.get('initrd')), check=True,
                       stdout=subprocess.DEVNULL)
        shutil.copy(os.path.join(OVMF, 'OVMF_VARS_4M.fd'), variables)
        code = os.path.join(OVMF, 'OVMF_CODE_4M.fd')
        return ['-drive', f'if=pflash,format=raw,readonly=on,file={code}',
                '-drive', f'if=pflash,format=raw,file={variables}',
                '-drive', f'file={image},format=raw,id=disk-efi,if=none,snapshot=on',
                '-device', 'ide-hd,drive=disk-efi,bus=ide.5,bootindex=0']

    def disk_options(self):
        options = []
        for number, role in enumerate(DISKS):
            path = self.files.get('root' if role == 'tools' else role)
            if not path:
                continue
            # nothing that a run writes outlives it; root and tools share one file
            options += ['-drive', f'file={path},format=raw,id=disk-{role},if=none,snapshot=on,'
                                  'file.locking=off,cache=unsafe']
            if self.spec['disk'] == 'ahci':
                options += ['-device', f'ide-hd,drive=disk-{role},bus=ide.{number}']
            else:
                options += ['-device', f'virtio-blk-pci,drive=disk-{role}{self.virtio()}']
        return options

    def device_options(self):
        """What the scenario wants beside the usual devices.

        One that ends in "drive=" gets an empty disk of its own, one that ends in
        "netdev=" is plugged into the hub that all of these cards share.  With
        nothing before it the drive or the port waits for a device_add of the
        scenario; its id is extra-N, where N is the place in the list.
        """
        options = []
        for number, device in enumerate(self.spec['devices']):
            name = f'extra-{number}'
            if device.endswith('drive='):
                options += ['-drive', f'file={self.files["scratch"]},format=raw,id={name},if=none,snapshot=on,'
                                      'file.locking=off,cache=unsafe']
            elif device.endswith('netdev='):
                options += ['-netdev', f'hubport,id={name},hubid=0']
            else:
                name = ''
            if ',' in device or not name:
                options += ['-device', device + name]
        return options

    def monitor_options(self):
        """QEMU's monitor at the other end of a port of Dom0's."""
        if not self.spec['monitor']:
            return []
        self.wire = socket.socketpair()
        ends = [end.fileno() for end in self.wire]
        return ['-chardev', f'socket,id=monitor,fd={ends[0]}', '-mon', 'chardev=monitor,mode=control',
                '-chardev', f'socket,id=wire,fd={ends[1]}', '-device', 'virtserialport,chardev=wire,name=monitor']

    def virtio(self):
        """What a virtio device needs so that its DMA goes through an IOMMU, too."""
        return ',iommu_platform=on,disable-legacy=on' if self.spec['iommu'] else ''

    def command(self, console):
        spec = self.spec
        command = ['qemu-system-x86_64', '-machine', 'q35', '-cpu', spec['cpu'] or CPU,
                   '-smp', str(spec['cpus']), '-m', str(spec['memory']),
                   '-accel', f'tcg,thread={spec["tcg"]}', '-nodefaults', '-no-reboot',
                   '-display', 'none', '-rtc', 'base=utc']
        if console == 'stdio':
            command += ['-serial', 'mon:stdio']
        else:
            command += ['-serial', f'file:{self.path("console.log")}', '-monitor', 'none']
        if spec['iommu']:
            command += ['-device', 'amd-iommu,intremap=on']
        command += ['-device', 'virtio-serial-pci' + self.virtio()]
        for port in ('report', 'consoles'):
            command += ['-chardev', f'file,id={port},path={self.path(port + ".log")}',
                        '-device', f'virtserialport,chardev={port},name={port}']
        command += self.monitor_options()
        command += ['-netdev', 'user,id=net0,restrict=on', '-device', f'{spec["nic"]},netdev=net0']
        if self.files.get('acpi'):
            command += ['-acpitable', f'file={self.files["acpi"]}']
        return (command + self.boot_options() + self.disk_options() + self.device_options() +
                shlex.split(spec['qemu_args']))

    def start(self, console='file'):
        os.makedirs(self.folder, exist_ok=True)
        command = self.command(console)
        with open(self.path('qemu.cmd'), 'w', encoding='utf-8') as handle:
            handle.write(shlex.join(command) + '\n')
        self.started = time.monotonic()
        ends = [end.fileno() for end in self.wire]
        if console == 'stdio':
            self.process = subprocess.Popen(command, pass_fds=ends)
            return
        with open(self.path('qemu.log'), 'wb') as log:
            # a runner that is killed takes its machines along
            self.process = subprocess.Popen(['setpriv', '--pdeathsig', 'TERM'] + command, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True, pass_fds=ends)
        for end in self.wire:
            end.close()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def age(self):
        return time.monotonic() - self.started

    def wait_end(self, seconds):
        """Did the machine power off by itself within that time?"""
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def stop(self):
        if self.running():
            self.process.send_signal(signal.SIGTERM)
            if not self.wait_end(5):
                self.process.kill()
                self.process.wait()
