// SPDX-License-Identifier: GPL-2.0
/*
 * Boot of a PV domain, from the entry point to start_kernel().
 *
 * Each step relies on those before it, in the order of xen_start_kernel(). Up to
 * step_processor() nothing may fault, print, or run code with a stack protector,
 * and hypercalls, though possible from step_domain() on, find no printk() to
 * complain with. Events are masked throughout.
 */
#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/pci.h>
#include <linux/pgtable.h>
#include <linux/static_call.h>
#include <linux/virtio_anchor.h>

#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/desc.h>
#include <asm/fixmap.h>
#include <asm/mtrr.h>
#include <asm/pci_x86.h>
#include <asm/proto.h>
#include <asm/setup.h>
#include <asm/text-patching.h>
#include <asm/tlbflush.h>
#include <asm/x86_init.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/pci.h>

#include <xen/acpi.h>
#include <xen/features.h>
#include <xen/hvc-console.h>
#include <xen/interface/physdev.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "../../kernel/cpu/cpu.h"
#include "../clock.h"
#include "../domain.h"
#include "../firmware.h"
#include "../vcpu.h"
#include "cpu.h"
#include "memmap.h"
#include "mmu/mmu.h"
#include "p2m/p2m.h"
#include "smp.h"

/* Label in entry_64.S: where the kernel leaves by IRET before it is patched. */
extern void early_xen_iret_patch(void);

/*
 * The initial GDT of the boot CPU, read-only from step_processor() on. Its per-cpu
 * address is lost when the real per-cpu areas are made, and by then the page has to
 * become writable again to be freed.
 */
void *xen_initial_gdt;

/* The first word from the hypervisor, and the way to answer. */
static void __init step_domain(struct start_info *info)
{
	clear_bss();

	xen_start_info = info;
	xen_start_flags = info->flags;
	xen_domain_type = XEN_PV_DOMAIN;
	early_boot_irqs_disabled = true;

	__text_gen_insn(&early_xen_iret_patch, JMP32_INSN_OPCODE,
			&early_xen_iret_patch, &xen_iret, JMP32_INSN_SIZE);
	static_call_update_early(xen_hypercall, xen_hypercall_pv);
	xen_setup_features();
}

/* From here on the clock can read the boot CPU's vcpu_info. */
static void __init map_shared_info(void)
{
	unsigned long page = fix_to_virt(FIX_PARAVIRT_BOOTMAP);

	populate_extra_pte(page);
	set_fixmap(FIX_PARAVIRT_BOOTMAP, xen_start_info->shared_info);
	HYPERVISOR_shared_info = (struct shared_info *)page;
	xen_vcpu_info_reset(0);
}

static void __init pv_init_platform(void)
{
	/* before the topology code counts CPUs */
	xen_smp_count_cpus();

	map_shared_info();
	xen_init_time_ops();

	if (xen_initial_domain())
		xen_mtrr_read();
	else
		guest_force_mtrr_state(NULL, 0, MTRR_TYPE_WRBACK);

	/* Without grants a PV domain's memory is out of reach for virtio. */
	if (IS_ENABLED(CONFIG_XEN_VIRTIO))
		virtio_set_mem_acc_cb(xen_virtio_restricted_mem_acc);
}

/* With SMP the boot CPU's preparation does it, in between. */
static void __init pv_guest_late_init(void)
{
	if (!IS_ENABLED(CONFIG_SMP))
		xen_setup_vcpu_info_placement();
}

/* Operations, and hooks of the boot code that has yet to run. */
static void __init step_operations(void)
{
	xen_cpu_ops_install();
	xen_init_irq_ops();

	/* Until its final place is known the vcpu_info is in the dummy page. */
	xen_vcpu_info_reset(0);

	xen_machine_init();
	x86_init.hyper.init_platform = pv_init_platform;
	x86_init.hyper.guest_late_init = pv_guest_late_init;
	x86_init.resources.memory_setup = xen_memory_setup;
	x86_init.oem.banner = xen_banner;
	x86_init.oem.arch_setup = xen_arch_setup;
	x86_init.irqs.intr_mode_init = x86_64_probe_apic;
	x86_init.irqs.intr_mode_select = x86_init_noop;
}

