// SPDX-License-Identifier: GPL-2.0
/*
 * From what the hypervisor's domain builder leaves to what Linux's boot expects.
 *
 * A PV kernel is entered without the x86 boot protocol: boot_params is filled from
 * start_info, and for Dom0 from what the hypervisor kept of the firmware's data.
 */
#include <linux/edd.h>
#include <linux/init.h>
#include <linux/pfn.h>

#include <asm/bootparam.h>
#include <asm/page.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/platform.h>
#include <xen/xen.h>

#include "../firmware.h"
#include "cpu.h"

#define LOADER_XEN	(9 << 4)

/* Ask for one piece of the firmware's data; @op holds what the type wants besides. */
static int __init firmware_query(struct xen_platform_op *op, unsigned int type,
				 unsigned int index)
{
	op->cmd = XENPF_firmware_info;
	op->u.firmware_info.type = type;
	op->u.firmware_info.index = index;
	return HYPERVISOR_platform_op(op);
}

#if IS_ENABLED(CONFIG_EDD)

static bool __init edd_read_disk(unsigned int nr)
{
	struct edd_info *disk = &boot_params.eddbuf[nr];
	struct xen_platform_op op = { };

	disk->params.length = sizeof(disk->params);
	set_xen_guest_handle(op.u.firmware_info.u.disk_info.edd_params, &disk->params);
	if (firmware_query(&op, XEN_FW_DISK_INFO, nr))
		return false;

	disk->legacy_sectors_per_track = op.u.firmware_info.u.disk_info.legacy_sectors_per_track;
	disk->legacy_max_head = op.u.firmware_info.u.disk_info.legacy_max_head;
	disk->legacy_max_cylinder = op.u.firmware_info.u.disk_info.legacy_max_cylinder;
	disk->interface_support = op.u.firmware_info.u.disk_info.interface_support;
	disk->version = op.u.firmware_info.u.disk_info.version;
	disk->device = op.u.firmware_info.u.disk_info.device;
	return true;
}

static bool __init edd_read_signature(unsigned int nr)
{
	struct xen_platform_op op = { };

	if (firmware_query(&op, XEN_FW_DISK_MBR_SIGNATURE, nr))
		return false;

	boot_params.edd_mbr_sig_buffer[nr] =
		op.u.firmware_info.u.disk_mbr_signature.mbr_signature;
	return true;
}

/**
 * xen_boot_params_edd - the BIOS disks, as the hypervisor found them
 *
 * Early boot, Dom0 only.
 */
void __init xen_boot_params_edd(void)
{
	unsigned int nr = 0;

	while (nr < EDDMAXNR && edd_read_disk(nr))
		nr++;
	boot_params.eddbuf_entries = nr;

	nr = 0;
	while (nr < EDD_MBR_SIG_MAX && edd_read_signature(nr))
		nr++;
	boot_params.edd_mbr_sig_buf_entries = nr;
}

#endif

static void __init fill_keyboard(void)
{
	struct xen_platform_op op = { };

	if (!firmware_query(&op, XEN_FW_KBD_SHIFT_FLAGS, 0))
		boot_params.kbd_status = op.u.firmware_info.u.kbd_shift_flags;
}

/* Dom0's console words are the other half of a union: no ring, no event channel. */
static void __init fill_video(void)
{
	const void *info = (const void *)xen_start_info + xen_start_info->console.dom0.info_off;
	size_t size = xen_start_info->console.dom0.info_size;

	xen_init_vga(info, size, &boot_params.screen_info);

	xen_start_info->console.domU.evtchn = 0;
	xen_start_info->console.domU.mfn = 0;
}

/* A big initrd is not mapped; then a frame number stands for its address. */
static unsigned long __init initrd_address(void)
{
	unsigned long start = xen_start_info->mod_start;

	if (!start)
		return 0;
	return xen_start_info->flags & SIF_MOD_START_PFN ? PFN_PHYS(start) : __pa(start);
}

/**
 * xen_boot_params_fill - fill boot_params
 *
 * Early boot, the kernel's page tables in place.
 */
void __init xen_boot_params_fill(void)
{
	struct setup_header *hdr = &boot_params.hdr;

	hdr->hardware_subarch = X86_SUBARCH_XEN;
	hdr->type_of_loader = LOADER_XEN;
	hdr->cmd_line_ptr = __pa(xen_start_info->cmd_line);
	hdr->ramdisk_size = xen_start_info->mod_len;
	hdr->ramdisk_image = initrd_address();

	if (!xen_initial_domain())
		return;

	fill_video();
	fill_keyboard();
	xen_boot_params_edd();
}
