// SPDX-License-Identifier: GPL-2.0
/*
 * What the operating system can do with a processor, as told to the firmware by _OSC and
 * _PDC: under a hypervisor, what the hypervisor can.
 */
#include <linux/acpi.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include <acpi/processor.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/xen.h>
#include <xen/interface/platform.h>

/**
 * xen_sanitize_proc_cap_bits - correct the capabilities that are told to the firmware
 * @cap: ACPI_PROC_CAP_* bits as this kernel would have them; left alone on an error
 *
 * The hypervisor takes and gives a buffer as _PDC has it: revision, number of words,
 * the words (xen/include/public/platform.h, XEN_PM_PDC).
 *
 * Context: initial domain; any.
 */
void xen_sanitize_proc_cap_bits(uint32_t *cap)
{
	u32 pdc[] = { ACPI_PDC_REVISION_ID, 1, *cap };
	struct xen_platform_op op = {
		.cmd = XENPF_set_processor_pminfo,
		.u.set_pminfo = { .type = XEN_PM_PDC, .id = -1 },
	};
	int err;

	set_xen_guest_handle(op.u.set_pminfo.pdc, pdc);
	err = HYPERVISOR_platform_op(&op);
	if (!err)
		*cap = pdc[ARRAY_SIZE(pdc) - 1];
	else
		pr_err("xen_cpu: sanitize of _PDC buffer bits from Xen failed: %d\n", err);
}