/* Translation between frame numbers, without which no page table can be written. */
static void __init step_frames(void)
{
	xen_setup_machphys_mapping();
	xen_init_mmu_ops();

	/* Global entries are the hypervisor's means to keep its own in the TLB. */
	__default_kernel_pte_mask &= ~_PAGE_GLOBAL;
	__supported_pte_mask &= ~_PAGE_GLOBAL;

	xen_build_dynamic_phys_to_machine();
}

/* What the processor can do; GDT, IDT and features after which C is just C. */
static void __init step_processor(void)
{
	/* The mapping of the GDT must have the NX bit right. */
	get_cpu_cap(&boot_cpu_data);
	x86_configure_nx();

	xen_load_boot_gdt();
	xen_initial_gdt = &per_cpu(gdt_page, 0);

	get_cpu_address_sizes(&boot_cpu_data);

	/* A PV domain boots on the vCPU with number 0. */
	per_cpu(xen_vcpu_id, 0) = 0;

	idt_setup_early_handler();
	xen_cpuid_init_features();
}

static void __init step_subsystems(void)
{
	xen_init_apic();
	xen_smp_init();

	/* The nodes of the host say nothing about a domain's memory. */
	disable_srat();

	xen_pv_hotplug_init();
	local_irq_disable();
}

static void __init step_memory(void)
{
	xen_raw_console_write("mapping kernel into physical memory\n");
	xen_setup_kernel_pagetable((pgd_t *)xen_start_info->pt_base,
				   xen_start_info->nr_pages);
	xen_reserve_special_pages();
}

/* Port access for the kernel, which the quirks of early CPU detection make use of. */
static void __init step_ports(void)
{
	struct physdev_set_iopl op = { .iopl = 1 };
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_set_iopl, &op);

	if (err)
		xen_raw_printk("physdev_op failed %d\n", err);
}

#ifdef CONFIG_ACPI
/* Whether firmware or OS handles corrected memory errors is not Dom0's choice. */
static void __init leave_memory_errors(void)
{
	acpi_disable_cmcff = 1;
}
#else
static inline void leave_memory_errors(void) { }
#endif

#ifdef CONFIG_PCI
static void __init init_pci(void)
{
	if (xen_initial_domain())
		pci_request_acs();
	else if (pci_xen)
		x86_init.pci.arch_init = pci_xen_init;

	/* The PCI BIOS would have to be called in real mode. */
	pci_probe &= ~PCI_PROBE_BIOS;
}
#else
static inline void init_pci(void) { }
#endif

static void __init step_devices(void)
{
	if (xen_initial_domain()) {
		xen_acpi_sleep_register();
		leave_memory_errors();
	}
	init_pci();
	xen_add_preferred_consoles();
}

static void __init step_clock_and_firmware(void)
{
	xen_raw_console_write("about to get started...\n");

	/* for the time stamps of printk() */
	xen_setup_runstate_info(0);
	xen_efi_init(&boot_params);
	cr4_init_shadow();
}

/**
 * xen_start_kernel - first C function of a PV domain
 * @info: the start info page, in the mapping that the domain builder made
 *
 * From head.S, on the initial stack, with the GS base of the initial per-cpu area.
 */
asmlinkage __visible void __init xen_start_kernel(struct start_info *info)
{
	step_domain(info);
	step_operations();
	step_frames();
	step_processor();
	step_subsystems();
	step_memory();
	step_ports();
	xen_boot_params_fill();
	step_devices();
	step_clock_and_firmware();

	x86_64_start_reservations((char *)__pa_symbol(&boot_params));
}
