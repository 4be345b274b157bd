// SPDX-License-Identifier: GPL-2.0
/*
 * A PVH domain: hardware virtualisation without an emulated PC, entered at
 * <platform/pvh/head.S> with paging off and a structure that says what is there.
 *
 * What runs before .bss is cleared must neither use it nor count on anything that
 * the kernel's start does: xen_pvh_init() and mem_map_via_hcall().
 */
#include <linux/acpi.h>
#include <linux/cpufreq.h>
#include <linux/cpuidle.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/panic.h>

#include <asm/hypervisor.h>
#include <asm/io_apic.h>
#include <asm/paravirt.h>
#include <asm/processor.h>
#include <asm/reboot.h>
#include <asm/setup.h>
#include <asm/x86_init.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/hvc-console.h>
#include <xen/interface/memory.h>
#include <xen/interface/platform.h>
#include <xen/xen.h>

#include "../domain.h"
#include "../firmware.h"
#include "../hvm/hvm.h"
#include "memmap.h"

/* Not in .bss, see above. */
bool xen_pvh __ro_after_init;
EXPORT_SYMBOL_GPL(xen_pvh);

/*
 * Dom0 sees the host's ACPI tables, but the processors' idle states and frequency
 * are the hypervisor's. A guest's tables, made by the toolstack, have no such things.
 */
static void __init pvh_leave_power_to_xen(void)
{
	disable_cpuidle();
	disable_cpufreq();
	WARN_ON(xen_set_default_idle());
}

static void __init pvh_arch_setup(void)
{
	xen_pvh_plan_extra_mem(&boot_params, xen_add_extra_mem);

	if (xen_initial_domain()) {
		xen_add_preferred_consoles();
		pvh_leave_power_to_xen();
	}
}

/* The screen that the hypervisor's boot loader has set up. */
static void __init pvh_find_screen(struct screen_info *screen)
{
	struct xen_platform_op op = { .cmd = XENPF_get_dom0_console };
	int size = HYPERVISOR_platform_op(&op);

	if (size > 0)
		xen_init_vga(&op.u.dom0_console,
			     min_t(size_t, size, sizeof(op.u.dom0_console)),
			     screen);
}

/**
 * xen_pvh_init - note that this is a PVH domain of Xen, and what it is told
 * @params: the boot parameters that the entry makes up for the kernel
 *
 * Context: the PVH entry, before .bss is cleared.
 */
void __init xen_pvh_init(struct boot_params *params)
{
	xen_pvh = true;
	xen_domain_type = XEN_HVM_DOMAIN;
	xen_start_flags = pvh_start_info.flags;

	x86_init.oem.banner = xen_banner;
	x86_init.oem.arch_setup = pvh_arch_setup;

	xen_efi_init(params);
	if (xen_initial_domain())
		pvh_find_screen(&params->screen_info);
}

/**
 * mem_map_via_hcall - ask the hypervisor for the memory map
 * @params: gets the map
 *
 * For hypervisors that do not hand it over at the start. There is no way to go on
 * without it, and nobody yet to tell but the hypervisor's log.
 *
 * Context: the PVH entry, before .bss is cleared.
 */
void __init mem_map_via_hcall(struct boot_params *params)
{
	struct xen_memory_map map = {
		.nr_entries = ARRAY_SIZE(params->e820_table),
	};
	int err;

	set_xen_guest_handle(map.buffer, params->e820_table);
	err = HYPERVISOR_memory_op(XENMEM_memory_map, &map);
	if (err) {
		xen_raw_printk("XENMEM_memory_map failed (%d)\n", err);
		BUG();
	}
	params->e820_entries = map.nr_entries;
}

/**
 * xen_pvh_late_init - is it PVH, also if it was not entered as such?
 *
 * A boot loader in a PVH domain enters the kernel as on a PC. The ACPI tables of
 * such a domain say that there is neither clock chip nor screen of a PC.
 *
 * Context: boot, with the ACPI tables read.
 */
void __init xen_pvh_late_init(void)
{
	bool pc = x86_platform.legacy.rtc || !x86_platform.legacy.no_vga;

	if (pc && !xen_pvh)
		return;
	xen_pvh = true;

	if (nopv)
		panic("\"nopv\" and \"xen_nopv\" parameters are unsupported in PVH guest.");

	/* Without an IO-APIC the kernel would look for a PIC, which is not there either. */
	if (!nr_ioapics && acpi_irq_model == ACPI_IRQ_MODEL_PIC)
		acpi_irq_model = ACPI_IRQ_MODEL_PLATFORM;

	pv_info.name = "Xen PVH";
	machine_ops.emergency_restart = xen_emergency_restart;
}
