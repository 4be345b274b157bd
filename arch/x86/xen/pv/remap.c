// SPDX-License-Identifier: GPL-2.0
/*
 * Frames leave the holes of the memory map, and the holes get the machine's.
 *
 * This happens in two steps. While the map is being made, the p2m list ends where the
 * domain's first memory ends: the frames behind holes are only noted, in memory found for
 * that, and their entries become identity frames at once, so that firmware tables can be
 * read. When the list is in its place for good, the frames get their new pfns above.
 *
 * Owns the note of frames. All of it runs at boot on one processor.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>

#include <asm/pgtable.h>
#include <asm/xen/hypercall.h>

#include <xen/interface/memory.h>
#include <xen/page.h>

#include "memmap.h"
#include "p2m/p2m.h"

/* Pages whose entries change in one call. */
#define REMAP_BATCH	64

/* Where every walk over the moves starts. */
static struct memmap_move_iter remap_start __initdata;

/* Frames that wait for their new pfns, in the order of the moves; 0 if none do. */
static phys_addr_t remap_frames __initdata;

/**
 * xen_chk_extra_mem() - look up a pfn that the p2m list does not have yet
 * @pfn: page frame number
 *
 * Context: Boot, before the list is in its place for good.
 *
 * Return: INVALID_P2M_ENTRY for RAM without a frame, otherwise an identity frame.
 */
unsigned long __ref xen_chk_extra_mem(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < XEN_EXTRA_MEM_MAX_REGIONS; i++) {
		if (pfn - xen_extra_mem[i].start_pfn < xen_extra_mem[i].n_pfns)
			return INVALID_P2M_ENTRY;
	}

	return IDENTITY_FRAME(pfn);
}

/* The list has the frames side by side, so a note of them is a copy. */
static void __init remap_note_frames(void)
{
	phys_addr_t size = memmap_displaced(remap_start.map) * sizeof(unsigned long);
	struct memmap_move_iter iter;
	struct memmap_move move;
	phys_addr_t dest;

	if (!size)
		return;

	remap_frames = xen_find_free_area(size);
	/* Without a place for the note, nothing can move. */
	if (remap_frames)
		remap_start.nr_extra = XEN_EXTRA_MEM_MAX_REGIONS;

	dest = remap_frames;
	iter = remap_start;
	while (memmap_next_move(&iter, &move)) {
		if (move.to == MEMMAP_NOWHERE) {
			pr_warn("Unable to find available pfn range, not remapping identity pages\n");
			break;
		}
		xen_pv_write_phys(dest, xen_p2m_addr + move.pfn, move.nr * sizeof(unsigned long));
		dest += move.nr * sizeof(unsigned long);
	}
}

/* The first mapping of memory must not keep frames that are to go. */
static void __init remap_unmap(unsigned long pfn, unsigned long end)
{
	static struct multicall_entry calls[REMAP_BATCH] __initdata;
	unsigned int n = 0;

	for (end = min(end, max_pfn_mapped + 1); pfn < end; pfn++) {
		MULTI_update_va_mapping(&calls[n++], (unsigned long)__va(PFN_PHYS(pfn)),
					native_make_pte(0), 0);
		if (n == REMAP_BATCH || pfn + 1 == end) {
			/* What was not mapped needs no more; it says so, and that is fine. */
			HYPERVISOR_multicall(calls, n);
			n = 0;
		}
	}
}

static void __init remap_release(unsigned long pfn, unsigned long nr)
{
	struct xen_memory_reservation reservation = {
		.domid = DOMID_SELF,
		.nr_extents = nr,
	};
	long done;

	set_xen_guest_handle(reservation.extent_start, xen_p2m_addr + pfn);
	done = HYPERVISOR_memory_op(XENMEM_decrease_reservation, &reservation);
	WARN(done != nr, "Failed to release pfns %lx to %lx: %ld\n", pfn, pfn + nr, done);
	if (done > 0)
		xen_released_pages += done;
}

/* Only frames that are this domain's can be given back; others are skipped. */
static void __init remap_release_owned(unsigned long pfn, unsigned long end)
{
	unsigned long first = pfn;

	for (; pfn < end; pfn++) {
		unsigned long mfn = pfn_to_mfn(pfn);

		if (mfn != INVALID_P2M_ENTRY && mfn_to_pfn(mfn) == pfn)
			continue;
		if (first < pfn)
			remap_release(first, pfn - first);
		first = pfn + 1;
	}
	if (first < end)
		remap_release(first, end - first);
}

