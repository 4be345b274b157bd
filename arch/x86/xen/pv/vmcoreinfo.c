// SPDX-License-Identifier: GPL-2.0
/*
 * Where a crash dump finds the notes about this kernel.
 *
 * Owns no state.  A kernel that the hypervisor's crash loads reads the host's
 * memory, so the note's address has to be the machine's.  Takes no lock.
 */
#include <linux/vmcore_info.h>

#include <xen/xen.h>
#include <asm/xen/page.h>

/**
 * paddr_vmcoreinfo_note() - address of the vmcoreinfo note
 *
 * Overrides the common version, which is right for all but PV domains.
 *
 * Context: any, after the note was allocated.
 * Return: machine address in a PV domain, else physical address.
 */
phys_addr_t paddr_vmcoreinfo_note(void)
{
	if (!xen_pv_domain())
		return __pa(vmcoreinfo_note);

	return virt_to_machine(vmcoreinfo_note).maddr;
}
