/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a PV domain's processors start: in 64-bit mode, paging on, on page tables
 * that the hypervisor or the processor which starts them has made.
 */
#include <linux/init.h>
#include <linux/linkage.h>

#include <asm/asm.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/unwind_hints.h>

	__INIT

/*
 * The first one. %rsi: address of the start_info. The stack is the hypervisor's
 * and no segment base is set. Enters C on init's stack, with %gs at the boot
 * processor's static per-cpu area, where also the stack protector's canary is.
 */
SYM_CODE_START(startup_xen)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	cld
	movq	%rsi, %rdi
	leaq	__top_init_kernel_stack(%rip), %rsp

	/* Emulated by the hypervisor. The high half of the address goes to %edx. */
	movl	$MSR_GS_BASE, %ecx
	movq	$INIT_PER_CPU_VAR(fixed_percpu_data), %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	wrmsr

	call	xen_start_kernel
SYM_CODE_END(startup_xen)

	__FINIT

#ifdef CONFIG_XEN_PV_SMP
	.text

/* Another one, with the registers that its starter has chosen: stack and %gs. */
SYM_CODE_START(asm_cpu_bringup_and_idle)
	UNWIND_HINT_END_OF_STACK
	ENDBR
	call	cpu_bringup_and_idle
SYM_CODE_END(asm_cpu_bringup_and_idle)

/*
 * One that was taken down while it was idle comes up again. %rdi: top of the idle
 * task's stack, a struct pt_regs. What was on it is not gone back to.
 */
SYM_CODE_START(xen_cpu_bringup_again)
	UNWIND_HINT_FUNC
	movq	%rdi, %rsp
	UNWIND_HINT_REGS
	call	cpu_bringup_and_idle
SYM_CODE_END(xen_cpu_bringup_again)
#endif
