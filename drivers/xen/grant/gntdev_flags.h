/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program may do with a mapping, as the hypervisor's GNTMAP_* flags. Pure.
 */
#ifndef XEN_GRANT_GNTDEV_FLAGS_H
#define XEN_GRANT_GNTDEV_FLAGS_H

#include <linux/mm.h>
#include <linux/types.h>

#include <xen/interface/grant_table.h>

/* The first software bit of an entry, which Linux takes for "special": no page by number. */
#define GNTDEV_PTE_SPECIAL	BIT(_GNTMAP_guest_avail0)

/* A mapping in the kernel's or in the guest's physical address space. */
static inline u32 gntdev_frame_flags(vm_flags_t vm_flags)
{
	return GNTMAP_host_map | (vm_flags & VM_WRITE ? 0 : GNTMAP_readonly);
}

/* The same access for a program, through its own page table entry. */
static inline u32 gntdev_pte_flags(u32 frame_flags)
{
	return (frame_flags & ~GNTMAP_device_map) | GNTMAP_application_map |
	       GNTMAP_contains_pte | GNTDEV_PTE_SPECIAL;
}

/* A shared mapping may be writable; a private one would copy the granted page. */
static inline bool gntdev_may_mmap(vm_flags_t vm_flags)
{
	return (vm_flags & VM_SHARED) || !(vm_flags & VM_WRITE);
}

#endif /* XEN_GRANT_GNTDEV_FLAGS_H */
