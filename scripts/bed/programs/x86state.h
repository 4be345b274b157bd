/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole register state of an x86 thread, and a way to see it survive.
 *
 * STATE_FUNCTION(name, middle) makes a function that loads every general
 * register, the flags, x87, SSE and what else XSAVE reaches from "in",
 * executes the instructions of "middle", and stores all of it in "out": no
 * compiler and no library touches a register in between.
 *
 * Needs bed.h first.  Call state_start() once.
 */
#ifndef X86STATE_H
#define X86STATE_H

#include <cpuid.h>
#include <sys/ucontext.h>

#ifdef __x86_64__
#define GPR_COUNT 15	/* rax rbx rcx rdx rsi rdi rbp r8 to r15 */
#define GPR_RBP 6
#define XMM_COUNT 16
#define UC_IP(context) (((ucontext_t *)(context))->uc_mcontext.gregs[REG_RIP])
#define UC_SP(context) (((ucontext_t *)(context))->uc_mcontext.gregs[REG_RSP])
#else
#define GPR_COUNT 7	/* eax ebx ecx edx esi edi ebp */
#define XMM_COUNT 8
#define UC_IP(context) (((ucontext_t *)(context))->uc_mcontext.gregs[REG_EIP])
#define UC_SP(context) (((ucontext_t *)(context))->uc_mcontext.gregs[REG_UESP])
#endif
#define UC_FLAGS(context) (((ucontext_t *)(context))->uc_mcontext.gregs[REG_EFL])
#define UC_TRAP(context) (((ucontext_t *)(context))->uc_mcontext.gregs[REG_TRAPNO])

enum { GPR_AX, GPR_BX, GPR_CX, GPR_DX, GPR_SI, GPR_DI };

#define FLAG_CF 0x1UL
#define FLAG_TF 0x100UL
#define FLAG_DF 0x400UL
#define FLAG_AC 0x40000UL
#define FLAG_ID 0x200000UL
#define FLAGS_ARITHMETIC 0x8d5UL	/* CF PF AF ZF SF OF */

#define XSAVE_SIZE 4096
#define XSAVE_HEADER 512
#define FX_MXCSR 24
#define FX_ST 32
#define FX_XMM 160
#define XSTATE_WANTED 0xe7	/* x87, SSE, AVX, and the three parts of AVX-512 */

struct cpu_state {
	uint8_t xsave[XSAVE_SIZE] __attribute__((aligned(64)));
	unsigned long gpr[GPR_COUNT];
	unsigned long flags;
};

/* What XSAVE is asked for; 0 where there is only FXSAVE. */
uint32_t state_mask;
static const uint32_t state_mxcsr __attribute__((used)) = 0x1f80;

#ifdef __x86_64__
#define STATE_FUNCTION(name, middle)						\
	void name(const struct cpu_state *in, struct cpu_state *out);		\
	__asm__(".pushsection .text\n"						\
		".globl " #name "\n"						\
		#name ":\n"							\
		"	push %rbx; push %rbp; push %r12; push %r13\n"		\
		"	push %r14; push %r15; push %rsi\n"			\
		"	mov state_mask(%rip), %eax; xor %edx, %edx\n"		\
		"	test %eax, %eax; jz 1f\n"				\
		"	xrstor64 (%rdi); jmp 2f\n"				\
		"1:	fxrstor64 (%rdi)\n"					\
		"2:	push 4096+15*8(%rdi); popf\n"				\
		"	mov 4096(%rdi), %rax; mov 4096+8(%rdi), %rbx\n"		\
		"	mov 4096+16(%rdi), %rcx; mov 4096+24(%rdi), %rdx\n"	\
		"	mov 4096+32(%rdi), %rsi; mov 4096+48(%rdi), %rbp\n"	\
		"	mov 4096+56(%rdi), %r8; mov 4096+64(%rdi), %r9\n"	\
		"	mov 4096+72(%rdi), %r10; mov 4096+80(%rdi), %r11\n"	\
		"	mov 4096+88(%rdi), %r12; mov 4096+96(%rdi), %r13\n"	\
		"	mov 4096+104(%rdi), %r14; mov 4096+112(%rdi), %r15\n"	\
		"	mov 4096+40(%rdi), %rdi\n"				\
		middle "\n"							\
		"	pushf; push %r15; push %r14; push %r13; push %r12\n"	\
		"	push %r11; push %r10; push %r9; push %r8; push %rbp\n"	\
		"	push %rdi; push %rsi; push %rdx; push %rcx; push %rbx\n"\
		"	push %rax\n"						\
		"	mov 16*8(%rsp), %rdi\n"					\
		"	pop 4096(%rdi); pop 4096+8(%rdi); pop 4096+16(%rdi)\n"	\
		"	pop 4096+24(%rdi); pop 4096+32(%rdi)\n"			\
		"	pop 4096+40(%rdi); pop 4096+48(%rdi)\n"			\
		"	pop 4096+56(%rdi); pop 4096+64(%rdi)\n"			\
		"	pop 4096+72(%rdi); pop 4096+80(%rdi)\n"			\
		"	pop 4096+88(%rdi); pop 4096+96(%rdi)\n"			\
		"	pop 4096+104(%rdi); pop 4096+112(%rdi)\n"		\
		"	pop 4096+120(%rdi)\n"					\
		"	push $0x202; popf\n"					\
		"	mov state_mask(%rip), %eax; xor %edx, %edx\n"		\
		"	test %eax, %eax; jz 3f\n"				\
		"	xsave64 (%rdi); jmp 4f\n"				\
		"3:	fxsave64 (%rdi)\n"					\
		"4:	fninit; ldmxcsr state_mxcsr(%rip)\n"			\
		"	pop %rsi; pop %r15; pop %r14; pop %r13; pop %r12\n"	\
		"	pop %rbp; pop %rbx\n"					\
		"	ret\n"							\
		".popsection\n")