/**
 * xen_pv_empty_holes() - note or release the frames behind holes, and let the holes be identity
 * @map: memory map, kept until xen_remap_memory()
 *
 * Context: Boot, with everything in use reserved, xen_extra_mem set up, and the domain
 * builder's p2m list in use.
 */
void __init xen_pv_empty_holes(const struct memmap *map)
{
	struct memmap_hole_iter holes = { };
	struct memmap_move_iter moves;
	struct memmap_hole hole;
	struct memmap_move move;

	remap_start.map = map;
	remap_start.extra = xen_extra_mem;
	remap_note_frames();

	while (memmap_next_hole(map, &holes, &hole))
		remap_unmap(hole.pfn, hole.end);

	moves = remap_start;
	while (memmap_next_move(&moves, &move)) {
		if (move.to == MEMMAP_NOWHERE)
			remap_release_owned(move.pfn, move.pfn + move.nr);
	}

	holes = (struct memmap_hole_iter) { };
	while (memmap_next_hole(map, &holes, &hole))
		set_phys_range_identity(hole.pfn, hole.end);
}

/*
 * Three things have to know of a frame's new pfn: the p2m list, the hypervisor's table for
 * the other direction, and the page table of the direct map. The last two go in one call.
 */
static void __init remap_enter(unsigned long pfn, const unsigned long *frames, unsigned int nr)
{
	static struct mmu_update updates[2 * REMAP_BATCH] __initdata;
	unsigned int n = 0;
	unsigned int i;

	for (i = 0; i < nr; i++, pfn++) {
		phys_addr_t maddr = PFN_PHYS(frames[i]);
		unsigned int level;
		pte_t *pte;

		if (!set_phys_to_machine(pfn, frames[i]))
			panic("Xen: no p2m entry for pfn=%lx mfn=%lx\n", pfn, frames[i]);

		pte = lookup_address((unsigned long)__va(PFN_PHYS(pfn)), &level);
		if (!pte || level != PG_LEVEL_4K)
			panic("Xen: pfn=%lx is not in the direct map\n", pfn);

		updates[n].ptr = maddr | MMU_MACHPHYS_UPDATE;
		updates[n++].val = pfn;
		updates[n].ptr = virt_to_machine(pte).maddr | MMU_NORMAL_PT_UPDATE;
		updates[n++].val = pte_val_ma(mfn_pte(frames[i], PAGE_KERNEL));
	}

	if (HYPERVISOR_mmu_update(updates, n, NULL, DOMID_SELF) < 0)
		panic("Xen: no mapping for pfns up to %lx\n", pfn);
}

/* The pages that took frames are memory like any other from now on. */
static void __init remap_free_extra(unsigned long pages)
{
	unsigned int i;

	for (i = 0; i < XEN_EXTRA_MEM_MAX_REGIONS && pages; i++) {
		unsigned long pfn = xen_extra_mem[i].start_pfn;
		unsigned long nr = memmap_take_extra(&xen_extra_mem[i], pages);

		memblock_phys_free(PFN_PHYS(pfn), PFN_PHYS(nr));
		pages -= nr;
	}
}

/**
 * xen_remap_memory() - give the frames out of holes their new pfns
 *
 * Context: Boot, with the direct map complete and the p2m list in its place for good.
 */
void __init xen_remap_memory(void)
{
	struct memmap_move_iter iter = remap_start;
	unsigned long *frames = __va(remap_frames);
	struct memmap_move move;
	unsigned long done = 0;

	while (remap_frames && memmap_next_move(&iter, &move) && move.to != MEMMAP_NOWHERE) {
		unsigned long i, nr;

		for (i = 0; i < move.nr; i += nr) {
			nr = min(move.nr - i, REMAP_BATCH);
			remap_enter(move.to + i, frames + done, nr);
			done += nr;
		}
	}

	remap_free_extra(done);
	if (remap_frames)
		memblock_phys_free(remap_frames,
				   memmap_displaced(remap_start.map) * sizeof(*frames));

	pr_info("Remapped %ld page(s)\n", done);

	xen_do_remap_nonram();
}
