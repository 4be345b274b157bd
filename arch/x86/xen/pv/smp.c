// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs of a PV domain.
 *
 * A vCPU comes up by being given a context, once, and being told to run; it goes by
 * telling the hypervisor that it is down. Told to run again, it goes on right there
 * and starts over from the top of its idle task's stack.
 *
 * Owns smp_ops of PV domains, and the interrupts that only these need: irq_work,
 * which hardware has a self-IPI for, and the PMU's.
 *
 * Invariant: a CPU in context_given has a context in the hypervisor, and its GDT
 * page is read-only. CPU hotplug serialises all changes.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/hardirq.h>
#include <linux/irq_work.h>
#include <linux/nmi.h>
#include <linux/pgtable.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/desc.h>
#include <asm/fpu/api.h>
#include <asm/idtentry.h>
#include <asm/io_apic.h>
#include <asm/mmu_context.h>
#include <asm/paravirt.h>
#include <asm/smp.h>
#include <asm/spec-ctrl.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/interface.h>
#include <asm/xen/page.h>

#include <xen/events.h>
#include <xen/features.h>
#include <xen/hvc-console.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <xen/interface/sched.h>
#include <xen/interface/vcpu.h>

#include "../clock.h"
#include "../cpuirq.h"
#include "../ipi.h"
#include "../spinlock.h"
#include "cpu.h"
#include "mmu/mmu.h"
#include "pmu.h"
#include "smp.h"

static cpumask_var_t context_given;

static long vcpu_op(int op, unsigned int cpu, void *arg)
{
	return HYPERVISOR_vcpu_op(op, xen_vcpu_nr(cpu), arg);
}

/*
 * Interrupts
 */

static irqreturn_t pv_irq_work(int irq, void *dev_id)
{
	inc_irq_stat(apic_irq_work_irqs);
	irq_work_run();
	return IRQ_HANDLED;
}

static const struct xen_cpu_irq_type irq_work_type = {
	.prefix = "irqwork",
	.source = XEN_CPU_IRQ_IPI,
	.number = XEN_IRQ_WORK_VECTOR,
	.handler = pv_irq_work,
};

static const struct xen_cpu_irq_type pmu_type = {
	.prefix = "pmu",
	.source = XEN_CPU_IRQ_VIRQ,
	.number = VIRQ_XENPMU,
	.handler = xen_pmu_irq_handler,
};

static DEFINE_PER_CPU(struct xen_cpu_irq, irq_work_irq) = XEN_CPU_IRQ_UNBOUND;
static DEFINE_PER_CPU(struct xen_cpu_irq, pmu_irq) = XEN_CPU_IRQ_UNBOUND;

/**
 * xen_smp_intr_free_pv - close a CPU's event channels that only PV domains have
 * @cpu: a CPU that is not online; its channels may be closed already
 *
 * Context: may sleep.
 */
void xen_smp_intr_free_pv(unsigned int cpu)
{
	xen_cpu_irq_unbind(per_cpu_ptr(&irq_work_irq, cpu));
	xen_cpu_irq_unbind(per_cpu_ptr(&pmu_irq, cpu));
}

/**
 * xen_smp_intr_init_pv - open a CPU's event channels that only PV domains have
 * @cpu: a CPU that is about to come up, or the boot CPU
 *
 * Context: may sleep.
 * Return: 0, or a negative errno with none of them open.
 */
int xen_smp_intr_init_pv(unsigned int cpu)
{
	int rc;

	rc = xen_cpu_irq_bind(per_cpu_ptr(&irq_work_irq, cpu), &irq_work_type, cpu);
	if (!rc && is_xen_pmu)
		rc = xen_cpu_irq_bind(per_cpu_ptr(&pmu_irq, cpu), &pmu_type, cpu);
	if (rc)
		xen_smp_intr_free_pv(cpu);
	return rc;
}

/*
 * The boot CPU
 */

