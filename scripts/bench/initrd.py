# SPDX-License-Identifier: GPL-2.0
"""The bench's initramfs: one for the native machine and Dom0, one for guests.

Disk timing would make counts differ from run to run, so everything a machine
needs is in memory from the start: busybox, our programs, and for Dom0 the real
Xen tools out of the test bed's root image, with the libraries they need.
"""
import os
import re
import shutil
import subprocess
import threading

HERE = os.path.dirname(os.path.abspath(__file__))

XEN_BIN = '/usr/lib/xen-4.17/bin'
TOOLS = [
    '/bin/bash', '/usr/bin/flock', '/usr/bin/stat', '/usr/bin/expr', '/sbin/ip',
    f'{XEN_BIN}/xl', f'{XEN_BIN}/xenstored', f'{XEN_BIN}/xenconsoled', f'{XEN_BIN}/xen-init-dom0',
    f'{XEN_BIN}/libxl-save-helper',
    '/usr/bin/xenstore-ls', '/usr/bin/xenstore-read', '/usr/bin/xenstore-write', '/usr/bin/xenstore-list',
    '/lib/x86_64-linux-gnu/libgcc_s.so.1',      # pthread_cancel() loads it by name
    '/usr/bin/xenstore-exists', '/usr/bin/xenstore-rm', '/usr/bin/xenstore-watch',
]
# What an HVM guest needs beside: they would cost the other machines memory.
DEVICE_MODEL = ['/usr/libexec/xen-qemu-system-i386', f'{XEN_BIN[:-4]}/boot/hvmloader',
                '/usr/share/seabios/bios-256k.bin', '/usr/share/qemu/linuxboot.bin', '/usr/share/qemu/keymaps/en-us']
SCRIPTS = '/etc/xen/scripts'
LIBRARIES = ['/lib/x86_64-linux-gnu', f'{XEN_BIN[:-4]}/lib/x86_64-linux-gnu', '/lib64',
             '/lib/x86_64-linux-gnu/pulseaudio']
LOADER = '/lib64/ld-linux-x86-64.so.2'
DATE = 946684800        # of every file in an archive
MODULES = ['configfs', 'null_blk', 'brd']


