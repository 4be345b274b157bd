// SPDX-License-Identifier: GPL-2.0
/*
 * The machine that a PV domain is: how it ends, what its platform hooks say.
 */
#include <linux/init.h>
#include <linux/reboot.h>

#include <asm/hypervisor.h>
#include <asm/mach_traps.h>
#include <asm/reboot.h>
#include <asm/x86_init.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/nmi.h>
#include <xen/interface/sched.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>

#include "../domain.h"
#include "../vcpu.h"
#include "cpu.h"

static void machine_reset(char *command)
{
	xen_reboot(SHUTDOWN_reboot);
}

static void machine_off(void)
{
	xen_reboot(SHUTDOWN_poweroff);
}

/* Dom0's ACPI turns off the host; for a guest this returns. */
static void machine_off_with_handlers(void)
{
	do_kernel_power_off();
	machine_off();
}

static void machine_crash(struct pt_regs *regs)
{
	xen_reboot(SHUTDOWN_crash);
}

static const struct machine_ops pv_machine_ops __initconst = {
	.emergency_restart = xen_emergency_restart,
	.restart = machine_reset,
	.power_off = machine_off_with_handlers,
	.halt = machine_off,
	.shutdown = machine_off,
	.crash_shutdown = machine_crash,
};

/*
 * Linux expects the bits of the PC's port 0x61.  The hypervisor, which gets the
 * hardware's NMI, leaves the reason in the shared info page.
 */
static unsigned char nmi_reason(void)
{
	unsigned long xen_reason = READ_ONCE(HYPERVISOR_shared_info->arch.nmi_reason);
	unsigned char port_61 = 0;

	if (xen_reason & BIT(_XEN_NMIREASON_pci_serr))
		port_61 |= NMI_REASON_SERR;
	if (xen_reason & BIT(_XEN_NMIREASON_io_error))
		port_61 |= NMI_REASON_IOCHK;
	return port_61;
}

/* The host's clock chip is there for Dom0 alone. */
static void legacy_features(void)
{
	x86_platform.legacy.rtc = xen_initial_domain();
}

/**
 * xen_machine_init - how this machine restarts, halts and crashes
 *
 * Early boot.
 */
void __init xen_machine_init(void)
{
	machine_ops = pv_machine_ops;
	x86_platform.get_nmi_reason = nmi_reason;
	x86_platform.set_legacy_features = legacy_features;
	x86_platform.realmode_reserve = x86_init_noop;
	x86_platform.realmode_init = x86_init_noop;
}

static uint32_t __init pv_detect(void)
{
	return xen_pv_domain() ? xen_cpuid_base() : 0;
}

const __initconst struct hypervisor_x86 x86_hyper_xen_pv = {
	.name = "Xen PV",
	.type = X86_HYPER_XEN_PV,
	.detect = pv_detect,
	.runtime.pin_vcpu = xen_pin_vcpu,
	.ignore_nopv = true,
};
