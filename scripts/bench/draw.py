# SPDX-License-Identifier: GPL-2.0
"""Draws the ratios of a comparison as an SVG: a bar for each row, on a logarithmic scale.

To the right of the line we cost more than mainline's port, to the left less.
A pale bar is a row whose repeats differ too much.
"""
import math
from xml.sax.saxutils import escape

LINE = 15               # height of a row, pixels
LABEL = 290             # width of the names
PLOT = 420
FIGURE = 60             # width of the ratio's digits
HEAD = 56
TICKS = (0.125, 0.25, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 4.0, 8.0)
LESS, MORE, EVEN = '#2a6fb0', '#c8641e', '#777777'
STYLE = ('text{font:11px "DejaVu Sans",sans-serif;fill:#222}.tick{fill:#666;font-size:9px}'
         '.title{font-size:13px;font-weight:bold}')


def reach(ratios):
    """How far the scale goes to both sides: a power of two that holds every ratio."""
    largest = max([abs(math.log2(ratio)) for ratio in ratios] + [math.log2(1.1)])
    return min(max(largest * 1.08, 0.15), 3.2)


def place(ratio, width):
    """The x of a ratio; what is off the scale ends at its edge."""
    exponent = max(-width, min(width, math.log2(ratio)))
    return LABEL + PLOT / 2 * (1 + exponent / width)


def axis(width, height):
    parts = []
    for tick in TICKS:
        if abs(math.log2(tick)) > width:
            continue
        x = place(tick, width)
        color = '#444' if tick == 1.0 else '#ddd'
        parts.append(f'<line x1="{x:.1f}" y1="{HEAD - 6}" x2="{x:.1f}" y2="{height - 6}" stroke="{color}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{HEAD - 10}" text-anchor="middle">{tick:g}</text>')
    return parts


def bar(row, width, y):
    x, middle = place(row.ratio, width), place(1.0, width)
    color = EVEN if abs(row.ratio - 1) < 0.005 else MORE if row.ratio > 1 else LESS
    opacity = '' if row.steady else ' opacity="0.4"'
    return [
        f'<text x="{LABEL - 8}" y="{y + 11}" text-anchor="end">{escape(row.where)} {escape(row.name)}</text>',
        f'<rect x="{min(x, middle):.1f}" y="{y + 2}" width="{max(abs(x - middle), 1):.1f}" height="{LINE - 4}" '
        f'fill="{color}"{opacity}/>',
        f'<text x="{LABEL + PLOT + FIGURE - 6}" y="{y + 11}" text-anchor="end">{row.ratio:.3f}</text>',
    ]


def svg(rows, title):
    """The whole picture of the rows that have a ratio."""
    rows = [row for row in rows if row.ratio]
    width = reach([row.ratio for row in rows])
    height = HEAD + LINE * len(rows) + 10
    total = LABEL + PLOT + FIGURE
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {height}" width="{total}" '
             f'height="{height}">', '<!-- SPDX-License-Identifier: GPL-2.0 -->', f'<style>{STYLE}</style>',
             f'<rect width="{total}" height="{height}" fill="#ffffff"/>',
             f'<text class="title" x="8" y="18">{escape(title)}</text>',
             '<text class="tick" x="8" y="32">ours / mainline; left of 1: ours costs less</text>']
    parts += axis(width, height)
    for number, row in enumerate(rows):
        parts += bar(row, width, HEAD + LINE * number)
    return '\n'.join(parts + ['</svg>', ''])