class RootImage:
    """Files of an ext4 image, read with debugfs: no mount, no root needed."""

    def __init__(self, image):
        self.image = image

    def ask(self, request):
        return subprocess.run(['debugfs', '-R', request, self.image], text=True, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def find(self, path):
        """The path with every symbolic link followed, or None."""
        path = path.replace('/lib/', '/usr/lib/', 1) if path.startswith('/lib/') else path
        path = path.replace('/lib64/', '/usr/lib64/', 1) if path.startswith('/lib64/') else path
        path = re.sub(r'^/(s?bin)/', r'/usr/\1/', path)
        for _ in range(8):
            status = self.ask(f'stat {path}')
            if 'Type: regular' in status:
                return path
            link = re.search(r'link dest: "([^"]*)"', status)
            if not link:
                return None
            path = os.path.normpath(os.path.join(os.path.dirname(path), link.group(1)))
            path = re.sub(r'^/(s?bin|lib|lib64)/', r'/usr/\1/', path)
        return None

    def copy(self, path, target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        self.ask(f'dump {path} {target}')
        os.chmod(target, 0o755)

    def names(self, folder):
        return [name for name in re.findall(r'^/\d+/\d+/\d+/\d+/([^/]+)/', self.ask(f'ls -p {folder}'), re.M)
                if name not in ('.', '..')]


def needed(path):
    """Names of the libraries that an ELF file asks for."""
    listing = subprocess.run(['readelf', '-d', path], text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, check=False).stdout
    return re.findall(r'\(NEEDED\).*\[(.*)\]', listing)


def copy_with_libraries(image, names, folder):
    """Each file under its own name in FOLDER, and all libraries behind them."""
    wanted = list(names) + [LOADER]
    done = set()
    while wanted:
        name = wanted.pop()
        if name in done:
            continue
        done.add(name)
        source = image.find(name)
        if not source:
            raise FileNotFoundError(f'{image.image} has no {name}')
        target = folder + name
        image.copy(source, target)
        for library in needed(target):
            for place in LIBRARIES:
                if image.find(f'{place}/{library}'):
                    wanted.append(f'{place}/{library}')
                    break
            else:
                raise FileNotFoundError(f'{image.image} has no {library}, which {name} needs')


def busybox(folder):
    """busybox and a link for each of its commands that is not there yet."""
    os.makedirs(f'{folder}/bin', exist_ok=True)
    shutil.copy('/bin/busybox', f'{folder}/bin/busybox')
    present = {name for place in ('bin', 'sbin', 'usr/bin', 'usr/sbin')
               for name in (os.listdir(f'{folder}/{place}') if os.path.isdir(f'{folder}/{place}') else [])}
    for name in subprocess.run(['/bin/busybox', '--list'], text=True, check=True,
                               stdout=subprocess.PIPE).stdout.split():
        if name not in present:
            os.symlink('busybox', f'{folder}/bin/{name}')


def programs(folder, source):
    os.makedirs(f'{folder}/bench', exist_ok=True)
    for name in os.listdir(source):
        shutil.copy(f'{source}/{name}', f'{folder}/bench/{name}')


def pack(folder, target):
    """An uncompressed cpio: unpacking costs the same everywhere, and little."""
    listing = subprocess.run(['find', '.', '-mindepth', '1', '-print0'], cwd=folder, check=True,
                             stdout=subprocess.PIPE).stdout
    names = b'\0'.join(sorted(listing.rstrip(b'\0').split(b'\0'))) + b'\0'
    for name in names.rstrip(b'\0').split(b'\0'):     # the same files make the same archive
        os.utime(os.path.join(folder.encode(), name), (DATE, DATE), follow_symlinks=False)
    new = f'{target}.new.{os.getpid()}'
    with open(new, 'wb') as handle:
        subprocess.run(['cpio', '-0', '-o', '-H', 'newc', '--quiet', '-R', '0:0', '--reproducible'],
                       cwd=folder, input=names, stdout=handle, check=True)
    os.rename(new, target)


def fresh_folder(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name in ('dev', 'proc', 'sys', 'tmp', 'run'):
        os.mkdir(f'{folder}/{name}')
    return folder


def make_tools(root_image, folder):
    """What does not depend on the kernel: made once for a root image."""
    image = RootImage(root_image)
    fresh_folder(folder + '.new')
    copy_with_libraries(image, TOOLS, folder + '.new')
    for name in image.names(SCRIPTS):
        image.copy(f'{SCRIPTS}/{name}', f'{folder}.new{SCRIPTS}/{name}')
    with open(f'{folder}.new/etc/xen/xl.conf', 'w', encoding='ascii') as handle:
        handle.write('autoballoon="off"\n')
    busybox(folder + '.new')
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(folder + '.new', folder)


def make_device_model(root_image, tools, target):
    """An archive that can stand behind another: what TOOLS lack for HVM guests."""
    folder = fresh_folder(f'{target}.tree')
    copy_with_libraries(RootImage(root_image), DEVICE_MODEL, folder)
    for place, _, names in os.walk(folder):
        for name in names:
            if os.path.exists(os.path.join(tools, os.path.relpath(place, folder), name)):
                os.remove(os.path.join(place, name))
    pack(folder, target)
    shutil.rmtree(folder)


def join(first, second, target):
    """Two archives as one; whoever reads an earlier one goes on reading that."""
    new = f'{target}.new.{os.getpid()}.{threading.get_ident()}'
    with open(new, 'wb') as handle:
        for part in (first, second):
            with open(part, 'rb') as source:
                shutil.copyfileobj(source, handle)
    os.rename(new, target)


def make_guest(work, program_folder, target):
    folder = fresh_folder(f'{work}/guest.tree')
    busybox(folder)
    programs(folder, program_folder)
    shutil.copy(f'{HERE}/machine/guest-init', f'{folder}/init')
    shutil.copy(f'{HERE}/machine/lib.sh', f'{folder}/bench/lib.sh')
    pack(folder, target)
    shutil.rmtree(folder)


def make_first(work, tools, program_folder, kernel, guest, target):
    """For Dom0 and the native machine: KERNEL is a folder of build/kernel/."""
    folder = f'{work}/first.tree.{os.getpid()}'
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(tools, folder, symlinks=True)
    programs(folder, program_folder)
    shutil.copy(f'{HERE}/machine/init', f'{folder}/init')
    for name in ('lib.sh', 'domains.sh'):
        shutil.copy(f'{HERE}/machine/{name}', f'{folder}/bench/{name}')
    shutil.copy(f'{kernel}/bzImage', f'{folder}/bench/bzImage')
    shutil.copy(guest, f'{folder}/bench/guest.cpio')
    for place, _, names in os.walk(f'{kernel}/modules'):
        for name in names:
            if name.removesuffix('.ko') in MODULES:
                shutil.copy(f'{place}/{name}', f'{folder}/bench/{name}')
    pack(folder, target)
    shutil.rmtree(folder)
