// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions of a PV domain: from Linux's IDT to the hypervisor's trap table.
 *
 * The hypervisor owns the IDT proper and bounces exceptions to the address that
 * the domain has registered for the vector. It pushes RCX and R11 on top of the
 * hardware frame, so Linux's own entries cannot be registered: entry.S has a
 * stub for each. There are no interrupt stacks either; what Linux runs on one
 * natively has a PV variant here, which runs on the stack it interrupted.
 *
 * Invariant: the trap table of a vCPU follows the IDT that it loaded last. Linux
 * writes its IDT during boot, by one CPU; there is no lock here.
 */
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include <asm/desc.h>
#include <asm/idtentry.h>
#include <asm/segment.h>
#include <asm/trapnr.h>
#include <asm/traps.h>
#include <asm/xen/hypercall.h>

#include <xen/interface/xen.h>

#include <trace/events/xen.h>

#include "cpu.h"
#include "multicall.h"

void noist_exc_debug(struct pt_regs *regs);

DEFINE_IDTENTRY_RAW(xenpv_exc_debug)
{
	if (!user_mode(regs))
		exc_debug(regs);
	else
		noist_exc_debug(regs);
}

DEFINE_IDTENTRY_RAW(xenpv_exc_nmi)
{
	exc_nmi(regs);
}

DEFINE_IDTENTRY_RAW_ERRORCODE(xenpv_exc_double_fault)
{
	exc_double_fault(regs, error_code);
}

#ifdef CONFIG_X86_MCE
DEFINE_IDTENTRY_RAW(xenpv_exc_machine_check)
{
	if (!user_mode(regs))
		exc_machine_check(regs);
	else
		noist_exc_machine_check(regs);
}
#endif

/* A vector without an entry in the table below: nobody knows how to go on. */
DEFINE_IDTENTRY_RAW(exc_xen_unknown_trap)
{
	instrumentation_begin();
	panic("Unknown trap in Xen PV mode at %pS\n", (void *)regs->ip);
	instrumentation_end();
}

/**
 * struct trap_entry - where the hypervisor enters for a vector
 * @stub: in entry.S; NULL if the vector has no PV entry
 * @own_stack: Linux wants an interrupt stack, and @stub copes without
 */
struct trap_entry {
	void (*stub)(void);
	bool own_stack;
};

#define PV_TRAP(name)		{ .stub = xen_asm_##name }
#define PV_TRAP_NO_IST(name)	{ .stub = xen_asm_xenpv_##name, .own_stack = true }

static const struct trap_entry trap_entries[NUM_EXCEPTION_VECTORS] = {
	[X86_TRAP_DE] = PV_TRAP(exc_divide_error),
	[X86_TRAP_DB] = PV_TRAP_NO_IST(exc_debug),
	[X86_TRAP_NMI] = PV_TRAP_NO_IST(exc_nmi),
	[X86_TRAP_BP] = PV_TRAP(exc_int3),
	[X86_TRAP_OF] = PV_TRAP(exc_overflow),
	[X86_TRAP_BR] = PV_TRAP(exc_bounds),
	[X86_TRAP_UD] = PV_TRAP(exc_invalid_op),
	[X86_TRAP_NM] = PV_TRAP(exc_device_not_available),
	[X86_TRAP_DF] = PV_TRAP_NO_IST(exc_double_fault),
	[X86_TRAP_OLD_MF] = PV_TRAP(exc_coproc_segment_overrun),
	[X86_TRAP_TS] = PV_TRAP(exc_invalid_tss),
	[X86_TRAP_NP] = PV_TRAP(exc_segment_not_present),
	[X86_TRAP_SS] = PV_TRAP(exc_stack_segment),
	[X86_TRAP_GP] = PV_TRAP(exc_general_protection),
	[X86_TRAP_PF] = PV_TRAP(exc_page_fault),
	[X86_TRAP_SPURIOUS] = PV_TRAP(exc_spurious_interrupt_bug),
	[X86_TRAP_MF] = PV_TRAP(exc_coprocessor_error),
	[X86_TRAP_AC] = PV_TRAP(exc_alignment_check),
#ifdef CONFIG_X86_MCE
	[X86_TRAP_MC] = PV_TRAP_NO_IST(exc_machine_check),
#endif
	[X86_TRAP_XF] = PV_TRAP(exc_simd_coprocessor_error),
#ifdef CONFIG_X86_CET
	[X86_TRAP_CP] = PV_TRAP(exc_control_protection),
#endif
};

/* While Linux boots, its gates point into an array of tiny entries; so do ours. */
static unsigned long __ref early_stub(unsigned long handler)
{
	unsigned long offset = handler - (unsigned long)early_idt_handler_array;

	if (offset >= NUM_EXCEPTION_VECTORS * EARLY_IDT_HANDLER_SIZE)
		return 0;
	return (unsigned long)xen_early_idt_handler_array[offset / EARLY_IDT_HANDLER_SIZE];
}

