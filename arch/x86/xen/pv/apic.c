// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC that PV domains have not got.
 *
 * Interrupts come as events and IPIs go as events, so nearly everything here is for
 * the kernel code that takes a local APIC for granted. The one register with an
 * effect is the PMU's entry of the local vector table. The initial domain reads the
 * machine's I/O APICs through the hypervisor.
 *
 * APIC IDs are the whole 32 bits that x2APIC has, as there is no register layout to
 * fit them into.
 */
#include <linux/init.h>
#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/io_apic.h>
#include <asm/processor.h>
#include <asm/x86_init.h>
#include <asm/xen/hypercall.h>

#include <xen/xen.h>
#include <xen/interface/physdev.h>
#include <xen/interface/platform.h>

#include "../ipi.h"
#include "cpu.h"
#include "pmu.h"

/* An integrated APIC, as all since the Pentium 4. */
#define PV_APIC_VERSION		0x14

/* What an I/O APIC says that the hypervisor does not let us read: 24 pins, version 32. */
#define PV_IOAPIC_REG_ID	0
#define PV_IOAPIC_REG_VERSION	1
#define PV_IOAPIC_VERSION	0x00170020
#define PV_IOAPIC_OTHER		0xfd

static unsigned int pv_ioapic_read(unsigned int ioapic, unsigned int reg)
{
	struct physdev_apic op = {
		.apic_physbase = mpc_ioapic_addr(ioapic),
		.reg = reg,
	};

	if (!HYPERVISOR_physdev_op(PHYSDEVOP_apic_read, &op))
		return op.value;

	switch (reg) {
	case PV_IOAPIC_REG_ID:
		return ioapic << 24;
	case PV_IOAPIC_REG_VERSION:
		return PV_IOAPIC_VERSION;
	default:
		return PV_IOAPIC_OTHER;
	}
}

/* The initial domain's CPUs pass for the machine's processors of the same numbers. */
static u32 pv_apic_id(void)
{
	int cpu = smp_processor_id();
	struct xen_platform_op op = {
		.cmd = XENPF_get_cpuinfo,
		.u.pcpu_info.xen_cpuid = cpu,
	};

	if (xen_initial_domain() && !HYPERVISOR_platform_op(&op))
		return op.u.pcpu_info.apic_id;

	/* What the tables say, or would say: the boot CPU is asked before there are any. */
	return cpu || xen_initial_domain() ? cpuid_to_apicid[cpu] : 0;
}

static u32 pv_apic_read(u32 reg)
{
	switch (reg) {
	case APIC_ID:
		return pv_apic_id();
	case APIC_LVR:
		return PV_APIC_VERSION;
	default:
		return 0;
	}
}

static u32 pv_apic_id_of_register(u32 value)
{
	return value;
}

static void pv_apic_write(u32 reg, u32 value)
{
	if (reg == APIC_LVTPC)
		pmu_apic_update(value);
	else
		WARN(1, "register: %x, value: %x\n", reg, value);
}

/* These drive hardware; whoever calls them does not know where it runs. */
static void pv_apic_eoi(void)
{
	WARN_ON_ONCE(1);
}

static void pv_apic_icr_write(u32 low, u32 id)
{
	WARN_ON_ONCE(1);
}

static u64 pv_apic_icr_read(void)
{
	return 0;
}

static int pv_apic_probe(void)
{
	return xen_pv_domain();
}

static int pv_apic_fits_madt(char *oem_id, char *oem_table_id)
{
	return xen_pv_domain();
}

static u32 pv_apic_id_of_cpu(int cpu)
{
	return cpu_present(cpu) ? cpu_data(cpu).topo.apicid : BAD_APICID;
}

static struct apic pv_apic __ro_after_init = {
	.name				= "Xen PV",
	.max_apic_id			= UINT_MAX,

	.acpi_madt_oem_check		= pv_apic_fits_madt,
	.probe				= pv_apic_probe,

	.get_apic_id			= pv_apic_id_of_register,
	.cpu_present_to_apicid		= pv_apic_id_of_cpu,
	.calc_dest_apicid		= apic_flat_calc_apicid,

	.read				= pv_apic_read,
	.write				= pv_apic_write,
	.icr_read			= pv_apic_icr_read,
	.icr_write			= pv_apic_icr_write,
	.eoi				= pv_apic_eoi,

#ifdef CONFIG_SMP
	.send_IPI_self			= xen_send_IPI_self,
	.send_IPI_all			= xen_send_IPI_all,
	.send_IPI_allbutself		= xen_send_IPI_allbutself,
	.send_IPI_mask			= xen_send_IPI_mask,
	.send_IPI_mask_allbutself	= xen_send_IPI_mask_allbutself,
#endif
};

apic_driver(pv_apic);

/**
 * xen_init_apic - read I/O APICs through the hypervisor
 *
 * Context: early boot of a PV domain.
 */
void __init xen_init_apic(void)
{
	x86_apic_ops.io_apic_read = pv_ioapic_read;
}
