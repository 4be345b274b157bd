// SPDX-License-Identifier: GPL-2.0
/*
 * Stolen time: what the hypervisor tells of a vCPU's states, in memory that it writes
 * whenever the vCPU is scheduled.
 *
 * It changes under the reader's eyes only if the reader's own vCPU is scheduled away in
 * between, or if another's is read. The entry time tells: it is a new one afterwards, and
 * has a mark while the hypervisor writes, provided that this was asked for. Without the
 * mark only the own vCPU may be read.
 *
 * past and saved are written while the domain is being saved or restored, by the one
 * processor that runs.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/static_call.h>

#include <asm/barrier.h>
#include <asm/paravirt.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/vcpu.h>
#include <xen/interface/xen.h>
#include <xen/xen-ops.h>

#include "runstate.h"

struct runstate_cpu {
	struct vcpu_runstate_info info;		/* the hypervisor writes it */
	struct runstate_times past;		/* of vCPUs before this one */
	struct runstate_times saved;		/* when the domain was saved */
};

/* Aligned, so that what the hypervisor writes is within one page. */
static DEFINE_PER_CPU_ALIGNED(struct runstate_cpu, runstate_cpu);

/* A word that the hypervisor may be writing, on 32 bits in two halves. */
static u64 runstate_read(const u64 *word)
{
	const u32 *half = (const u32 *)word;
	u32 low, high;

	if (IS_ENABLED(CONFIG_64BIT))
		return READ_ONCE(*word);

	/* Little-endian, as all of Xen's architectures. */
	do {
		high = READ_ONCE(half[1]);
		low = READ_ONCE(half[0]);
	} while (high != READ_ONCE(half[1]));

	return (u64)high << 32 | low;
}

/* On the path of every tick, so only the two times that it needs are read. */
static __always_inline u64 runstate_read_stolen(const struct runstate_cpu *rs)
{
	const struct vcpu_runstate_info *info = &rs->info;
	u64 entry, runnable, offline;

	do {
		entry = runstate_read(&info->state_entry_time);
		virt_rmb(); /* The times after the entry time, as in the hypervisor. */
		runnable = READ_ONCE(info->time[RUNSTATE_runnable]);
		offline = READ_ONCE(info->time[RUNSTATE_offline]);
		virt_rmb(); /* And the entry time again after them. */
	} while (!runstate_is_consistent(entry, runstate_read(&info->state_entry_time)));

	return runstate_stolen(runnable, offline, &rs->past);
}

static void runstate_read_all(const struct runstate_cpu *rs, struct vcpu_runstate_info *copy)
{
	u64 entry;

	do {
		entry = runstate_read(&rs->info.state_entry_time);
		virt_rmb(); /* As in runstate_read_stolen(). */
		memcpy(copy, &rs->info, sizeof(*copy));
		virt_rmb(); /* As there. */
	} while (!runstate_is_consistent(entry, runstate_read(&rs->info.state_entry_time)));
}

/**
 * xen_steal_clock - how long a vCPU was kept from running
 * @cpu: which; this one if the hypervisor does not mark its updates
 *
 * Context: preemption is off.
 * Return: nanoseconds since the domain was first started.
 */
u64 xen_steal_clock(int cpu)
{
	lockdep_assert_preemption_disabled();
	return runstate_read_stolen(per_cpu_ptr(&runstate_cpu, cpu));
}

/**
 * xen_vcpu_stolen - whether a vCPU would run if it could
 * @vcpu: the processor, as Linux counts
 *
 * Context: any.
 * Return: true if so, at some time before.
 */
bool xen_vcpu_stolen(int vcpu)
{
	return READ_ONCE(per_cpu(runstate_cpu.info.state, vcpu)) == RUNSTATE_runnable;
}

/**
 * xen_setup_runstate_info - tell the hypervisor where a vCPU's times go
 * @cpu: which
 *
 * VCPUOP_register_runstate_memory_area of xen/include/public/vcpu.h. If it refuses,
 * no time is seen to be stolen.
 *
 * Context: boot, bringing @cpu up, or restore.
 */
void xen_setup_runstate_info(int cpu)
{
	struct vcpu_register_runstate_memory_area area = {
		.addr.v = &per_cpu(runstate_cpu.info, cpu),
	};
	int err;

	err = HYPERVISOR_vcpu_op(VCPUOP_register_runstate_memory_area, xen_vcpu_nr(cpu), &area);
	if (err)
		pr_warn_once("Xen: no steal time of CPU %d: %d\n", cpu, err);
}

static void runstate_save(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct runstate_cpu *rs = per_cpu_ptr(&runstate_cpu, cpu);
		struct vcpu_runstate_info now;

		runstate_read_all(rs, &now);
		memcpy(&rs->saved, now.time, sizeof(rs->saved));
	}
}

static void runstate_carry_over(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct runstate_cpu *rs = per_cpu_ptr(&runstate_cpu, cpu);

		runstate_add(&rs->past, &rs->saved);
	}
}

/**
 * xen_manage_runstate_time - the domain is saved, restored, or neither
 * @action: -1 before it is saved, 0 when it was restored, with the new vCPUs' areas
 *	    registered, 1 when it was not saved after all
 *
 * Context: stop_machine(), the only processor that runs, interrupts off.
 */
void xen_manage_runstate_time(int action)
{
	BUILD_BUG_ON(sizeof(struct runstate_times) !=
		     sizeof_field(struct vcpu_runstate_info, time));

	if (action < 0)
		runstate_save();
	else if (!action)
		runstate_carry_over();
}

/**
 * xen_time_setup_guest - have the kernel account for stolen time
 *
 * Context: boot, before other processors are up.
 */
void __init xen_time_setup_guest(void)
{
	bool others_can_be_read;

	others_can_be_read = !HYPERVISOR_vm_assist(VMASST_CMD_enable,
						   VMASST_TYPE_runstate_update_flag);

	static_call_update(pv_steal_clock, xen_steal_clock);

	static_key_slow_inc(&paravirt_steal_enabled);
	if (others_can_be_read)
		static_key_slow_inc(&paravirt_steal_rq_enabled);
}
