// SPDX-License-Identifier: GPL-2.0
/*
 * EFI in the initial domain of a hypervisor that was booted by EFI.
 *
 * The firmware is the hypervisor's. It tells where the configuration tables are, and
 * makes the run-time calls for us (drivers/xen/efi.c). From what it tells, this makes
 * a system table for the kernel to parse like any firmware's; what the kernel has no
 * use for under the hypervisor is marked invalid.
 */
#include <linux/bitops.h>
#include <linux/efi.h>
#include <linux/init.h>
#include <linux/string.h>

#include <asm/page.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>

#include <xen/xen.h>
#include <xen/xen-ops.h>
#include <xen/interface/platform.h>

#include "firmware.h"

#define VENDOR_LENGTH	100	/* as much as the kernel prints */

static efi_char16_t efi_vendor[VENDOR_LENGTH] __initdata = L"UNKNOWN";

static efi_system_table_t efi_table __initdata = {
	.hdr.signature	= EFI_SYSTEM_TABLE_SIGNATURE,
	.fw_vendor	= EFI_INVALID_TABLE_ADDR,
	.con_in_handle	= EFI_INVALID_TABLE_ADDR,
	.con_out_handle	= EFI_INVALID_TABLE_ADDR,
	.stderr_handle	= EFI_INVALID_TABLE_ADDR,
	.stderr		= EFI_INVALID_TABLE_ADDR,
	.runtime	= (efi_runtime_services_t *)EFI_INVALID_TABLE_ADDR,
	.boottime	= (efi_boot_services_t *)EFI_INVALID_TABLE_ADDR,
	.tables		= EFI_INVALID_TABLE_ADDR,
};

/* Ask for one kind of information; @info has what goes in and what comes out. */
static bool __init efi_ask(u32 index, union xenpf_efi_info *info)
{
	struct xen_platform_op op = {
		.cmd = XENPF_firmware_info,
		.u.firmware_info.type = XEN_FW_EFI_INFO,
		.u.firmware_info.index = index,
		.u.firmware_info.u.efi_info = *info,
	};

	if (HYPERVISOR_platform_op(&op) < 0)
		return false;

	*info = op.u.firmware_info.u.efi_info;
	return true;
}

static void __init efi_fill_vendor(void)
{
	union xenpf_efi_info info = { .vendor.bufsz = sizeof(efi_vendor) };

	set_xen_guest_handle(info.vendor.name, efi_vendor);
	if (efi_ask(XEN_FW_EFI_VENDOR, &info))
		efi_table.fw_revision = info.vendor.revision;
	efi_table.fw_vendor = __pa_symbol(efi_vendor);
}

static void __init efi_fill_versions(void)
{
	union xenpf_efi_info info = {};

	if (efi_ask(XEN_FW_EFI_VERSION, &info))
		efi_table.hdr.revision = info.version;
	if (efi_ask(XEN_FW_EFI_RT_VERSION, &info))
		efi.runtime_version = info.version;
}

static bool __init efi_fill_table(void)
{
	union xenpf_efi_info info = {};

	if (!efi_ask(XEN_FW_EFI_CONFIG_TABLE, &info))
		return false;

	efi_table.tables = info.cfg.addr;
	efi_table.nr_tables = info.cfg.nent;
	efi_fill_vendor();
	efi_fill_versions();
	return true;
}

/* The machine's owner can tell shim not to check what it loads. */
static bool __init efi_shim_is_insecure(void)
{
	efi_guid_t guid = EFI_SHIM_LOCK_GUID;
	unsigned long size = sizeof(u8);
	u8 insecure;

	return efi.get_variable(L"MokSBStateRT", &guid, NULL, &size, &insecure) ==
	       EFI_SUCCESS && insecure == 1;
}

static enum efi_secureboot_mode __init efi_secure_boot(void)
{
	enum efi_secureboot_mode mode = efi_get_secureboot_mode(efi.get_variable);

	switch (mode) {
	case efi_secureboot_mode_unknown:
		pr_err("Could not determine UEFI Secure Boot status.\n");
		return mode;
	case efi_secureboot_mode_enabled:
		if (efi_shim_is_insecure())
			return efi_secureboot_mode_disabled;
		pr_info("UEFI Secure Boot is enabled.\n");
		return mode;
	default:
		return mode;
	}
}

/**
 * xen_efi_init - have the kernel believe that EFI started it, if it was there
 * @boot_params: what the boot loader would have filled in
 *
 * Context: early boot.
 */
void __init xen_efi_init(struct boot_params *boot_params)
{
	struct efi_info *info = &boot_params->efi_info;
	u64 table = __pa_symbol(&efi_table);

	if (!xen_initial_domain() || !efi_fill_table())
		return;

	xen_efi_runtime_setup();

	strscpy((char *)&info->efi_loader_signature, "Xen", sizeof(info->efi_loader_signature));
	info->efi_systab = lower_32_bits(table);
	info->efi_systab_hi = upper_32_bits(table);

	boot_params->secure_boot = efi_secure_boot();

	__set_bit(EFI_64BIT, &efi.flags);
	__set_bit(EFI_PARAVIRT, &efi.flags);
	__set_bit(EFI_BOOT, &efi.flags);
}
