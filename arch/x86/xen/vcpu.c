// SPDX-License-Identifier: GPL-2.0
/*
 * Linux's processors as the hypervisor's vCPUs: their numbers, and where each of
 * them has its vcpu_info, the few words by which the two sides talk.
 *
 * Invariant: xen_vcpu of a processor that runs points to the vcpu_info that the
 * hypervisor uses. That is first a slot of the shared_info page, which has them
 * for the first MAX_VIRT_CPUS vCPUs; then the processor's own xen_vcpu_info,
 * whose place the hypervisor takes once in the vCPU's life and never gives up,
 * only a restored domain starts anew.
 *
 * No lock: a processor's words are written before it is up, by the one that
 * brings it up, or after a restore, when only one processor runs.
 */
#include <linux/build_bug.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/export.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include <asm/cpu.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/features.h>
#include <xen/interface/sched.h>
#include <xen/interface/vcpu.h>
#include <xen/page.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "domain.h"
#include "spinlock.h"
#include "vcpu.h"

/* The number that the hypervisor knows a processor by. */
DEFINE_PER_CPU(uint32_t, xen_vcpu_id);
EXPORT_PER_CPU_SYMBOL(xen_vcpu_id);

DEFINE_PER_CPU(struct vcpu_info *, xen_vcpu);

/*
 * In a cache line of its own, so that it does not cross a page, which the
 * hypervisor would refuse. A PV domain's assembly goes to it directly.
 */
DEFINE_PER_CPU_ALIGNED(struct vcpu_info, xen_vcpu_info);

/**
 * xen_vcpu_info_reset - go back to the slot in the shared_info page
 * @cpu: processor; its xen_vcpu_id is set
 *
 * A vCPU without a slot must not be used before xen_vcpu_setup(): NULL sees to it.
 *
 * Context: boot or restore, or before @cpu is up.
 */
void xen_vcpu_info_reset(int cpu)
{
	struct vcpu_info *slot = NULL;
	u32 id = xen_vcpu_nr(cpu);

	if (id < MAX_VIRT_CPUS)
		slot = HYPERVISOR_shared_info->vcpu_info + id;
	per_cpu(xen_vcpu, cpu) = slot;
}

/**
 * xen_vcpu_setup - give a processor its own vcpu_info
 * @cpu: processor; its xen_vcpu_id is set, and it is down or the running one
 *
 * The hypervisor copies what is pending in the slot. It takes a place only once
 * (-EINVAL, VCPUOP_register_vcpu_info), so what an HVM domain's processor got when
 * it was first brought up is kept when it is brought up again.
 *
 * Context: boot, restore, or bringing @cpu up. Panics if the hypervisor refuses: a
 * PV domain cannot even disable interrupts without it.
 */
void xen_vcpu_setup(int cpu)
{
	struct vcpu_info *own = per_cpu_ptr(&xen_vcpu_info, cpu);
	struct vcpu_register_vcpu_info place;
	int err;

	BUILD_BUG_ON(sizeof(*own) > SMP_CACHE_BYTES);

	if (xen_hvm_domain() && per_cpu(xen_vcpu, cpu) == own)
		return;

	place = (struct vcpu_register_vcpu_info) {
		.mfn = arbitrary_virt_to_mfn(own),
		.offset = offset_in_page(own),
	};
	err = HYPERVISOR_vcpu_op(VCPUOP_register_vcpu_info, xen_vcpu_nr(cpu),
				 &place);
	if (err)
		panic("register_vcpu_info failed: cpu=%d err=%d\n", cpu, err);

	per_cpu(xen_vcpu, cpu) = own;
}

/* @cpu is down, or the running one: the hypervisor knows none of its areas. */
static void vcpu_restore_areas(int cpu)
{
	if (xen_pv_domain() || xen_feature(XENFEAT_hvm_safe_pvclock))
		xen_setup_runstate_info(cpu);

	/* An HVM domain's other processors have theirs set up as they come up. */
	xen_vcpu_info_reset(cpu);
	if (xen_pv_domain() || (xen_hvm_domain() && cpu_online(cpu)))
		xen_vcpu_setup(cpu);
}

