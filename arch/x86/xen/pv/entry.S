/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways into and out of a PV kernel, and the interrupt flag operations that are
 * too short for a call to C.
 *
 * The hypervisor enters the kernel with the per-cpu GS loaded and the frame on the
 * kernel stack: on a frame as of IRET, for an exception topped by its error code,
 * RCX and R11 are pushed. Events are masked if the vector or callback asked for it.
 * Of the interrupted flags only TF, NT, RF, VM and IF are cleared, so the direction
 * flag may still be the program's.
 *
 * Out leads the hypercall iret alone, also for system calls.
 */
#include <linux/init.h>
#include <linux/linkage.h>
#include <linux/objtool.h>

#include <asm/asm-offsets.h>
#include <asm/asm.h>
#include <asm/errno.h>
#include <asm/frame.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/thread_info.h>
#include <asm/unwind_hints.h>

#include <xen/interface/xen.h>

#include <../entry/calling.h>

#define VCPU_MASK	PER_CPU_VAR(xen_vcpu_info + XEN_vcpu_info_mask)
#define VCPU_PENDING	PER_CPU_VAR(xen_vcpu_info + XEN_vcpu_info_pending)
#define VCPU_CR2	PER_CPU_VAR(xen_vcpu_info + XEN_vcpu_info_arch_cr2)

	.pushsection .noinstr.text, "ax"

/*
 * The hypercall itself.  RAX: number, then result. RDI, RSI, RDX, R10, R8:
 * arguments. SYSCALL destroys RCX and R11, which callers do not expect.
 */
SYM_FUNC_START(xen_hypercall_pv)
	ANNOTATE_NOENDBR
	pushq	%r11
	pushq	%rcx
	UNWIND_HINT_SAVE
	syscall
	UNWIND_HINT_RESTORE
	popq	%rcx
	popq	%r11
	RET
SYM_FUNC_END(xen_hypercall_pv)

/*
 * Interrupt flag: these are called like ordinary functions that clobber nothing but
 * RAX (and flags), even where C functions may.
 *
 * A vCPU's mask byte is 1 while events are masked.
 */
SYM_FUNC_START(xen_irq_disable_direct)
	movb	$1, VCPU_MASK
	RET
SYM_FUNC_END(xen_irq_disable_direct)

/* 0x200 (IF) if the mask is 0, else 0: the borrow of mask - 1, spread out. */
SYM_FUNC_START(xen_save_fl_direct)
	cmpb	$1, VCPU_MASK
	sbbl	%eax, %eax
	andl	$X86_EFLAGS_IF, %eax
	RET
SYM_FUNC_END(xen_save_fl_direct)

/*
 * An event that came while the mask was set has only left the pending byte behind,
 * so whoever clears the mask looks. Between the two the task may be moved to
 * another CPU: then that did deliver what was pending here, and a look at the other
 * CPU's byte costs a hypercall at worst.
 */
SYM_FUNC_START(xen_irq_enable_direct)
	movb	$0, VCPU_MASK
	cmpb	$0, VCPU_PENDING
	jne	.Ldeliver
	RET
.Ldeliver:
	FRAME_BEGIN
	.irp reg, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	pushq	%\reg
	.endr
	call	xen_force_evtchn_callback
	.irp reg, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	popq	%\reg
	.endr
	FRAME_END
	RET
SYM_FUNC_END(xen_irq_enable_direct)

/* CR2 is in the vcpu_info; through the pointer while that is not placed yet. */
SYM_FUNC_START(xen_read_cr2)
	movq	PER_CPU_VAR(xen_vcpu), %rax
	movq	XEN_vcpu_info_arch_cr2(%rax), %rax
	RET
SYM_FUNC_END(xen_read_cr2)

SYM_FUNC_START(xen_read_cr2_direct)
	movq	VCPU_CR2, %rax
	RET
SYM_FUNC_END(xen_read_cr2_direct)

	.popsection

/* Take what the hypervisor pushed off again: the frame is as the CPU pushes it. */
.macro POP_BOUNCE_REGS
	popq	%rcx
	popq	%r11
.endm

/*
 * Exceptions.  Linux's own entries do the rest, including CLD.
 */
.macro PV_TRAP_STUB handler:req
SYM_CODE_START(xen_\handler)
	UNWIND_HINT_ENTRY
	ENDBR
	POP_BOUNCE_REGS
	jmp	\handler
