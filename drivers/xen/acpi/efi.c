// SPDX-License-Identifier: GPL-2.0
/*
 * UEFI's run-time services and memory map in the initial domain of a hypervisor that was
 * started by UEFI. The firmware is mapped in the hypervisor only, which makes the calls.
 *
 * Each service is one call with its own part of a union. A service that the hypervisor
 * cannot call is one that the firmware does not support; nothing is written then to where
 * the caller wants its results. No state, no locks.
 */
#include <linux/efi.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <asm/xen/hypercall.h>

#include <xen/page.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>
#include <xen/interface/xen.h>
#include <xen/interface/platform.h>
#include <xen/interface/sched.h>

/* The hypervisor has structures of the same layout under names of its own. */
#define efi_copy(_to, _from) do {					\
	typeof(_to) to = (_to);						\
	typeof(_from) from = (_from);					\
									\
	static_assert(sizeof(*to) == sizeof(*from));			\
	memcpy(to, from, sizeof(*to));					\
} while (0)

/* Did the firmware get the call? Its answer is in call->status then. */
static bool efi_make(struct xenpf_efi_runtime_call *call, u32 function)
{
	struct xen_platform_op op = {
		.cmd = XENPF_efi_runtime_call,
		.u.efi_runtime_call = *call,
	};
	int err;

	op.u.efi_runtime_call.function = function;
	err = HYPERVISOR_platform_op(&op);
	*call = op.u.efi_runtime_call;
	return err >= 0;
}

/* What came with version 2 of the specification. */
static bool efi_is_version_2(void)
{
	return efi.runtime_version >= EFI_2_00_SYSTEM_TABLE_REVISION;
}

/* Time */

static efi_status_t xen_efi_get_time(efi_time_t *time, efi_time_cap_t *cap)
{
	struct xenpf_efi_runtime_call call = {};

	if (!efi_make(&call, XEN_EFI_get_time))
		return EFI_UNSUPPORTED;

	if (time)
		efi_copy(time, &call.u.get_time.time);
	if (cap) {
		cap->accuracy = call.u.get_time.accuracy;
		cap->resolution = call.u.get_time.resolution;
		cap->sets_to_zero = !!(call.misc & XEN_EFI_GET_TIME_SET_CLEARS_NS);
	}
	return call.status;
}

static efi_status_t xen_efi_set_time(efi_time_t *time)
{
	struct xenpf_efi_runtime_call call = {};

	efi_copy(&call.u.set_time, time);
	return efi_make(&call, XEN_EFI_set_time) ? call.status : EFI_UNSUPPORTED;
}

static efi_status_t xen_efi_get_wakeup_time(efi_bool_t *enabled, efi_bool_t *pending,
					    efi_time_t *time)
{
	struct xenpf_efi_runtime_call call = {};

	if (!efi_make(&call, XEN_EFI_get_wakeup_time))
		return EFI_UNSUPPORTED;

	if (enabled)
		*enabled = !!(call.misc & XEN_EFI_GET_WAKEUP_TIME_ENABLED);
	if (pending)
		*pending = !!(call.misc & XEN_EFI_GET_WAKEUP_TIME_PENDING);
	if (time)
		efi_copy(time, &call.u.get_wakeup_time);
	return call.status;
}

static efi_status_t xen_efi_set_wakeup_time(efi_bool_t enable, efi_time_t *time)
{
	struct xenpf_efi_runtime_call call = {
		.misc = enable ? XEN_EFI_SET_WAKEUP_TIME_ENABLE : 0,
	};

	if (time)
		efi_copy(&call.u.set_wakeup_time, time);
	else
		call.misc |= XEN_EFI_SET_WAKEUP_TIME_ENABLE_ONLY;

	return efi_make(&call, XEN_EFI_set_wakeup_time) ? call.status : EFI_UNSUPPORTED;
}

/* Variables */