/**
 * xen_smp_count_cpus - learn how many vCPUs the domain has
 *
 * The hypervisor refuses to talk about one that does not exist.
 *
 * Context: early boot.
 */
void __init xen_smp_count_cpus(void)
{
	unsigned int count = 0;

	while (count < nr_cpu_ids && HYPERVISOR_vcpu_op(VCPUOP_is_up, count, NULL) >= 0)
		count++;

	pr_info("Xen PV: Detected %u vCPUS\n", count);
	if (count < nr_cpu_ids)
		set_nr_cpu_ids(count);
}

/* A guest has no firmware tables to find CPUs in: one APIC each, numbered alike. */
static void __init pv_invent_apics(void)
{
	u32 id;

	topology_register_boot_apic(0);
	for (id = 0; id < nr_cpu_ids; id++)
		topology_register_apic(id, CPU_ACPIID_INVALID, true);

	smp_found_config = 1;
}

static void __init pv_prepare_boot_cpu(void)
{
	native_smp_prepare_boot_cpu();

	/*
	 * That moved to the GDT in the per-CPU area. The one used until now goes back
	 * to the allocator and has to be writable.
	 */
	if (!xen_feature(XENFEAT_writable_page_tables))
		make_lowmem_page_readwrite(xen_initial_gdt);

	xen_setup_vcpu_info_placement();

	/* Before alternatives are patched in, as they follow pv_ops. */
	xen_init_spinlocks();
}

/* Event channels carry all interrupts; switching off what they replace cannot work. */
static void __init pv_refuse_noapic(unsigned int max_cpus)
{
	const char *why = max_cpus ?
		"The noapic parameter is incompatible with Xen" :
		"The nosmp parameter is incompatible with Xen; use Xen dom0_max_vcpus=1 parameter";

	if (!ioapic_is_disabled)
		return;

	xen_raw_printk("%s\n", why);
	panic("%s", why);
}

static void __init pv_limit_cpus(unsigned int max_cpus)
{
	unsigned int cpu;

	for (cpu = nr_cpu_ids - 1; cpu && num_possible_cpus() > max_cpus; cpu--)
		set_cpu_possible(cpu, false);

	for_each_possible_cpu(cpu)
		set_cpu_present(cpu, true);
}

static void __init pv_prepare_cpus(unsigned int max_cpus)
{
	pv_refuse_noapic(max_cpus);

	xen_init_lock_cpu(0);
	smp_prepare_cpus_common();
	speculative_store_bypass_ht_init();
	xen_pmu_init(0);

	if (xen_smp_intr_init(0) || xen_smp_intr_init_pv(0))
		panic("xen: no event channels for the boot CPU's interrupts\n");

	if (!zalloc_cpumask_var(&context_given, GFP_KERNEL))
		panic("xen: no memory for a mask of CPUs\n");
	cpumask_set_cpu(0, context_given);

	pv_limit_cpus(max_cpus);
}

/*
 * Bringing CPUs up
 */

/* What the kernel has to know of the processor, and the processor of the kernel. */
static void pv_set_up_processor(void)
{
	cpu_init();
	fpu__init_cpu();
	touch_softlockup_watchdog();

	xen_enable_sysenter();
	xen_enable_syscall();
}

static void pv_introduce_cpu(unsigned int cpu)
{
	smp_store_cpu_info(cpu);
	set_cpu_sibling_map(cpu);
	speculative_store_bypass_ht_init();
	xen_setup_cpu_clockevents();
}

static void pv_enter_online(void)
{
	unsigned int cpu = smp_processor_id();

	cr4_init();
	cpuhp_ap_sync_alive();
	pv_set_up_processor();
	pv_introduce_cpu(cpu);
	notify_cpu_starting(cpu);

	set_cpu_online(cpu, true);
	/* Others see the CPU online before it takes interrupts. */
	smp_mb();

	local_irq_enable();
}

/**
 * cpu_bringup_and_idle - C entry of a vCPU that was told to run
 *
 * Context: the idle task of this CPU, interrupts off.
 */
