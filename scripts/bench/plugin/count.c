// SPDX-License-Identifier: GPL-2.0
/*
 * Counts executed instructions between two marks (see ../programs/mark.h), by
 * who ran them, and how often chosen functions were entered.
 *
 * Arguments: out=FILE, one line for each interval is appended to it;
 * functions=FILE, lines "HEXADDRESS NAME" of functions whose entries count.
 *
 * A line is "WHERE ROW ITERATIONS total=N xen=N kernel=N ...": what is counted
 * is in counter_names[] below, followed by the functions by name.
 *
 * The first kernel (Dom0's, or the native one) and guests' kernels live at the
 * same addresses.  They are told apart by where the instruction is in the
 * machine's memory: the boot loader and the domain builder place the first
 * kernel's text in one piece, so its distance to the virtual address is one
 * number, learnt from the first instruction of any kernel.  Guests have no
 * modules in the bench, so module text belongs to the first kernel.
 *
 * Counters are added to inline and are no atomics: with -icount QEMU runs all
 * processors in one thread, so a counter is the sum over them.  Other modes
 * would lose counts; the launcher always gives -icount.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "../programs/mark.h"

#define XEN_FIRST	0xffff800000000000ull	/* Xen's part of the address space */
#define XEN_LAST	0xffff87ffffffffffull
#define TEXT_FIRST	0xffffffff80000000ull	/* Linux's text, without modules */
#define TEXT_LAST	0xffffffff9fffffffull

#define MAX_FUNCTIONS	96
#define NAME_SIZE	48
#define TEXT_SIZE	128

enum counter {
	XEN, KERNEL, GUEST, USER,
	CR3, XEN_CR3, INVLPG, IRET, SYSRET, WRMSR,
	FIXED_COUNTERS
};

static const char *const counter_names[FIXED_COUNTERS] = {
	[XEN] = "xen", [KERNEL] = "kernel", [GUEST] = "guest", [USER] = "user",
	[CR3] = "cr3", [XEN_CR3] = "xen_cr3", [INVLPG] = "invlpg",
	[IRET] = "iret", [SYSRET] = "sysret", [WRMSR] = "wrmsr",
};

struct function {
	uint64_t address;
	char name[NAME_SIZE];
};

PLUGIN_EXPORT int qemu_plugin_version = 1;

static FILE *out;
static struct function functions[MAX_FUNCTIONS];
static size_t nr_functions;

static uint64_t counters[FIXED_COUNTERS + MAX_FUNCTIONS];
static uint64_t at_begin[FIXED_COUNTERS + MAX_FUNCTIONS];
static uint64_t at_boot[FIXED_COUNTERS + MAX_FUNCTIONS];

static bool first_kernel_known;
static uint64_t first_kernel_distance;

static char text[TEXT_SIZE];		/* what MARK_BYTE has sent */
static size_t text_length;
static char interval[TEXT_SIZE];	/* the open interval, "" without one */

static void write_interval(const char *name, const uint64_t *since)
{
	uint64_t total = 0;
	size_t i;

	for (i = XEN; i <= USER; i++)
		total += counters[i] - since[i];
	fprintf(out, "%s total=%" PRIu64, name, total);
	for (i = 0; i < FIXED_COUNTERS; i++)
		fprintf(out, " %s=%" PRIu64, counter_names[i],
			counters[i] - since[i]);
	for (i = 0; i < nr_functions; i++)
		fprintf(out, " %s=%" PRIu64, functions[i].name,
			counters[FIXED_COUNTERS + i] -
			since[FIXED_COUNTERS + i]);
	fputc('\n', out);
	fflush(out);
}

static void take_text(char *name)
{
	memcpy(name, text, text_length);
	name[text_length] = 0;
	text_length = 0;
}

static void mark_executed(unsigned int vcpu, void *data)
{
	unsigned int mark = (uintptr_t)data;
	char name[TEXT_SIZE];

	switch (mark >> 8) {
	case MARK_BYTE:
		if (text_length < TEXT_SIZE - 1)
			text[text_length++] = mark & 0xff;
		break;
	case MARK_BEGIN:
		take_text(interval);
		memcpy(at_begin, counters, sizeof(at_begin));
		break;
	case MARK_END:
		if (interval[0])
			write_interval(interval, at_begin);
		interval[0] = 0;
		break;
	case MARK_BOOT:
		take_text(name);
		write_interval(name, at_boot);
		break;
	}
}

