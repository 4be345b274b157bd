// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of a PV domain, at boot: ask Xen for the map, make room where the kernel
 * already is, and give the generic code its own map.
 *
 * Owns Xen's map for the time of boot. The plan itself is in memmap.c, the moving of frames
 * in remap.c. What cannot be resolved here would end in two users of the same memory, so it
 * stops the machine, with a message on Xen's console, the only one there is.
 */
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/sizes.h>

#include <asm/cmdline.h>
#include <asm/e820/api.h>
#include <asm/early_ioremap.h>
#include <asm/fixmap.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/hvc-console.h>
#include <xen/interface/memory.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "../domain.h"
#include "memmap.h"
#include "mmu/mmu.h"
#include "p2m/p2m.h"

/* PCI devices may be passed through: the map has ranges for their memory. */
bool xen_pv_pci_possible;

static struct memmap memory_map __initdata;

/*
 * Memory that is not in the map must not be added before the balloon driver runs, and takes
 * the limit back.
 */
#if defined(CONFIG_MEMORY_HOTPLUG) && defined(CONFIG_XEN_BALLOON)
static void __init memory_save_hotplug_limit(void)
{
	xen_saved_max_mem_size = max_mem_size;
}
#else
static inline void memory_save_hotplug_limit(void) { }
#endif

#ifdef CONFIG_MEMORY_HOTPLUG
static void __init memory_limit_hotplug(phys_addr_t end)
{
	max_mem_size = end;
}
#else
static inline void memory_limit_hotplug(phys_addr_t end) { }
#endif

static void __init __noreturn memory_die(const char *before, const char *what, const char *after)
{
	xen_raw_console_write(before);
	xen_raw_console_write(what);
	xen_raw_console_write(after);
	panic("%s%s%s", before, what, after);
}

/* As a word alone it is a yes. */
static bool __init memory_is_512gb_limited(void)
{
	bool limited = IS_ENABLED(CONFIG_XEN_512GB);
	char value[8];

	if (cmdline_find_option_bool(boot_command_line, "xen_512gb_limit"))
		return true;

	if (cmdline_find_option(boot_command_line, "xen_512gb_limit", value, sizeof(value)) > 0 &&
	    kstrtobool(value, &limited))
		limited = IS_ENABLED(CONFIG_XEN_512GB);

	return limited;
}

/* The tree that older tools read ends at 512 GiB, and so do some of the tools. */
static unsigned long __init memory_pages_limit(void)
{
	if (!xen_initial_domain() && memory_is_512gb_limited())
		return 512UL * (SZ_1G / PAGE_SIZE);

	return MAXMEM / PAGE_SIZE;
}

/*
 * Dom0's growth ends at its maximum reservation. For a guest that call gives the present
 * limit; how far it may ever grow is in its map.
 */
static unsigned long __init memory_max_pages(void)
{
	unsigned long limit = memory_pages_limit();
	domid_t domid = DOMID_SELF;
	long max_pages = 0;

	if (xen_initial_domain())
		max_pages = HYPERVISOR_memory_op(XENMEM_maximum_reservation, &domid);

	return max_pages > 0 ? min_t(unsigned long, max_pages, limit) : limit;
}

static void __init memory_get_map(struct memmap *map)
{
	bool machine = xen_initial_domain();
	struct xen_memory_map request = {
		.nr_entries = ARRAY_SIZE(map->table.entries),
	};
	int err;

	map->nr_pages = min(memory_pages_limit(), xen_start_info->nr_pages);

	set_xen_guest_handle(request.buffer, map->table.entries);
	err = HYPERVISOR_memory_op(machine ? XENMEM_machine_memory_map : XENMEM_memory_map,
				   &request);
	if (err == -ENOSYS && !machine) {
		/* An old tool has set no map. What backends allocate needs some slack. */
		request.nr_entries = 1;
		map->table.entries[0].addr = 0;
		map->table.entries[0].size = PFN_PHYS(map->nr_pages) + SZ_8M;
		map->table.entries[0].type = E820_TYPE_RAM;
	} else if (err || !request.nr_entries) {
		memory_die("Xen gives no memory map", "", "\n");
	}

	map->table.nr_entries = request.nr_entries;
	memmap_prepare(map, machine);
}

/**
 * xen_chk_is_e820_usable() - make sure that what cannot move is in RAM
 * @start: its address in bytes
 * @size: in bytes
 * @component: what it is, for the message
 *
 * Firmware tables in the way are moved, as far as that is possible.
 *
 * Context: Boot, from xen_memory_setup(). Does not return on a conflict.
 */
void __init xen_chk_is_e820_usable(phys_addr_t start, phys_addr_t size, const char *component)
{
	if (memmap_make_room(&memory_map, start, size, xen_add_remap_nonram))
		memory_die("No suitable area found to move a firmware table away from the ",
			   component, "\n");

	if (!memmap_is_ram(&memory_map, start, size))
		memory_die("Xen hypervisor allocated ", component,
			   " memory conflicts with E820 map\n");
}

/**
 * xen_find_free_area() - find and reserve memory for what has to move
 * @size: in bytes
 *
 * Context: Boot, from within xen_memory_setup().
 *
 * Return: its address in bytes, or 0 if there is none.
 */