asmlinkage __visible void cpu_bringup_and_idle(void)
{
	pv_enter_online();
	cpu_startup_entry(CPUHP_AP_ONLINE_IDLE);
}

/* Start in the idle task, with the stack of a CPU that has just entered the kernel. */
static void context_set_registers(struct vcpu_guest_context *ctxt, unsigned int cpu,
				  struct task_struct *idle)
{
	struct cpu_user_regs *regs = &ctxt->user_regs;

	regs->cs = __KERNEL_CS;
	regs->eip = (unsigned long)asm_cpu_bringup_and_idle;
	regs->ss = __KERNEL_DS;
	regs->esp = (unsigned long)task_pt_regs(idle);
	regs->ds = __USER_DS;
	regs->es = __USER_DS;
	regs->eflags = BIT(X86_EFLAGS_IOPL_BIT);

	ctxt->gs_base_kernel = per_cpu_offset(cpu);
	ctxt->flags = VGCF_IN_KERNEL;

	/* The stack for entries from user mode; load_sp0() follows the tasks. */
	ctxt->kernel_ss = __KERNEL_DS;
	ctxt->kernel_sp = task_top_of_stack(idle);
}

static void context_set_entries(struct vcpu_guest_context *ctxt)
{
	xen_copy_trap_info(ctxt->trap_ctxt);
	ctxt->event_callback_eip = (unsigned long)xen_asm_exc_xen_hypervisor_callback;
	ctxt->failsafe_callback_eip = (unsigned long)xen_failsafe_callback;
}

static void context_set_page_tables(struct vcpu_guest_context *ctxt, unsigned int cpu)
{
	per_cpu(xen_cr3, cpu) = __pa(swapper_pg_dir);
	ctxt->ctrlreg[3] = xen_pfn_to_cr3(virt_to_gfn(swapper_pg_dir));
}

static int context_give(unsigned int cpu, struct task_struct *idle)
{
	void *gdt = get_cpu_gdt_rw(cpu);
	unsigned long gdt_mfn = arbitrary_virt_to_mfn(gdt);
	struct vcpu_guest_context *ctxt;
	int rc;

	ctxt = kzalloc(sizeof(*ctxt), GFP_KERNEL);
	if (!ctxt)
		return -ENOMEM;

	context_set_registers(ctxt, cpu, idle);
	context_set_entries(ctxt);
	context_set_page_tables(ctxt, cpu);

	/* The hypervisor takes descriptors only from pages that cannot be written. */
	make_lowmem_page_readonly(gdt);
	make_lowmem_page_readonly(mfn_to_virt(gdt_mfn));
	ctxt->gdt_frames[0] = gdt_mfn;
	ctxt->gdt_ents = GDT_ENTRIES;

	rc = vcpu_op(VCPUOP_initialise, cpu, ctxt);
	kfree(ctxt);
	if (rc) {
		pr_err("xen: vCPU %u refuses its context: %d\n", xen_vcpu_nr(cpu), rc);
		make_lowmem_page_readwrite(mfn_to_virt(gdt_mfn));
		make_lowmem_page_readwrite(gdt);
	}
	return rc;
}

static int pv_start_cpu(unsigned int cpu)
{
	int rc;

	xen_pmu_init(cpu);

	rc = vcpu_op(VCPUOP_up, cpu, NULL);
	if (rc) {
		pr_err("xen: vCPU %u does not start: %d\n", xen_vcpu_nr(cpu), rc);
		xen_pmu_finish(cpu);
	}
	return rc;
}

static int pv_kick_cpu(unsigned int cpu, struct task_struct *idle)
{
	int rc = common_cpu_up(cpu, idle);

	if (rc)
		return rc;

	/* It starts with interrupts off. */
	per_cpu(xen_vcpu, cpu)->evtchn_upcall_mask = 1;
	xen_setup_runstate_info(cpu);

	if (!cpumask_test_cpu(cpu, context_given)) {
		rc = context_give(cpu, idle);
		if (rc)
			return rc;
		cpumask_set_cpu(cpu, context_given);
	}
	return pv_start_cpu(cpu);
}