static efi_status_t xen_efi_get_variable(efi_char16_t *name, efi_guid_t *vendor, u32 *attr,
					 unsigned long *size, void *data)
{
	struct xenpf_efi_runtime_call call = { .u.get_variable.size = *size };

	efi_copy(&call.u.get_variable.vendor_guid, vendor);
	set_xen_guest_handle(call.u.get_variable.name, name);
	set_xen_guest_handle(call.u.get_variable.data, data);
	if (!efi_make(&call, XEN_EFI_get_variable))
		return EFI_UNSUPPORTED;

	/* With EFI_BUFFER_TOO_SMALL, too: how much it would need. */
	*size = call.u.get_variable.size;
	if (attr)
		*attr = call.misc;
	return call.status;
}

static efi_status_t xen_efi_get_next_variable(unsigned long *size, efi_char16_t *name,
					      efi_guid_t *vendor)
{
	struct xenpf_efi_runtime_call call = { .u.get_next_variable_name.size = *size };

	efi_copy(&call.u.get_next_variable_name.vendor_guid, vendor);
	set_xen_guest_handle(call.u.get_next_variable_name.name, name);
	if (!efi_make(&call, XEN_EFI_get_next_variable_name))
		return EFI_UNSUPPORTED;

	efi_copy(vendor, &call.u.get_next_variable_name.vendor_guid);
	*size = call.u.get_next_variable_name.size;
	return call.status;
}

static efi_status_t xen_efi_set_variable(efi_char16_t *name, efi_guid_t *vendor, u32 attr,
					 unsigned long size, void *data)
{
	struct xenpf_efi_runtime_call call = { .misc = attr, .u.set_variable.size = size };

	efi_copy(&call.u.set_variable.vendor_guid, vendor);
	set_xen_guest_handle(call.u.set_variable.name, name);
	set_xen_guest_handle(call.u.set_variable.data, data);
	return efi_make(&call, XEN_EFI_set_variable) ? call.status : EFI_UNSUPPORTED;
}

static efi_status_t xen_efi_query_variable_info(u32 attr, u64 *total, u64 *left, u64 *largest)
{
	struct xenpf_efi_runtime_call call = { .u.query_variable_info.attr = attr };

	if (!efi_is_version_2() || !efi_make(&call, XEN_EFI_query_variable_info))
		return EFI_UNSUPPORTED;

	*total = call.u.query_variable_info.max_store_size;
	*left = call.u.query_variable_info.remain_store_size;
	*largest = call.u.query_variable_info.max_size;
	return call.status;
}

/* Other services */

static efi_status_t xen_efi_get_next_high_mono_count(u32 *count)
{
	struct xenpf_efi_runtime_call call = {};

	if (!efi_make(&call, XEN_EFI_get_next_high_monotonic_count))
		return EFI_UNSUPPORTED;

	*count = call.misc;
	return call.status;
}

static efi_status_t xen_efi_update_capsule(efi_capsule_header_t **capsules,
					   unsigned long count, unsigned long sg_list)
{
	struct xenpf_efi_runtime_call call = {
		.u.update_capsule = { .capsule_count = count, .sg_list = sg_list },
	};

	set_xen_guest_handle(call.u.update_capsule.capsule_header_array, capsules);
	if (!efi_is_version_2() || !efi_make(&call, XEN_EFI_update_capsule))
		return EFI_UNSUPPORTED;

	return call.status;
}

static efi_status_t xen_efi_query_capsule_caps(efi_capsule_header_t **capsules,
					       unsigned long count, u64 *max_size,
					       int *reset_type)
{
	struct xenpf_efi_runtime_call call = {
		.u.query_capsule_capabilities.capsule_count = count,
	};

	set_xen_guest_handle(call.u.query_capsule_capabilities.capsule_header_array, capsules);
	if (!efi_is_version_2() || !efi_make(&call, XEN_EFI_query_capsule_capabilities))
		return EFI_UNSUPPORTED;

	*reset_type = call.u.query_capsule_capabilities.reset_type;
	*max_size = call.u.query_capsule_capabilities.max_capsule_size;
	return call.status;
}

/* The hypervisor resets the machine, in the way that it was told to. */
static void xen_efi_reset_system(int type, efi_status_t status, unsigned long size,
				 efi_char16_t *data)
{
	xen_reboot(type == EFI_RESET_SHUTDOWN ? SHUTDOWN_poweroff : SHUTDOWN_reboot);
}