static bool is_mark(const uint8_t *code, size_t size, uint32_t *mark)
{
	uint32_t displacement;

	if (size != 7 || code[0] != 0x0f || code[1] != 0x1f || code[2] != 0x80)
		return false;
	memcpy(&displacement, code + 3, sizeof(displacement));
	*mark = displacement & 0xffff;
	return (displacement & 0xffff0000) == MARK_MAGIC;
}

static bool is_xen(uint64_t address)
{
	return address >= XEN_FIRST && address <= XEN_LAST;
}

static enum counter who_runs(uint64_t address, const void *haddr)
{
	if (!(address >> 63))
		return USER;
	if (is_xen(address))
		return XEN;
	if (address < TEXT_FIRST || address > TEXT_LAST || !haddr)
		return KERNEL;
	if (!first_kernel_known) {
		first_kernel_known = true;
		first_kernel_distance = (uintptr_t)haddr - address;
		memcpy(at_boot, counters, sizeof(at_boot));
	}
	return (uintptr_t)haddr - address == first_kernel_distance ?
	       KERNEL : GUEST;
}

/* Instructions worth a count of their own; FIXED_COUNTERS for the others. */
static enum counter special(const uint8_t *code, size_t size, bool xen)
{
	if (size > 1 && (code[0] & 0xf0) == 0x40) {	/* REX */
		code++;
		size--;
	}
	if (size == 1 && code[0] == 0xcf)
		return IRET;
	if (size < 2 || code[0] != 0x0f)
		return FIXED_COUNTERS;
	switch (code[1]) {
	case 0x01:
		if (size > 2 && (code[2] & 0x38) == 0x38 && code[2] < 0xc0)
			return INVLPG;
		break;
	case 0x07:
		return SYSRET;
	case 0x22:
		if (size > 2 && (code[2] & 0x38) == 0x18)
			return xen ? XEN_CR3 : CR3;
		break;
	case 0x30:
		return WRMSR;
	}
	return FIXED_COUNTERS;
}

static void add(struct qemu_plugin_insn *insn, size_t counter)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn,
		QEMU_PLUGIN_INLINE_ADD_U64, &counters[counter], 1);
}

static int compare_function(const void *a, const void *b)
{
	const struct function *left = a, *right = b;

	return left->address < right->address ? -1 :
	       left->address > right->address;
}

static void translate_insn(struct qemu_plugin_insn *insn)
{
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);
	struct function key = { .address = address };
	const struct function *function;
	enum counter kind, who;
	uint32_t mark;

	who = who_runs(address, qemu_plugin_insn_haddr(insn));
	add(insn, who);
	if (who == USER) {
		if (is_mark(code, size, &mark))
			qemu_plugin_register_vcpu_insn_exec_cb(insn,
				mark_executed, QEMU_PLUGIN_CB_NO_REGS,
				(void *)(uintptr_t)mark);
		return;
	}
	kind = special(code, size, who == XEN);
	if (kind != FIXED_COUNTERS)
		add(insn, kind);
	function = bsearch(&key, functions, nr_functions,
			   sizeof(*functions), compare_function);
	if (function)
		add(insn, FIXED_COUNTERS + (function - functions));
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb), i;

	for (i = 0; i < count; i++)
		translate_insn(qemu_plugin_tb_get_insn(tb, i));
}

static int read_functions(const char *path)
{
	FILE *file = fopen(path, "r");
	struct function *f;

	if (!file) {
		fprintf(stderr, "count: cannot read %s\n", path);
		return -1;
	}
	while (nr_functions < MAX_FUNCTIONS) {
		f = &functions[nr_functions];
		if (fscanf(file, "%" SCNx64 " %47s", &f->address, f->name) != 2)
			break;
		nr_functions++;
	}
	if (!feof(file)) {
		fprintf(stderr, "count: %s: not \"ADDRESS NAME\", or more than %d lines\n",
			path, MAX_FUNCTIONS);
		fclose(file);
		return -1;
	}
	fclose(file);
	qsort(functions, nr_functions, sizeof(*functions), compare_function);
	return 0;
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
	fclose(out);
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
				      const qemu_info_t *info,
				      int argc, char **argv)
{
	int i;

	if (!info->system_emulation || strcmp(info->target_name, "x86_64")) {
		fprintf(stderr, "count: for qemu-system-x86_64 only\n");
		return -1;
	}
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4)) {
			out = fopen(argv[i] + 4, "w");
		} else if (!strncmp(argv[i], "functions=", 10)) {
			if (read_functions(argv[i] + 10))
				return -1;
		} else {
			fprintf(stderr, "count: what is %s?\n", argv[i]);
			return -1;
		}
	}
	if (!out) {
		fprintf(stderr, "count: needs out=FILE\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