/* What is waited for may need the physical CPU that we are on. */
static void pv_wait_for_cpu(void)
{
	HYPERVISOR_sched_op(SCHEDOP_yield, NULL);
}

/**
 * xen_pv_smp_restored - note which vCPUs a restored domain has contexts for
 *
 * Only what was up when the domain was saved was put back by the toolstack.
 *
 * Context: stop_machine() on CPU 0, interrupts off.
 */
void xen_pv_smp_restored(void)
{
	cpumask_copy(context_given, cpu_online_mask);
}

/*
 * Taking CPUs down
 */

static int pv_disable_cpu(void)
{
	/* The hypervisor hands out what is not bound elsewhere to the first vCPU. */
	if (!smp_processor_id())
		return -EBUSY;

	cpu_disable_common();

	/* Nobody can ask an offline CPU to leave the space that it borrows. */
	leave_mm();
	return 0;
}

static void pv_await_down(unsigned int cpu)
{
	while (vcpu_op(VCPUOP_is_up, cpu, NULL) > 0)
		usleep_range(USEC_PER_MSEC, 2 * USEC_PER_MSEC);
}

static void pv_cleanup_dead_cpu(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	xen_uninit_lock_cpu(cpu);
	xen_teardown_timer(cpu);
	xen_pmu_finish(cpu);
}

static void __noreturn pv_play_dead(void)
{
	play_dead_common();

	/* Goes on here when the CPU is brought up again. */
	vcpu_op(VCPUOP_down, smp_processor_id(), NULL);
	xen_cpu_bringup_again((unsigned long)task_pt_regs(current));
}

static void __noreturn pv_stop_this_cpu(void *unused)
{
	unsigned int cpu = smp_processor_id();

	load_cr3(swapper_pg_dir);
	set_cpu_online(cpu, false);

	for (;;)
		vcpu_op(VCPUOP_down, cpu, NULL);
}

static void pv_stop_other_cpus(int wait)
{
	unsigned int ms = wait ? MSEC_PER_SEC : 0;

	/* The function does not return: waiting for it to end would be for ever. */
	smp_call_function(pv_stop_this_cpu, NULL, 0);

	while (ms-- && num_online_cpus() > 1)
		mdelay(1);
}

static const struct smp_ops pv_smp_ops __initconst = {
	.smp_prepare_boot_cpu		= pv_prepare_boot_cpu,
	.smp_prepare_cpus		= pv_prepare_cpus,
	.smp_cpus_done			= xen_smp_cpus_done,

	.kick_ap_alive			= pv_kick_cpu,
	.poll_sync_state		= pv_wait_for_cpu,

	.cpu_disable			= pv_disable_cpu,
	.play_dead			= pv_play_dead,
	.cpu_die			= pv_await_down,
	.cleanup_dead_cpu		= pv_cleanup_dead_cpu,
	.stop_other_cpus		= pv_stop_other_cpus,

	.smp_send_reschedule		= xen_smp_send_reschedule,
	.send_call_func_ipi		= xen_smp_send_call_function_ipi,
	.send_call_func_single_ipi	= xen_smp_send_call_function_single_ipi,
};

/**
 * xen_smp_init - install smp_ops of a PV domain
 *
 * The initial domain finds its CPUs in the machine's ACPI tables; no domain looks
 * for tables of the multiprocessor specification.
 *
 * Context: early boot.
 */
void __init xen_smp_init(void)
{
	smp_ops = pv_smp_ops;

	x86_init.mpparse.find_mptable = x86_init_noop;
	x86_init.mpparse.early_parse_smp_cfg = x86_init_noop;
	x86_init.mpparse.parse_smp_cfg = xen_initial_domain() ? x86_init_noop :
								pv_invent_apics;
}
