# SPDX-License-Identifier: GPL-2.0
"""An ACPI table with what QEMU's firmware does not have: power states of processors.

power_states(cpus) is an SSDT that adds to each processor object of QEMU's own
table the performance states (_PCT, _PSS, _PPC, _PSD) and idle states (_CST).  It
is assembled here, so that the test bed needs no compiler.
"""
import struct

SYSTEM_IO, FIXED_HARDWARE = 1, 0x7f
# MHz, mW, us to change, us without bus master, control value, status value
PERFORMANCE = ((2400, 30000, 10, 10, 0x18, 0x18), (1800, 20000, 10, 10, 0x12, 0x12),
               (1200, 12000, 10, 10, 0x0c, 0x0c))
# A port that swallows what is written: the POST code's.
PORT = 0x80
# The chip set's register that a processor reads to enter C2.
P_LVL2 = 0x614
SW_ANY = 0xfd


def length(size):
    """The package length of SIZE bytes, which counts its own bytes too."""
    if size + 1 < 0x40:
        return bytes([size + 1])
    size += 2
    return bytes([0x40 | (size & 0xf), size >> 4])


def with_length(opcode, body):
    return opcode + length(len(body)) + body


def integer(value):
    if value < 2:
        return bytes([value])
    if value < 0x100:
        return struct.pack('<BB', 0x0a, value)
    return struct.pack('<BI', 0x0c, value)


def package(*elements):
    return with_length(b'\x12', bytes([len(elements)]) + b''.join(elements))


def name(text, value):
    return b'\x08' + text.encode() + value


def register(space, bits, offset, address, access=0):
    """A buffer with one Generic Register descriptor and the end tag."""
    data = struct.pack('<BHBBBBQ', 0x82, 12, space, bits, offset, access, address) + b'\x79\x00'
    return with_length(b'\x11', integer(len(data)) + data)


def performance_state(values):
    return package(*(integer(value) for value in values))


def idle_state(where, kind, latency, power):
    return package(where, integer(kind), integer(latency), integer(power))


def processor(number):
    port = register(SYSTEM_IO, 8, 0, PORT)
    path = b'\\\x2f\x03_SB_CPUS' + b'C%03X' % number
    body = [
        name('_PCT', package(port, port)),
        name('_PSS', package(*map(performance_state, PERFORMANCE))),
        name('_PPC', integer(0)),
        name('_PSD', package(package(*map(integer, (5, 0, number, SW_ANY, 1))))),
        name('_CST', package(integer(2), idle_state(register(FIXED_HARDWARE, 0, 0, 0), 1, 1, 1000),
                             idle_state(register(SYSTEM_IO, 8, 0, P_LVL2, 1), 2, 50, 500))),
    ]
    return with_length(b'\x10', path + b''.join(body))


def power_states(cpus):
    body = b''.join(processor(number) for number in range(cpus))
    table = bytearray(struct.pack('<4sIBB6s8sI4sI', b'SSDT', 36 + len(body), 2, 0, b'BED   ', b'POWER   ', 1,
                                  b'BED ', 1) + body)
    table[9] = -sum(table) & 0xff
    return bytes(table)
