// SPDX-License-Identifier: GPL-2.0
/*
 * A domain that runs with hardware virtualisation, found by the processor's CPUID
 * leaves: an HVM guest on an emulated PC, or a PVH domain. Linux runs in it as on
 * hardware, and takes the hypervisor's own services where they are better.
 *
 * Everything here runs at boot on one processor, but for the end of the domain.
 */
#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/virtio_anchor.h>

#include <asm/apic.h>
#include <asm/hypervisor.h>
#include <asm/paravirt.h>
#include <asm/reboot.h>
#include <asm/setup.h>
#include <asm/x86_init.h>
#include <asm/xen/cpuid.h>
#include <asm/xen/hypervisor.h>

#include <xen/events.h>
#include <xen/features.h>
#include <xen/interface/sched.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "../clock.h"
#include "../domain.h"
#include "../vcpu.h"
#include "hvm.h"

/* Xen's leaves count from their base; these have no name in its headers. */
#define GUEST_LEAF_VERSION	1
#define GUEST_LEAF_HVM		4

/* The boot processor is not always vCPU 0: after kexec it is any of them. */
static void __init guest_find_vcpu_id(void)
{
	u32 flags, id, unused;

	cpuid(xen_cpuid_base() + GUEST_LEAF_HVM, &flags, &id, &unused, &unused);
	if (!(flags & XEN_HVM_CPUID_VCPU_ID_PRESENT))
		id = smp_processor_id();
	this_cpu_write(xen_vcpu_id, id);
}

static void __init guest_identify(void)
{
	u32 version = cpuid_eax(xen_cpuid_base() + GUEST_LEAF_VERSION);

	pr_info("Xen version %d.%d.\n", version >> 16, version & 0xffff);

	xen_domain_type = XEN_HVM_DOMAIN;
	pv_info.name = xen_pvh_domain() ? "Xen PVH" : "Xen HVM";
	xen_setup_features();
	guest_find_vcpu_id();
}

/*
 * The new kernel of a kexec finds the domain as it was at its start only if the
 * hypervisor resets it: what this kernel has registered would stay.
 */
static void guest_shutdown(void)
{
	native_machine_shutdown();
	if (kexec_in_progress)
		xen_reboot(SHUTDOWN_soft_reset);
}

static void guest_crash_shutdown(struct pt_regs *regs)
{
	native_machine_crash_shutdown(regs);
	xen_reboot(SHUTDOWN_soft_reset);
}

static void __init guest_set_machine_ops(void)
{
	if (IS_ENABLED(CONFIG_KEXEC_CORE))
		machine_ops.shutdown = guest_shutdown;
	if (IS_ENABLED(CONFIG_CRASH_DUMP))
		machine_ops.crash_shutdown = guest_crash_shutdown;
}

static void __init guest_init_platform(void)
{
	if (xen_pv_domain())
		return;

	if (IS_ENABLED(CONFIG_XEN_VIRTIO_FORCE_GRANT))
		virtio_set_mem_acc_cb(xen_virtio_restricted_mem_acc);

	guest_identify();

	/* Clock and upcall go through the boot processor's vcpu_info. */
	xen_hvm_reserve_shared_info();
	xen_hvm_init_shared_info();
	xen_vcpu_info_reset(0);

	xen_panic_handler_init();
	xen_hvm_smp_init();
	WARN_ON(xen_hvm_cpuhp_init());

	/* Before the bus is searched for the devices that are to go. */
	xen_unplug_emulated_devices();

	x86_init.irqs.intr_init = xen_init_IRQ;
	xen_hvm_init_time_ops();
	xen_hvm_init_mmu_ops();
	guest_set_machine_ops();
}

static bool __init guest_x2apic_available(void)
{
	return x2apic_supported();
}

/* Can an interrupt message's destination have more than eight bits? */
static bool __init guest_msi_ext_dest_id(void)
{
	return cpuid_eax(xen_cpuid_base() + GUEST_LEAF_HVM) &
	       XEN_HVM_CPUID_EXT_DEST_ID;
}

/*
 * "nopv" on an emulated PC: it is run as if there were no hypervisor. Only the
 * check for PVH stays, which cannot be run like that and says so.
 */
static void __init guest_ignore_xen(void)
{
	struct x86_hyper_init *init = &x86_hyper_xen_hvm.init;

	init->init_platform = x86_init_noop;
	init->x2apic_available = bool_x86_init_noop;
	init->init_mem_mapping = x86_init_noop;
	init->init_after_bootmem = x86_init_noop;
	x86_hyper_xen_hvm.runtime.pin_vcpu = x86_op_int_noop;
}

static uint32_t __init guest_detect(void)
{
	u32 base = xen_cpuid_base();

	if (xen_pv_domain() || !base)
		return 0;

	xen_hypercall_setfunc();

	if (nopv && xen_pvh_domain()) {
		pr_info("\"nopv\" parameter is ignored in PVH guest\n");
		nopv = false;
	} else if (nopv) {
		guest_ignore_xen();
	}

	return base;
}

struct hypervisor_x86 x86_hyper_xen_hvm __initdata = {
	.name			= "Xen HVM",
	.type			= X86_HYPER_XEN_HVM,
	.detect			= guest_detect,
	.ignore_nopv		= true,		/* guest_detect() looks after it */
	.init = {
		.init_platform		= guest_init_platform,
		.guest_late_init	= xen_pvh_late_init,
		.x2apic_available	= guest_x2apic_available,
		.msi_ext_dest_id	= guest_msi_ext_dest_id,
		.init_mem_mapping	= xen_hvm_remap_shared_info,
	},
	.runtime = {
		.pin_vcpu		= xen_pin_vcpu,
	},
};

static int __init guest_parse_xen_nopv(char *arg)
{
	pr_notice("\"xen_nopv\" is deprecated, please use \"nopv\" instead\n");

	/* Other hypervisors are none of its business. */
	if (xen_cpuid_base())
		nopv = true;
	return 0;
}
early_param("xen_nopv", guest_parse_xen_nopv);
