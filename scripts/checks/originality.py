# SPDX-License-Identifier: GPL-2.0
"""Measure how much of one C source tree repeats another, by token runs.

usage: originality.py [-k K] [--runs N] [--fail-over PCT] [--fail-file-over PCT]
                      [--fail-run-over TOKENS] OURS... --against THEIRS...

Comments and white space are dropped; every remaining C token counts as
written.  A token of OURS is 'covered' when it lies in a run of at least K
tokens (default 32, about four lines) that also stands somewhere in THEIRS.
Prints one line per file with any cover, worst first, then the longest runs,
then each limit that is passed, then the total.  Exit status: 1 if the total is
over --fail-over, a file over --fail-file-over or a run over --fail-run-over,
else 0.

Files named in OURS and THEIRS may be files or folders (*.c *.h *.S are read).
"""
import argparse
import os
import re
import sys

TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_]\w*|0[xX][0-9a-fA-F]+\w*|\d[\w.]*'
    r'|<<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|##|\S')
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
SUFFIXES = ('.c', '.h', '.S')


def strip_comments(text):
    def keep(match):
        found = match.group(0)
        return re.sub(r'[^\n]', ' ', found) if found[0] == '/' else found
    return COMMENT.sub(keep, text)


def tokens(path):
    with open(path, errors='replace') as handle:
        text = strip_comments(handle.read())
    out = []
    for number, line in enumerate(text.split('\n'), 1):
        if line.lstrip().startswith('#include'):
            continue
        out.extend((tok, number) for tok in TOKEN.findall(line))
    return out


def sources(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in os.walk(path):
            for name in sorted(names):
                if name.endswith(SUFFIXES):
                    yield os.path.join(folder, name)


def over_limits(args, pct, rows, runs):
    """Which of the limits asked for are passed, in words."""
    over = []
    if args.fail_over is not None and pct > args.fail_over:
        over.append(f'{pct:.2f}% of all, the limit is {args.fail_over:g}%')
    if args.fail_file_over is not None:
        over += [f'{row[0]:.2f}% of {row[3]}, the limit is {args.fail_file_over:g}%'
                 for row in sorted(rows, reverse=True) if row[0] > args.fail_file_over]
    if args.fail_run_over is not None:
        over += [f'a run of {run[0]} tokens at {run[1]}:{run[2]}, the limit is {args.fail_run_over}'
                 for run in sorted(runs, reverse=True) if run[0] > args.fail_run_over]
    return over


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('ours', nargs='+')
    parser.add_argument('--against', nargs='+', required=True)
    parser.add_argument('-k', type=int, default=32, help='shortest run that counts, in tokens')
    parser.add_argument('--runs', type=int, default=12, help='how many of the longest runs to print')
    parser.add_argument('--fail-over', type=float, default=None, metavar='PCT', help='limit for the total')
    parser.add_argument('--fail-file-over', type=float, default=None, metavar='PCT', help='limit for a file')
    parser.add_argument('--fail-run-over', type=int, default=None, metavar='TOKENS', help='limit for a run')
    args = parser.parse_args()

    k, known = args.k, {}
    for path in sources(args.against):
        toks = tokens(path)
        words = [t for t, _ in toks]
        for i in range(len(words) - k + 1):
            known.setdefault(hash(tuple(words[i:i + k])), (path, toks[i][1]))

    rows, runs, total, covered_total = [], [], 0, 0
    for path in sources(args.ours):
        toks = tokens(path)
        words = [t for t, _ in toks]
        mark, start, where = [False] * len(words), None, None
        for i in range(len(words) - k + 1):
            hit = known.get(hash(tuple(words[i:i + k])))
            if hit:
                if start is None:
                    start, where = i, hit
                mark[i:i + k] = [True] * k
            elif start is not None:
                runs.append((i + k - 1 - start, path, toks[start][1], toks[i + k - 2][1], where))
                start = None
        if start is not None:
            runs.append((len(words) - start, path, toks[start][1], toks[-1][1], where))
        covered = sum(mark)
        total += len(words)
        covered_total += covered
        if covered:
            rows.append((100.0 * covered / len(words), covered, len(words), path))

    for pct, covered, size, path in sorted(rows, reverse=True):
        print(f'{pct:6.2f}%  {covered:6d} of {size:6d} tokens  {path}')
    for length, path, first, last, (other, line) in sorted(runs, reverse=True)[:args.runs]:
        print(f'run of {length:4d} tokens  {path}:{first}-{last}  also at {other}:{line}')
    pct = 100.0 * covered_total / total if total else 0.0
    over = over_limits(args, pct, rows, runs)
    for text in over:
        print(f'too much: {text}')
    print(f'total {pct:.2f}% of {total} tokens stand in runs of {k} or more')
    return 1 if over else 0


if __name__ == '__main__':
    sys.exit(main())
