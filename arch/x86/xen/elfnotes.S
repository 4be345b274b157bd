/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the image tells the loader of a domain, in notes of the ELF file: what we
 * are, what we can do without, and how we want to be started. The entry of PVH
 * stands in a note beside its code.
 */
#include <linux/elfnote.h>
#include <linux/linkage.h>
#include <linux/pgtable.h>

#include <asm/asm.h>
#include <asm/page_types.h>
#include <asm/xen/interface.h>

#include <xen/interface/elfnote.h>
#include <xen/interface/features.h>

/* Features of the hypervisor that the kernel works with, or does without. */
#define CAN_DO_IF(option, feature)	(IS_ENABLED(option) << (feature))

	ELFNOTE(Xen, XEN_ELFNOTE_LOADER, .asciz "generic")
	ELFNOTE(Xen, XEN_ELFNOTE_GUEST_OS, .asciz "linux")
	ELFNOTE(Xen, XEN_ELFNOTE_GUEST_VERSION, .asciz "2.6")
	ELFNOTE(Xen, XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0")
	ELFNOTE(Xen, XEN_ELFNOTE_SUPPORTED_FEATURES,
		.long CAN_DO_IF(CONFIG_XEN_PV, XENFEAT_writable_page_tables) |
		      CAN_DO_IF(CONFIG_XEN_PVH, XENFEAT_linux_rsdp_unrestricted) |
		      CAN_DO_IF(CONFIG_XEN_DOM0, XENFEAT_dom0))
	/* A suspend that is called off returns to where it was asked for. */
	ELFNOTE(Xen, XEN_ELFNOTE_SUSPEND_CANCEL, .long 1)

#ifdef CONFIG_XEN_PV
	ELFNOTE(Xen, XEN_ELFNOTE_ENTRY, .quad startup_xen)
	ELFNOTE(Xen, XEN_ELFNOTE_VIRT_BASE, .quad __START_KERNEL_map)
	ELFNOTE(Xen, XEN_ELFNOTE_PADDR_OFFSET, .quad 0)
	ELFNOTE(Xen, XEN_ELFNOTE_PAE_MODE, .asciz "yes")
	/* "!": page tables that the kernel can write to are not wanted. */
	ELFNOTE(Xen, XEN_ELFNOTE_FEATURES, .ascii "!writable_page_tables")
	/* Mask and value of an entry that maps something. */
	ELFNOTE(Xen, XEN_ELFNOTE_L1_MFN_VALID, .quad _PAGE_PRESENT; .quad _PAGE_PRESENT)
	/* The initrd by frame number, it need not be mapped. */
	ELFNOTE(Xen, XEN_ELFNOTE_MOD_START_PFN, .long 1)
	/* The list of frames in a top-level entry of its own: that of user space. */
	ELFNOTE(Xen, XEN_ELFNOTE_INIT_P2M, .quad PUD_SIZE * PTRS_PER_PUD)
#endif
