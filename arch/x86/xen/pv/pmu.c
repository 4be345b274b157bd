// SPDX-License-Identifier: GPL-2.0
/*
 * The performance monitoring unit of a PV domain, the hypervisor's vPMU.
 *
 * Perf drives the PMU by MSRs, and the hypervisor emulates each access. For the time
 * of a PMU interrupt it copies the registers to a page shared with the vCPU; accesses
 * go there then, and one XENPMU_flush loads the lot back.
 *
 * Owns each CPU's shared page.
 *
 * Invariant: in_interrupt is set only between the hypervisor's copy and the flush,
 * on the CPU itself with interrupts off.
 */
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>

#include <asm/apicdef.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <xen/interface/xenpmu.h>

/* x86_pmu.handle_irq, which the hardware's NMI would end up in. */
#include "../../events/perf_event.h"
#include "pmu.h"
#include "pmu_msr.h"

struct pmu_cpu {
	struct xen_pmu_data *page;	/* NULL without a vPMU */
	bool in_interrupt;
};

static DEFINE_PER_CPU(struct pmu_cpu, pmu_cpus);

static struct pmu_model pmu_model __read_mostly;

bool is_xen_pmu;

/* The page, while it is what accesses have to go to. */
static struct xen_pmu_data *pmu_live_page(void)
{
	const struct pmu_cpu *this = this_cpu_ptr(&pmu_cpus);

	return this->in_interrupt ? this->page : NULL;
}

static struct xen_pmu_data *pmu_page(void)
{
	struct xen_pmu_data *page = this_cpu_read(pmu_cpus.page);

	if (!page)
		pr_warn_once("xen: the PMU is used without one\n");
	return page;
}

static u64 *pmu_live_slot(struct pmu_reg reg)
{
	struct xen_pmu_data *page = pmu_live_page();

	return page ? pmu_reg_slot(&pmu_model, page, reg) : NULL;
}

/**
 * pmu_msr_read - read an MSR if it is the PMU's
 * @msr: number of the MSR
 * @val: what was read
 * @err: set to 0 or a negative errno; NULL if the MSR is known to exist
 *
 * Context: preemption is off.
 * Return: false if the MSR is not the PMU's, and nothing was done.
 */
bool pmu_msr_read(unsigned int msr, uint64_t *val, int *err)
{
	struct pmu_reg reg = pmu_reg_of_msr(&pmu_model, msr);
	const u64 *slot;

	if (reg.kind == PMU_REG_NONE)
		return false;

	slot = pmu_live_slot(reg);
	if (slot)
		*val = *slot;
	else if (err)
		*val = native_read_msr_safe(msr, err);
	else
		*val = native_read_msr(msr);
	return true;
}

/**
 * pmu_msr_write - write an MSR if it is the PMU's
 * @msr: number of the MSR
 * @low: lower half of the value
 * @high: upper half
 * @err: set to 0 or a negative errno; NULL if the MSR is known to exist
 *
 * Context: preemption is off.
 * Return: false if the MSR is not the PMU's, and nothing was done.
 */
bool pmu_msr_write(unsigned int msr, uint32_t low, uint32_t high, int *err)
{
	struct pmu_reg reg = pmu_reg_of_msr(&pmu_model, msr);
	u64 *slot;

	if (reg.kind == PMU_REG_NONE)
		return false;

	slot = pmu_live_slot(reg);
	if (slot)
		pmu_reg_write(pmu_live_page(), reg, slot, (u64)high << 32 | low);
	else if (err)
		*err = native_write_msr_safe(msr, low, high);
	else
		native_write_msr(msr, low, high);
	return true;
}

/**
 * xen_read_pmc - pv_ops.cpu.read_pmc
 * @counter: operand of RDPMC, which PV domains are not allowed
 *
 * Context: preemption is off.
 * Return: the counter.
 */
unsigned long long xen_read_pmc(int counter)
{
	const u64 *slot = pmu_live_slot(pmu_reg_of_pmc(&pmu_model, counter));
	int err;

	if (slot)
		return *slot;
	return native_read_msr_safe(pmu_msr_of_pmc(&pmu_model, counter), &err);
}

/**
 * pmu_apic_update - set the PMU's entry in the local vector table
 * @reg: the entry's value, of which the hypervisor heeds APIC_LVT_MASKED
 *
 * Context: preemption is off.
 * Return: 0, or a negative errno.
 */
int pmu_apic_update(uint32_t reg)
{
	struct xen_pmu_data *page = pmu_page();

	if (!page)
		return -EINVAL;

	page->pmu.l.lapic_lvtpc = reg;

	/* The flush at the end of the interrupt takes it along. */
	return pmu_live_page() ? 0 : HYPERVISOR_xenpmu_op(XENPMU_lvtpc_set, NULL);
}

/*
 * Samples
 */

static bool sample_is_user(const struct xen_pmu_arch *sample)
{
	/* A PV domain's kernel runs in ring 3 as well, and the privilege level lies. */
	if (sample->pmu_flags & PMU_SAMPLE_PV)
		return sample->pmu_flags & PMU_SAMPLE_USER;
	return sample->r.regs.cpl;
}

