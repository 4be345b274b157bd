# SPDX-License-Identifier: GPL-2.0
# Thin: each target is a script below scripts/, which makes what it needs first.
# Every word below can be given on the command line: make test T=pv-block

CONFIG ?= bed
export CONFIG LINUX BATCH T J ATTEMPTS B M BENCH_RUNS BENCH_AGAIN BENCH_KEEP

.DEFAULT_GOAL := help
.PHONY: help boot test list bench series apply kernel check check-bisect clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  CONFIG=bed|debug|kasan|/path  the kernel's config (default: bed)"
	@echo "  LINUX=/path               another base kernel than the pinned one"
	@echo "  T='NAME...'               scenarios for make test; * matches"
	@echo "  J=N  ATTEMPTS=N           machines at a time; tries of a failing scenario (1)"
	@echo "  B='WORD...'  M='MACHINE...' groups or rows, and machines, for make bench"

boot: ## boot Xen, Dom0 and a PV guest; a shell in Dom0, or BATCH=1 for a summary
	@scripts/bed/boot

test: ## run the suite, or T='NAME...' of it
	@scripts/bed/test

list: ## name the scenarios with a line each
	@scripts/bed/suite.py --list

bench: ## compare with mainline's own port in executed instructions
	@scripts/bench/run

series: ## write the git am series to build/series/
	@scripts/series

apply: ## apply the series to the git tree LINUX=/path
	@scripts/apply

kernel: ## build build/bzImage, build/vmlinux, build/config
	@scripts/kernel

check: ## static checks of the series and of this tree
	@scripts/check

check-bisect: ## build every commit of the series
	@scripts/check-bisect

clean: ## remove build/; downloads and the compiler cache stay
	@scripts/clean