#else
#define STATE_FUNCTION(name, middle)						\
	void name(const struct cpu_state *in, struct cpu_state *out);		\
	__asm__(".pushsection .text\n"						\
		".globl " #name "\n"						\
		#name ":\n"							\
		"	push %ebx; push %esi; push %edi; push %ebp\n"		\
		"	mov 20(%esp), %edi; push 24(%esp)\n"			\
		"	mov state_mask, %eax; xor %edx, %edx\n"			\
		"	test %eax, %eax; jz 1f\n"				\
		"	xrstor (%edi); jmp 2f\n"				\
		"1:	fxrstor (%edi)\n"					\
		"2:	push 4096+7*4(%edi); popf\n"				\
		"	mov 4096(%edi), %eax; mov 4096+4(%edi), %ebx\n"		\
		"	mov 4096+8(%edi), %ecx; mov 4096+12(%edi), %edx\n"	\
		"	mov 4096+16(%edi), %esi; mov 4096+24(%edi), %ebp\n"	\
		"	mov 4096+20(%edi), %edi\n"				\
		middle "\n"							\
		"	pushf; push %ebp; push %edi; push %esi; push %edx\n"	\
		"	push %ecx; push %ebx; push %eax\n"			\
		"	mov 8*4(%esp), %edi\n"					\
		"	popl 4096(%edi); popl 4096+4(%edi)\n"			\
		"	popl 4096+8(%edi); popl 4096+12(%edi)\n"		\
		"	popl 4096+16(%edi); popl 4096+20(%edi)\n"		\
		"	popl 4096+24(%edi); popl 4096+28(%edi)\n"		\
		"	push $0x202; popf\n"					\
		"	mov state_mask, %eax; xor %edx, %edx\n"			\
		"	test %eax, %eax; jz 3f\n"				\
		"	xsave (%edi); jmp 4f\n"					\
		"3:	fxsave (%edi)\n"					\
		"4:	fninit; ldmxcsr state_mxcsr\n"				\
		"	add $4, %esp; pop %ebp; pop %edi; pop %esi; pop %ebx\n"	\
		"	ret\n"							\
		".popsection\n")
#endif

/* The parts of the state beyond x87 and SSE: where XSAVE puts each. */
static struct {
	uint32_t offset, size;
} state_part[8];

/* state_start - find out what there is; returns a name for it. */
static inline const char *state_start(void)
{
	uint32_t a, b, c, d, low, high, part;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
		return "x87 and SSE";
	__asm__ volatile("xgetbv" : "=a" (low), "=d" (high) : "c" (0));
	state_mask = low & XSTATE_WANTED;
	for (part = 2; part < ARRAY_SIZE(state_part); part++) {
		if (!(state_mask & 1U << part))
			continue;
		__cpuid_count(0xd, part, a, b, c, d);
		if (!a || b + a > XSAVE_SIZE)
			fail("expected part %u of XSAVE within %d bytes, got %u at %u", part,
			     XSAVE_SIZE, a, b);
		state_part[part].offset = b;
		state_part[part].size = a;
	}
	return state_mask & 0xe0 ? "x87, SSE, AVX and AVX-512" :
	       state_mask & 4 ? "x87, SSE and AVX" : "x87 and SSE, by XSAVE";
}

