/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stubs of the static call xen_hypercall for domains that run with hardware
 * virtualisation; a PV domain's stub stands with its entry code.
 *
 * Number and result in [er]ax, arguments where the hypervisor wants them; see
 * <asm/xen/hypercall.h>. Whatever else the caller has in registers is kept. All
 * stubs are noinstr: entry code calls the hypervisor.
 */
#include <linux/linkage.h>

#include <asm/asm.h>
#include <asm/frame.h>
#include <asm/nospec-branch.h>

/* Every register that a C function may change. */
#ifdef CONFIG_X86_64
.macro SAVE_VOLATILE
	.irp reg, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	pushq	%\reg
	.endr
.endm

.macro RESTORE_VOLATILE
	.irp reg, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	popq	%\reg
	.endr
.endm
#else
.macro SAVE_VOLATILE
	.irp reg, eax, ecx, edx
	pushl	%\reg
	.endr
.endm

.macro RESTORE_VOLATILE
	.irp reg, edx, ecx, eax
	popl	%\reg
	.endr
.endm
#endif

	.pushsection .noinstr.text, "ax"

/*
 * Until the processor's vendor is known. Makes the choice, which takes effect at
 * every place that calls from then on, and serves this one call itself.
 */
SYM_FUNC_START(xen_hypercall_hvm)
	ENDBR
	FRAME_BEGIN
	SAVE_VOLATILE
	call	xen_hypercall_choose
	testb	%al, %al
	RESTORE_VOLATILE
	FRAME_END
	jnz	.Lamd
	vmcall
	RET
.Lamd:
	vmmcall
	RET
SYM_FUNC_END(xen_hypercall_hvm)

SYM_FUNC_START(xen_hypercall_intel)
	vmcall
	RET
SYM_FUNC_END(xen_hypercall_intel)

SYM_FUNC_START(xen_hypercall_amd)
	vmmcall
	RET
SYM_FUNC_END(xen_hypercall_amd)

	.popsection
