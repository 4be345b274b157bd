// SPDX-License-Identifier: GPL-2.0
/*
 * The instructions that read and write the bases of FS and GS, held back until
 * a program asks for them.
 *
 * While CR4.FSGSBASE is on, user mode can change the base of GS unseen, so the
 * kernel has to read it at each task switch. Its inactive value is only in an
 * MSR, and reading that is a trap to the hypervisor, which emulates it: more
 * than everything else in the switch of the two bases. Hardly any program uses
 * the instructions. So the bit stays off, for kernel and user mode alike,
 * until the first of them faults; then it is switched on everywhere and for
 * good, and the program goes on without having noticed.
 *
 * fsgsbase_in_use() tells the code that switches tasks which rules hold.
 *
 * Invariant: fsgsbase_held_back is true and CR4.FSGSBASE is off on every CPU,
 * or false and on. Both change together with all CPUs stopped and all user
 * tasks switched out. A CPU that comes later finds the decision made.
 */
#include <linux/init.h>
#include <linux/kdebug.h>
#include <linux/ptrace.h>
#include <linux/slab.h>
#include <linux/stop_machine.h>
#include <linux/task_work.h>
#include <linux/uaccess.h>

#include <asm/fsgsbase.h>
#include <asm/insn-eval.h>
#include <asm/insn.h>
#include <asm/tlbflush.h>
#include <asm/trapnr.h>

#include <xen/xen.h>

#include "cpu.h"
#include "fsgsbase.h"

/* On each CPU, with none running anything else. */
static int fsgsbase_switch_on(void *unused)
{
	WRITE_ONCE(fsgsbase_held_back, false);
	__write_cr4(cr4_read_shadow());
	return 0;
}

/* In the task that wants the instructions, before it goes back to user mode. */
static void fsgsbase_grant(struct callback_head *work)
{
	kfree(work);
	if (READ_ONCE(fsgsbase_held_back))
		stop_machine(fsgsbase_switch_on, NULL, cpu_online_mask);
}

static bool fsgsbase_is_wanted(struct pt_regs *regs)
{
	u8 code[MAX_INSN_SIZE];
	int len;

	/* Interrupts are off: what is not in memory is not waited for. */
	pagefault_disable();
	len = insn_fetch_from_user_inatomic(regs, code);
	pagefault_enable();

	return len > 0 && xen_fsgsbase_insn(code, len);
}

/*
 * An invalid opcode. Interrupts are off, hence the work that is done later;
 * without memory for it the program faults again, until there is some.
 */
static int fsgsbase_on_trap(struct notifier_block *nb, unsigned long what, void *data)
{
	const struct die_args *args = data;
	struct callback_head *work;

	if (what != DIE_TRAP || args->trapnr != X86_TRAP_UD ||
	    !READ_ONCE(fsgsbase_held_back) || !user_64bit_mode(args->regs) ||
	    !fsgsbase_is_wanted(args->regs))
		return NOTIFY_DONE;

	work = kmalloc(sizeof(*work), GFP_ATOMIC | __GFP_NOWARN);
	if (work) {
		init_task_work(work, fsgsbase_grant);
		if (task_work_add(current, work, TWA_RESUME))
			kfree(work);
	}
	return NOTIFY_STOP;
}

static struct notifier_block fsgsbase_trap_nb = {
	.notifier_call = fsgsbase_on_trap,
};

static int __init fsgsbase_init(void)
{
	if (!xen_pv_domain() || !boot_cpu_has(X86_FEATURE_FSGSBASE))
		return 0;
	return register_die_notifier(&fsgsbase_trap_nb);
}
early_initcall(fsgsbase_init);