/*
 * state_fill - a state that no other seed has.  All exceptions stay masked;
 * rounding and precision, which are kept too, are drawn.
 */
static inline void state_fill(struct cpu_state *state, uint64_t seed, unsigned long flags)
{
	uint64_t random = seed;
	uint32_t mxcsr = 0x1f80 | (uint32_t)(random_next(&random) & 0x6000);
	uint16_t control = 0x037f | (uint16_t)(random_next(&random) & 0x0c00);
	unsigned int i;

	memset(state, 0, sizeof(*state));
	for (i = 0; i < GPR_COUNT; i++)
		state->gpr[i] = (unsigned long)random_next(&random);
	state->flags = 0x202 | (flags & ~FLAGS_ARITHMETIC) |
		       (random_next(&random) & flags & FLAGS_ARITHMETIC);
	memcpy(state->xsave, &control, 2);
	state->xsave[4] = 0xff;		/* no x87 register is empty */
	memcpy(state->xsave + FX_MXCSR, &mxcsr, 4);
	for (i = 0; i < 8; i++) {
		pattern_fill(state->xsave + FX_ST + i * 16, 8, seed, i);
		state->xsave[FX_ST + i * 16 + 9] = 0x40;	/* a normal number */
		state->xsave[FX_ST + i * 16 + 7] |= 0x80;
	}
	pattern_fill(state->xsave + FX_XMM, XMM_COUNT * 16, seed, FX_XMM);
	for (i = 2; i < ARRAY_SIZE(state_part); i++)
		if (XMM_COUNT == 16 || i == 5)
			pattern_fill(state->xsave + state_part[i].offset, state_part[i].size, seed,
				     state_part[i].offset);
		else if (i != 7)	/* half as many registers, and no upper sixteen */
			pattern_fill(state->xsave + state_part[i].offset,
				     state_part[i].size / 2, seed, state_part[i].offset);
	memcpy(state->xsave + XSAVE_HEADER, &state_mask, 4);
	if (XMM_COUNT == 8)
		state->xsave[XSAVE_HEADER] &= 0x7f;
}

/*
 * state_compare - fail unless the states agree, but for the general registers
 * in the mask "lost" and the flags outside "flags".
 */
static inline void state_compare(const struct cpu_state *want, const struct cpu_state *got,
				 unsigned int lost, unsigned long flags, const char *after)
{
	unsigned int i;

	for (i = 0; i < GPR_COUNT; i++)
		if (!(lost & 1U << i) && want->gpr[i] != got->gpr[i])
			fail("%s: expected 0x%lx in register %u, got 0x%lx", after, want->gpr[i],
			     i, got->gpr[i]);
	if ((want->flags ^ got->flags) & flags)
		fail("%s: expected flags 0x%lx, got 0x%lx", after, want->flags & flags,
		     got->flags & flags);
	if (memcmp(want->xsave, got->xsave, 2) || want->xsave[4] != got->xsave[4])
		fail("%s: expected x87 control 0x%02x%02x and tags 0x%02x, got 0x%02x%02x, 0x%02x",
		     after, want->xsave[1], want->xsave[0], want->xsave[4], got->xsave[1],
		     got->xsave[0], got->xsave[4]);
	if (memcmp(want->xsave + FX_MXCSR, got->xsave + FX_MXCSR, 4))
		fail("%s: expected MXCSR 0x..%02x%02x, got 0x..%02x%02x", after,
		     want->xsave[FX_MXCSR + 1], want->xsave[FX_MXCSR], got->xsave[FX_MXCSR + 1],
		     got->xsave[FX_MXCSR]);
	for (i = 0; i < 8; i++)
		if (memcmp(want->xsave + FX_ST + i * 16, got->xsave + FX_ST + i * 16, 10))
			fail("%s: expected st(%u) to be kept, got another value", after, i);
	for (i = 0; i < XMM_COUNT; i++)
		if (memcmp(want->xsave + FX_XMM + i * 16, got->xsave + FX_XMM + i * 16, 16))
			fail("%s: expected xmm%u to be kept, got another value", after, i);
	for (i = 2; i < ARRAY_SIZE(state_part); i++)
		if (memcmp(want->xsave + state_part[i].offset, got->xsave + state_part[i].offset,
			   state_part[i].size))
			fail("%s: expected part %u of XSAVE to be kept, got another", after, i);
}

#endif /* X86STATE_H */
