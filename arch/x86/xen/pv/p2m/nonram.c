// SPDX-License-Identifier: GPL-2.0
/*
 * Firmware tables that had to make room in Dom0's memory map.
 *
 * The kernel is loaded at pfns whose machine frames may hold a firmware table. Then the
 * table is shown elsewhere: pfns above all memory stand for its frames. ACPI goes on to ask
 * for it by its machine address, which is translated here.
 *
 * Owns the short list of such moves, which is written at boot, before secondary processors.
 */
#include <linux/acpi.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/io.h>
#include <linux/mm.h>

#include <asm/xen/hypervisor.h>

#include <xen/hvc-console.h>

#include "internal.h"

#define NONRAM_MOVES_MAX	4

struct nonram_move {
	phys_addr_t from;
	phys_addr_t to;
	size_t size;
};

static struct nonram_move nonram_moves[NONRAM_MOVES_MAX] __ro_after_init;
static unsigned int nonram_nr_moves __ro_after_init;

#ifdef CONFIG_ACPI
static void __iomem *nonram_acpi_ioremap(acpi_physical_address phys, acpi_size size)
{
	const struct nonram_move *move;

	for (move = nonram_moves; move < nonram_moves + nonram_nr_moves; move++) {
		phys_addr_t offset = phys - move->from;

		if (offset < move->size) {
			WARN_ON(size > move->size - offset);
			return x86_acpi_os_ioremap(move->to + offset, size);
		}
		/* Starts before the table and runs into it. */
		WARN_ON(phys < move->from && size > move->from - phys);
	}

	return x86_acpi_os_ioremap(phys, size);
}

static void __init nonram_hook_acpi(void)
{
	acpi_os_ioremap = nonram_acpi_ioremap;
}
#else
static inline void nonram_hook_acpi(void) { }
#endif

/**
 * xen_add_remap_nonram() - note that a firmware table is to be shown elsewhere
 * @maddr: where it is, in bytes
 * @paddr: where the kernel will find it, in bytes, with the same offset in the page
 * @size: in bytes
 *
 * Context: Boot, before the p2m list can take the entries. Stops the machine if there are
 * more tables than it can keep, since the kernel would run over them otherwise.
 */
void __init xen_add_remap_nonram(phys_addr_t maddr, phys_addr_t paddr, unsigned long size)
{
	if (WARN_ON(offset_in_page(maddr) != offset_in_page(paddr)))
		return;

	if (nonram_nr_moves == NONRAM_MOVES_MAX) {
		xen_raw_console_write("Xen: more firmware tables in the way than can be moved\n");
		panic("Xen: more firmware tables in the way than can be moved\n");
	}

	nonram_moves[nonram_nr_moves++] = (struct nonram_move) {
		.from = maddr,
		.to = paddr,
		.size = size,
	};
	nonram_hook_acpi();
}

/**
 * xen_do_remap_nonram() - enter the frames of all moved tables in the p2m list
 *
 * Context: Boot, once the list is in its place for good.
 */
void __init xen_do_remap_nonram(void)
{
	const struct nonram_move *move;
	unsigned int pages = 0;

	for (move = nonram_moves; move < nonram_moves + nonram_nr_moves; move++) {
		unsigned long mfn = PFN_DOWN(move->from);
		unsigned long pfn;

		for (pfn = PFN_DOWN(move->to); pfn < PFN_UP(move->to + move->size); pfn++) {
			if (!set_phys_to_machine(pfn, mfn))
				panic("Failed to set p2m mapping for pfn=%lx mfn=%lx\n", pfn, mfn);
			mfn++;
			pages++;
		}
	}

	pr_info("Remapped %u non-RAM page(s)\n", pages);
}