static unsigned int pmu_guest_state(void)
{
	const struct xen_pmu_data *page = pmu_page();

	/* Only the initial domain gets samples of others, and of the hypervisor none. */
	if (!page || !xen_initial_domain() || page->domain_id >= DOMID_SELF)
		return 0;

	return PERF_GUEST_ACTIVE | (sample_is_user(&page->pmu) ? PERF_GUEST_USER : 0);
}

static unsigned long pmu_guest_ip(void)
{
	const struct xen_pmu_data *page = pmu_page();

	return page ? page->pmu.r.regs.ip : 0;
}

static struct perf_guest_info_callbacks pmu_guest_callbacks = {
	.state	= pmu_guest_state,
	.get_ip	= pmu_guest_ip,
};

static void sample_to_pt_regs(const struct xen_pmu_arch *sample, struct pt_regs *regs)
{
	regs->ip = sample->r.regs.ip;
	regs->sp = sample->r.regs.sp;
	regs->cs = sample->r.regs.cs & ~SEGMENT_RPL_MASK;
	if (sample_is_user(sample))
		regs->cs |= SEGMENT_RPL_MASK;
}

/**
 * xen_pmu_irq_handler - VIRQ_XENPMU: a counter has overflowed
 * @irq: Linux's number of the interrupt
 * @dev_id: not used
 *
 * Context: interrupt.
 * Return: whether perf had something to do, and the registers could be loaded back.
 */
irqreturn_t xen_pmu_irq_handler(int irq, void *dev_id)
{
	struct pmu_cpu *this = this_cpu_ptr(&pmu_cpus);
	const struct xen_pmu_data *page = pmu_page();
	struct pt_regs regs = {};
	int handled, err;

	if (!page)
		return IRQ_NONE;

	sample_to_pt_regs(&page->pmu, &regs);

	this->in_interrupt = true;
	handled = x86_pmu.handle_irq ? x86_pmu.handle_irq(&regs) : 0;
	err = HYPERVISOR_xenpmu_op(XENPMU_flush, NULL);
	this->in_interrupt = false;

	if (err) {
		pr_warn_once("xen: loading the PMU's registers failed: %d\n", err);
		return IRQ_NONE;
	}
	return IRQ_RETVAL(handled);
}

/*
 * Set-up
 */

static struct pmu_model pmu_model_of_boot_cpu(void)
{
	u32 eax, ebx, ecx, edx;

	switch (boot_cpu_data.x86_vendor) {
	case X86_VENDOR_AMD:
	case X86_VENDOR_HYGON:
		return pmu_model_amd(boot_cpu_data.x86);
	case X86_VENDOR_INTEL:
	case X86_VENDOR_CENTAUR:
	case X86_VENDOR_ZHAOXIN:
		cpuid(0xa, &eax, &ebx, &ecx, &edx);
		return pmu_model_intel(eax, edx);
	default:
		return (struct pmu_model) { PMU_VENDOR_NONE };
	}
}

static int pmu_op_on_cpu(int op, int cpu, u64 frame)
{
	struct xen_pmu_params params = {
		.version.maj = XENPMU_VER_MAJ,
		.version.min = XENPMU_VER_MIN,
		.vcpu = xen_vcpu_nr(cpu),
		.val = frame,
	};

	return HYPERVISOR_xenpmu_op(op, &params);
}

static void pmu_announce(const struct xen_pmu_data *page)
{
	pmu_model = pmu_model_of_boot_cpu();
	pmu_model_refine(&pmu_model, page);
	perf_register_guest_info_callbacks(&pmu_guest_callbacks);
	is_xen_pmu = true;
}

/**
 * xen_pmu_init - give a CPU its vPMU
 * @cpu: the boot CPU at first, which finds out if there is one; then others
 *
 * Does nothing in HVM domains, which have a PMU like hardware's. Failing to set it
 * up leaves the CPU without one.
 *
 * Context: may sleep.
 */
void xen_pmu_init(int cpu)
{
	struct pmu_cpu *this = per_cpu_ptr(&pmu_cpus, cpu);
	struct xen_pmu_data *page;
	int err;

	BUILD_BUG_ON(sizeof(struct xen_pmu_data) > PAGE_SIZE);

	if (xen_hvm_domain() || (cpu && !is_xen_pmu) || this->page)
		return;

	page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page) {
		pr_err("VPMU init: No memory\n");
		return;
	}

	err = pmu_op_on_cpu(XENPMU_init, cpu, pfn_to_mfn(virt_to_pfn(page)));
	if (err) {
		free_page((unsigned long)page);
		if (err == -EOPNOTSUPP || err == -ENOSYS)
			pr_info_once("VPMU disabled by hypervisor.\n");
		else
			pr_info_once("Could not initialize VPMU for cpu %d, error %d\n", cpu,
				     err);
		return;
	}

	this->in_interrupt = false;
	this->page = page;
	if (!is_xen_pmu)
		pmu_announce(page);
}

/**
 * xen_pmu_finish - take a CPU's vPMU away
 * @cpu: any CPU; it may have none
 *
 * Context: any that may call the hypervisor.
 */
void xen_pmu_finish(int cpu)
{
	struct pmu_cpu *this = per_cpu_ptr(&pmu_cpus, cpu);
	struct xen_pmu_data *page = this->page;

	if (!page)
		return;

	/* Should the hypervisor go on using the page, it must not be used otherwise. */
	this->page = NULL;
	if (!pmu_op_on_cpu(XENPMU_finish, cpu, 0))
		free_page((unsigned long)page);
}