/* Only one that is down can be told of new areas, so it is for that time. */
static void vcpu_restore_other(int cpu)
{
	u32 id = xen_vcpu_nr(cpu);
	bool up = HYPERVISOR_vcpu_op(VCPUOP_is_up, id, NULL) > 0;
	int err;

	err = up ? HYPERVISOR_vcpu_op(VCPUOP_down, id, NULL) : 0;
	if (err)
		panic("Xen does not take vCPU %u down: %d\n", id, err);

	vcpu_restore_areas(cpu);

	err = up ? HYPERVISOR_vcpu_op(VCPUOP_up, id, NULL) : 0;
	if (err)
		panic("Xen does not bring vCPU %u up again: %d\n", id, err);
}

/**
 * xen_vcpu_restore - set all vCPUs up again in a restored domain
 *
 * Context: restore: interrupts are off and the other processors wait in
 * stop_machine(). Panics if the hypervisor refuses, there is no way back.
 */
void xen_vcpu_restore(void)
{
	int cpu, self = smp_processor_id();

	for_each_possible_cpu(cpu) {
		if (xen_vcpu_nr(cpu) == XEN_VCPU_ID_INVALID)
			continue;

		if (cpu == self)
			vcpu_restore_areas(cpu);
		else
			vcpu_restore_other(cpu);
	}
}

static int vcpu_online(unsigned int cpu)
{
	xen_init_lock_cpu(cpu);
	return 0;
}

/**
 * xen_cpuhp_setup - take part in processor hotplug
 * @prepare: called before a processor is started, by another one
 * @dead: called after it is gone, by another one; both may sleep
 *
 * Context: boot.
 * Return: 0 or -errno; then neither is registered.
 */
int xen_cpuhp_setup(int (*prepare)(unsigned int cpu),
		    int (*dead)(unsigned int cpu))
{
	int err = cpuhp_setup_state_nocalls(CPUHP_XEN_PREPARE,
					    "x86/xen/guest:prepare",
					    prepare, dead);

	if (err < 0)
		return err;

	/* A dynamic state: its number is what success returns. */
	err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
					"x86/xen/guest:online",
					vcpu_online, NULL);
	if (err >= 0)
		return 0;

	cpuhp_remove_state_nocalls(CPUHP_XEN_PREPARE);
	return err;
}

/**
 * xen_pin_vcpu - run this vCPU on one physical processor for a while
 * @cpu: the physical processor, or negative to end that
 *
 * For calls of the firmware that work on one processor only. Not to have it is no
 * error: the administrator may have pinned the vCPU anyway. Needs a Dom0, and
 * Xen 4.8 for SCHEDOP_pin_override.
 *
 * Context: on the vCPU concerned, which the caller does not leave.
 */
void xen_pin_vcpu(int cpu)
{
	struct sched_pin_override where = { .pcpu = cpu };
	static bool hopeless;
	int err;

	if (hopeless)
		return;

	err = HYPERVISOR_sched_op(SCHEDOP_pin_override, &where);
	if (!err || cpu < 0)
		return;

	if (err == -EINVAL || err == -EBUSY) {
		pr_warn("Physical cpu %d not available for pinning. Check Xen cpu configuration.\n",
			cpu);
		return;
	}

	/* Any other answer will not change at the next try. */
	hopeless = true;
	if (err == -ENOSYS)
		pr_warn("Unable to pin on physical cpu %d. In case of problems consider vcpu pinning.\n",
			cpu);
	else
		WARN(1, "rc %d while trying to pin vcpu\n", err);
}

#ifdef CONFIG_HOTPLUG_CPU

/**
 * xen_arch_unregister_cpu - hide a processor that the toolstack has taken away
 * @num: processor, offline
 *
 * Context: may sleep.
 */
void xen_arch_unregister_cpu(int num)
{
	arch_unregister_cpu(num);
}
EXPORT_SYMBOL(xen_arch_unregister_cpu);

/**
 * xen_arch_register_cpu - show a processor that the toolstack has added
 * @num: processor
 *
 * Context: may sleep.
 */
void xen_arch_register_cpu(int num)
{
	arch_register_cpu(num);
}
EXPORT_SYMBOL(xen_arch_register_cpu);

#endif /* CONFIG_HOTPLUG_CPU */
