// SPDX-License-Identifier: GPL-2.0
/*
 * Foreign frames in a PV domain: straight into the page tables.
 *
 * Nothing is lent and nothing given back; the entries are all there is.
 */
#include <linux/mm.h>
#include <linux/string.h>

#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/xen-ops.h>

#include "batch.h"
#include "internal.h"

static int direct_claim(struct vm_area_struct *vma, unsigned long nr_pages)
{
	vma->vm_private_data = PRIVCMD_CLAIMED;

	return 0;
}

static void direct_release(struct vm_area_struct *vma)
{
}

static void direct_map(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t *frames,
		       int *errors, unsigned int nr, domid_t domid)
{
	unsigned int i;
	int ret;

	memset(errors, 0, nr * sizeof(*errors));
	ret = xen_remap_domain_gfn_array(vma, addr, frames, nr, errors, vma->vm_page_prot,
					 domid, NULL);

	/* An error must not get lost, whatever the array says. */
	if (ret >= 0 || privcmd_outcome(errors, nr) != PRIVCMD_ALL_MAPPED)
		return;
	for (i = 0; i < nr; i++)
		errors[i] = ret;
}

static int direct_map_run(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t first,
			  unsigned int nr, domid_t domid)
{
	int ret = xen_remap_domain_gfn_range(vma, addr, first, nr, vma->vm_page_prot, domid,
					     NULL);

	return min(ret, 0);
}

/* The hypervisor says which frames of the host they are. */
static int direct_resource(struct vm_area_struct *vma, struct xen_mem_acquire_resource *what,
			   xen_pfn_t *frames)
{
	domid_t owner = what->domid;
	int err = privcmd_acquire_resource(what, frames);

	if (err)
		return err;
	if (what->flags & XENMEM_rsrc_acq_caller_owned)
		owner = DOMID_SELF;

	/* An error may take its frame's place: it is done with. */
	err = xen_remap_domain_mfn_array(vma, vma->vm_start, frames, what->nr_frames,
					 (int *)frames, vma->vm_page_prot, owner);

	return min(err, 0);
}

const struct privcmd_mapper privcmd_direct = {
	.claim		= direct_claim,
	.release	= direct_release,
	.map		= direct_map,
	.map_run	= direct_map_run,
	.resource	= direct_resource,
};