/* What the hypervisor is to call for a vector whose gate leads to @handler. */
static unsigned long vector_stub(unsigned int vector, unsigned long handler, bool *own_stack)
{
	unsigned long early = early_stub(handler);

	*own_stack = false;
	if (early)
		return early;

	if (IS_ENABLED(CONFIG_IA32_EMULATION) && vector == IA32_SYSCALL_VECTOR)
		return (unsigned long)xen_asm_int80_emulation;

	if (vector >= ARRAY_SIZE(trap_entries) || !trap_entries[vector].stub)
		return (unsigned long)xen_asm_exc_xen_unknown_trap;

	*own_stack = trap_entries[vector].own_stack;
	return (unsigned long)trap_entries[vector].stub;
}

/*
 * Translate a gate.  False, with @trap untouched, if the hypervisor is not to be
 * told of it: no gate at all, or one whose handler relies on an interrupt stack.
 */
static bool gate_to_trap(unsigned int vector, const gate_desc *gate, struct trap_info *trap)
{
	bool interrupt = gate->bits.type == GATE_INTERRUPT;
	unsigned long stub;
	bool own_stack;

	if (!interrupt && gate->bits.type != GATE_TRAP)
		return false;

	stub = vector_stub(vector, gate_offset(gate), &own_stack);
	if (WARN(gate->bits.ist && !own_stack,
		 "vector %u wants interrupt stack %u\n", vector, gate->bits.ist))
		return false;

	trap->vector = vector;
	trap->cs = gate_segment(gate);
	trap->address = stub;
	TI_SET_DPL(trap, gate->bits.dpl);
	TI_SET_IF(trap, interrupt);
	return true;
}

static void tell_hypervisor(const struct trap_info *list)
{
	int err = HYPERVISOR_set_trap_table((struct trap_info *)list);

	WARN(err, "the hypervisor refused a trap table: %d\n", err);
}

static DEFINE_PER_CPU(struct desc_ptr, loaded_idt);

static const gate_desc *idt_gates(const struct desc_ptr *idt, unsigned int *count)
{
	*count = min_t(unsigned int, (idt->size + 1) / sizeof(gate_desc), IDT_ENTRIES);
	return (const gate_desc *)idt->address;
}

/**
 * xen_load_idt - make an IDT the current one
 * @dtr: the IDT, of at most 256 gates
 *
 * The hypervisor changes just the vectors that a list names and stops at the first
 * whose address is 0, so a long table goes over in pieces that fit on the stack.
 * Vectors that @dtr does not have keep their old entry; Linux never takes one away.
 *
 * Preemption off, or early boot.
 */
void xen_load_idt(const struct desc_ptr *dtr)
{
	struct trap_info piece[8];
	unsigned int vector, count, used = 0;
	const gate_desc *gates = idt_gates(dtr, &count);

	trace_xen_cpu_load_idt(dtr);

	*this_cpu_ptr(&loaded_idt) = *dtr;
	memset(piece, 0, sizeof(piece));

	xen_mc_flush();
	for (vector = 0; vector < count; vector++) {
		if (!gate_to_trap(vector, &gates[vector], &piece[used]))
			continue;
		if (++used < ARRAY_SIZE(piece) - 1)
			continue;
		tell_hypervisor(piece);
		memset(piece, 0, sizeof(piece));
		used = 0;
	}
	if (used)
		tell_hypervisor(piece);
}

/**
 * xen_write_idt_entry - write a gate, and tell the hypervisor if the IDT is loaded
 * @idt: first gate of the table
 * @vector: which gate
 * @gate: its new contents
 *
 * Any context.
 */
void xen_write_idt_entry(gate_desc *idt, int vector, const gate_desc *gate)
{
	struct trap_info list[2] = { };
	const gate_desc *gates;
	unsigned int count;

	trace_xen_cpu_write_idt_entry(idt, vector, gate);

	preempt_disable();
	native_write_idt_entry(idt, vector, gate);

	gates = idt_gates(this_cpu_ptr(&loaded_idt), &count);
	if (idt == gates && vector < count && gate_to_trap(vector, gate, &list[0])) {
		xen_mc_flush();
		tell_hypervisor(list);
	}
	preempt_enable();
}

/**
 * xen_copy_trap_info - the trap table for a vCPU that is about to be started
 * @traps: 256 zeroed entries, indexed by vector
 *
 * A starting vCPU gets the table of the CPU that starts it.
 */
void xen_copy_trap_info(struct trap_info *traps)
{
	const gate_desc *gates;
	unsigned int vector, count;

	gates = idt_gates(this_cpu_ptr(&loaded_idt), &count);
	for (vector = 0; vector < count; vector++)
		gate_to_trap(vector, &gates[vector], &traps[vector]);
}