phys_addr_t __init xen_find_free_area(phys_addr_t size)
{
	phys_addr_t area = memmap_find_free(&memory_map, memblock.reserved.regions,
					    memblock.reserved.cnt, size);

	if (area)
		memblock_reserve(area, size);

	return area;
}

/**
 * xen_pv_write_phys() - copy to memory that may not be mapped yet
 * @dest: physical address in bytes
 * @src: what to copy
 * @size: in bytes
 *
 * Context: Boot.
 */
void __init xen_pv_write_phys(phys_addr_t dest, const void *src, unsigned long size)
{
	const unsigned long window = NR_FIX_BTMAPS * PAGE_SIZE / 2;
	unsigned long part;

	for (; size; size -= part, dest += part, src += part) {
		void *to;

		part = min(size, window - offset_in_page(dest));
		to = early_memremap(dest, part);
		memcpy(to, src, part);
		early_memunmap(to, part);
	}
}

static void __init memory_copy_phys(phys_addr_t dest, phys_addr_t src, unsigned long size)
{
	const unsigned long window = NR_FIX_BTMAPS * PAGE_SIZE / 2;
	unsigned long part;

	for (; size; size -= part, dest += part, src += part) {
		void *from;

		part = min(size, window - offset_in_page(src));
		from = early_memremap(src, part);
		xen_pv_write_phys(dest, from, part);
		early_memunmap(from, part);
	}
}

/* The list is where Xen was told to map it, or below the kernel if it was not told. */
static void __init memory_place_p2m(void)
{
	phys_addr_t start = PFN_PHYS(xen_start_info->first_p2m_pfn);
	phys_addr_t size = PFN_PHYS(xen_start_info->nr_p2m_frames);

	if (xen_start_info->mfn_list >= __START_KERNEL_map) {
		start = __pa(xen_start_info->mfn_list);
		size = PAGE_ALIGN(xen_start_info->nr_pages * sizeof(unsigned long));
	}

	memblock_reserve(start, size);
	if (memmap_is_ram(&memory_map, start, size))
		return;

	xen_relocate_p2m();
	memblock_phys_free(start, size);
}

static void __init memory_place_initrd(void)
{
	phys_addr_t start = boot_params.hdr.ramdisk_image;
	phys_addr_t size = boot_params.hdr.ramdisk_size;
	phys_addr_t area;

	if (memmap_is_ram(&memory_map, start, size))
		return;

	area = xen_find_free_area(size);
	if (!area)
		memory_die("Can't find new memory area for ", "initrd",
			   " needed due to E820 map conflict\n");

	memory_copy_phys(area, start, size);
	pr_info("initrd moved from [mem %#010llx-%#010llx] to [mem %#010llx-%#010llx]\n",
		start, start + size, area, area + size);
	memblock_phys_free(start, size);
	boot_params.hdr.ramdisk_image = area;
	boot_params.ext_ramdisk_image = area >> 32;
}

static void __init memory_install(const struct memmap_layout *layout)
{
	const struct e820_entry *entry = layout->table.entries;
	unsigned int i;

	for (i = 0; i < layout->table.nr_entries; i++, entry++)
		e820__range_add(entry->addr, entry->size, entry->type);

	for (i = 0; i < layout->nr_extra; i++) {
		const struct xen_memory_region *extra = &layout->extra[i];

		xen_add_extra_mem(extra->start_pfn, extra->n_pfns);
		xen_max_p2m_pfn = extra->start_pfn + extra->n_pfns;
	}

	memory_limit_hotplug(layout->ram_end);
	xen_pv_pci_possible = layout->has_reserved;

	/* Devices may have their memory above all of the map. */
	set_phys_range_identity(PFN_DOWN(layout->map_end), ~0UL);

	/* A guest has RAM there, but too many things poke about in it. */
	e820__range_add(ISA_START_ADDRESS, ISA_END_ADDRESS - ISA_START_ADDRESS,
			E820_TYPE_RESERVED);
	e820__update_table(e820_table);
}

/**
 * xen_memory_setup() - make the kernel's memory map
 *
 * Context: Boot, as x86_init.resources.memory_setup, after early reservations.
 *
 * Return: who provided the map.
 */
char * __init xen_memory_setup(void)
{
	static struct memmap_layout layout __initdata;

	memory_save_hotplug_limit();
	memory_get_map(&memory_map);

	/* Going on over a firmware table would fail later, and far from here. */
	xen_chk_is_e820_usable(__pa_symbol(_text), __pa_symbol(_end) - __pa_symbol(_text),
			       "kernel");
	xen_chk_is_e820_usable(__pa(xen_start_info), sizeof(*xen_start_info), "xen_start_info");
	xen_pt_check_e820();

	memmap_lay_out(&memory_map, memmap_extra_pages(&memory_map, memory_max_pages()), &layout);
	memory_install(&layout);

	memory_place_p2m();
	memory_place_initrd();
	xen_pv_empty_holes(&memory_map);

	pr_info("Released %ld page(s)\n", xen_released_pages);

	return "Xen";
}