/**
 * xen_efi_runtime_setup - have the kernel's run-time services made by the hypervisor
 *
 * The rest of struct efi is filled as if the firmware was there.
 *
 * Context: init, initial domain.
 */
void __init xen_efi_runtime_setup(void)
{
	efi.query_capsule_caps = xen_efi_query_capsule_caps;
	efi.update_capsule = xen_efi_update_capsule;

	efi.query_variable_info_nonblocking = xen_efi_query_variable_info;
	efi.set_variable_nonblocking = xen_efi_set_variable;
	efi.query_variable_info = xen_efi_query_variable_info;
	efi.get_next_variable = xen_efi_get_next_variable;
	efi.set_variable = xen_efi_set_variable;
	efi.get_variable = xen_efi_get_variable;

	efi.set_wakeup_time = xen_efi_set_wakeup_time;
	efi.get_wakeup_time = xen_efi_get_wakeup_time;
	efi.set_time = xen_efi_set_time;
	efi.get_time = xen_efi_get_time;

	efi.get_next_high_mono_count = xen_efi_get_next_high_mono_count;
	efi.reset_system = xen_efi_reset_system;
}

/* The memory map */

static int efi_ask_memory(u64 addr, struct xen_platform_op *op)
{
	*op = (struct xen_platform_op) {
		.cmd = XENPF_firmware_info,
		.u.firmware_info = {
			.index = XEN_FW_EFI_MEM_INFO,
			.type = XEN_FW_EFI_INFO,
			.u.efi_info.mem = { .addr = addr, .size = U64_MAX - addr },
		},
	};

	return HYPERVISOR_platform_op(op);
}

/**
 * efi_mem_desc_lookup - what the firmware's memory map says of an address
 * @phys_addr: the address, in bytes
 * @out_md: the answer, of the part that starts there
 *
 * Replaces the kernel's own where the map is not the kernel's but the hypervisor's.
 *
 * Context: any.
 * Return: 0; -errno if the map does not tell, with @out_md of type EFI_RESERVED_TYPE.
 */
int efi_mem_desc_lookup(u64 phys_addr, efi_memory_desc_t *out_md)
{
	static_assert(EFI_PAGE_SHIFT == XEN_PAGE_SHIFT);
	u64 page = phys_addr & ~(u64)(EFI_PAGE_SIZE - 1);
	struct xen_platform_op op;
	const union xenpf_efi_info *info = &op.u.firmware_info.u.efi_info;
	int err;

	if (!efi_enabled(EFI_PARAVIRT) || efi_enabled(EFI_MEMMAP))
		return __efi_mem_desc_lookup(phys_addr, out_md);

	err = efi_ask_memory(page, &op);
	if (err) {
		pr_warn("Failed to lookup header 0x%llx in Xen memory map: error %d\n", page, err);
		*out_md = (efi_memory_desc_t) { .type = EFI_RESERVED_TYPE, .phys_addr = page };
		return err;
	}

	*out_md = (efi_memory_desc_t) {
		.type = info->mem.type,
		.attribute = info->mem.attr,
		.phys_addr = info->mem.addr,
		.num_pages = info->mem.size >> EFI_PAGE_SHIFT,
	};
	return 0;
}

/**
 * xen_efi_config_table_is_usable - is one of the firmware's tables still there?
 * @guid: which one
 * @table: its address
 *
 * The hypervisor has made use of what is free after boot services have ended, unless it
 * was told not to. A table that the map does not mention is none of that memory.
 *
 * Context: init.
 * Return: true if it can be read.
 */
bool __init xen_efi_config_table_is_usable(const efi_guid_t *guid, unsigned long table)
{
	efi_memory_desc_t md;

	if (!efi_enabled(EFI_PARAVIRT))
		return true;

	if (efi_mem_desc_lookup(table, &md))
		return !efi_enabled(EFI_MEMMAP);

	return md.type == EFI_RESERVED_TYPE || md.type == EFI_ACPI_MEMORY_NVS ||
	       md.type == EFI_ACPI_RECLAIM_MEMORY || md.type == EFI_RUNTIME_SERVICES_DATA ||
	       md.type == EFI_RUNTIME_SERVICES_CODE;
}