SYM_CODE_END(xen_\handler)
_ASM_NOKPROBE(xen_\handler)
.endm

	/* in the order of their vectors */
	PV_TRAP_STUB asm_exc_divide_error
	PV_TRAP_STUB asm_xenpv_exc_debug
	PV_TRAP_STUB asm_xenpv_exc_nmi
	PV_TRAP_STUB asm_exc_int3
	PV_TRAP_STUB asm_exc_overflow
	PV_TRAP_STUB asm_exc_bounds
	PV_TRAP_STUB asm_exc_invalid_op
	PV_TRAP_STUB asm_exc_device_not_available
	PV_TRAP_STUB asm_xenpv_exc_double_fault
	PV_TRAP_STUB asm_exc_coproc_segment_overrun
	PV_TRAP_STUB asm_exc_invalid_tss
	PV_TRAP_STUB asm_exc_segment_not_present
	PV_TRAP_STUB asm_exc_stack_segment
	PV_TRAP_STUB asm_exc_general_protection
	PV_TRAP_STUB asm_exc_page_fault
	PV_TRAP_STUB asm_exc_spurious_interrupt_bug
	PV_TRAP_STUB asm_exc_coprocessor_error
	PV_TRAP_STUB asm_exc_alignment_check
#ifdef CONFIG_X86_MCE
	PV_TRAP_STUB asm_xenpv_exc_machine_check
#endif
	PV_TRAP_STUB asm_exc_simd_coprocessor_error
#ifdef CONFIG_X86_CET
	PV_TRAP_STUB asm_exc_control_protection
#endif
#ifdef CONFIG_IA32_EMULATION
	PV_TRAP_STUB asm_int80_emulation
#endif

	/* and what has none */
	PV_TRAP_STUB asm_exc_xen_unknown_trap
	PV_TRAP_STUB asm_exc_xen_hypervisor_callback

/* The same for the gates of early boot, one slot of fixed size for each vector. */
	__INIT
SYM_CODE_START(xen_early_idt_handler_array)
	vector = 0
	.rept NUM_EXCEPTION_VECTORS
	UNWIND_HINT_UNDEFINED
	ENDBR
	POP_BOUNCE_REGS
	jmp	early_idt_handler_array + vector * EARLY_IDT_HANDLER_SIZE
	vector = vector + 1
	.fill	xen_early_idt_handler_array + vector * XEN_EARLY_IDT_HANDLER_SIZE - ., 1, 0xcc
	.endr
SYM_CODE_END(xen_early_idt_handler_array)
	__FINIT

/*
 * The hypercall iret takes, below an IRET frame: flags (0: restore RCX and R11,
 * too), RCX, R11, RAX. It does not return.
 */
.macro HYPERCALL_IRET
	pushq	$0
	pushq	%rcx
	pushq	%r11
	pushq	%rax
	movl	$__HYPERVISOR_iret, %eax
	syscall
#ifdef CONFIG_MITIGATION_SLS
	int3
#endif
.endm

SYM_CODE_START(xen_iret)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	HYPERCALL_IRET
SYM_CODE_END(xen_iret)

/*
 * Back to user mode, from the stack of the task: there is no trampoline stack to
 * copy the frame to.
 */
SYM_CODE_START(xenpv_restore_regs_and_return_to_usermode)
	UNWIND_HINT_REGS
	POP_REGS
	STACKLEAK_ERASE_NOCLOBBER
	leaq	8(%rsp), %rsp		/* orig_ax */
	UNWIND_HINT_IRET_REGS
	HYPERCALL_IRET
SYM_CODE_END(xenpv_restore_regs_and_return_to_usermode)

/*
 * System calls arrive like an exception without error code.  The selectors in the
 * frame are the hypervisor's flat ones; Linux wants to see its own. A native
 * SYSCALL clears DF through the flag mask, which a domain does not have.
 */
.macro PV_SYSCALL_ENTRY name:req bits:req target:req
SYM_CODE_START(\name)
	UNWIND_HINT_ENTRY
	ENDBR
	cld
	POP_BOUNCE_REGS
	.if \bits == 64
	movq	$__USER_CS, 1*8(%rsp)
	.else
	movq	$__USER32_CS, 1*8(%rsp)
	.endif
	movq	$__USER_DS, 4*8(%rsp)
	jmp	\target
SYM_CODE_END(\name)
.endm

	PV_SYSCALL_ENTRY xen_entry_SYSCALL_64, 64, entry_SYSCALL_64_after_hwframe

#ifdef CONFIG_IA32_EMULATION

	PV_SYSCALL_ENTRY xen_entry_SYSCALL_compat, 32, entry_SYSCALL_compat_after_hwframe
	/* The hypervisor has cleared TF: no single step to look out for. */
	PV_SYSCALL_ENTRY xen_entry_SYSENTER_compat, 32, entry_SYSENTER_compat_after_hwframe

#else

SYM_CODE_START(xen_entry_SYSCALL_compat)
SYM_CODE_START(xen_entry_SYSENTER_compat)
	UNWIND_HINT_ENTRY
	ENDBR
	POP_BOUNCE_REGS
	movq	$-ENOSYS, %rax
	HYPERCALL_IRET
SYM_CODE_END(xen_entry_SYSENTER_compat)
SYM_CODE_END(xen_entry_SYSCALL_compat)

#endif
