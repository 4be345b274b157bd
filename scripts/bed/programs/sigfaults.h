/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The faults of sigcheck: each instruction that the processor refuses must
 * become the right signal, code, address and trap number, and the program must
 * go on where its handler says, with the state its handler left.
 *
 * Needs bed.h and x86state.h first.
 */
#ifndef SIGFAULTS_H
#define SIGFAULTS_H

#include <sys/resource.h>
#include <setjmp.h>

#define PAGE 4096UL

struct fault {
	const char *name;
	void (*run)(void);
	const char *at, *next;		/* the instruction, and the one behind it */
	int signal, code, trap;
	bool after;			/* reported behind the instruction */
	bool addressed;			/* si_addr is the instruction */
	void (*mend)(void *context);	/* NULL: go on behind it */
};

#ifdef __x86_64__
#define AT(symbol) symbol "(%rip)"
#else
#define AT(symbol) symbol
#endif

/* Code that faults at a known place; what it clobbers a call may clobber. */
#define FAULT_CODE(name, setup, instruction)				\
	__asm__(".pushsection .text\n"					\
		".globl fault_" #name ", fault_" #name "_at, "		\
		"fault_" #name "_next\n"				\
		"fault_" #name ":	" setup "\n"			\
		"fault_" #name "_at:	" instruction "\n"		\
		"fault_" #name "_next:	incl " AT("fault_resumed") "; ret\n"	\
		".popsection\n");					\
	void fault_##name(void);					\
	extern const char fault_##name##_at[], fault_##name##_next[]

__asm__(".pushsection .rodata\n"
	"fault_x87_zero: .short 0x037b\n"	/* divisions by zero are not masked */
	"fault_x87_invalid: .short 0x037e\n"
	".balign 4\n"
	"fault_sse_zero: .long 0x1d80\n"
	"fault_sse_invalid: .long 0x1f00\n"
	"fault_one: .float 1\n"
	"fault_minus: .float -1\n"
	"fault_bounds: .long 0, 5\n"
	".popsection\n");

FAULT_CODE(ud2, "", "ud2");
FAULT_CODE(divide, "xor %ecx, %ecx; xor %edx, %edx; mov $1, %eax", "div %ecx");
FAULT_CODE(overflow, "mov $-1, %ecx; mov $0x80000000, %eax; cdq", "idiv %ecx");
FAULT_CODE(int3, "", "int3");
FAULT_CODE(int81, "", "int $0x81");
FAULT_CODE(hlt, "", "hlt");
FAULT_CODE(cli, "", "cli");
FAULT_CODE(in, "", "in $0x80, %al");
FAULT_CODE(rdcr, "", ".byte 0x0f, 0x20, 0xc0");	/* mov %cr0, %eax or %rax */
FAULT_CODE(x87_divide, "fninit; fldcw " AT("fault_x87_zero") "; fld1; fldz; fdivrp", "fwait");
FAULT_CODE(x87_nan, "fninit; fldcw " AT("fault_x87_invalid") "; fldz; fldz; fdivrp", "fwait");
FAULT_CODE(sse_divide, "ldmxcsr " AT("fault_sse_zero") "; movss " AT("fault_one") ", %xmm0; "
	   "xorps %xmm1, %xmm1", "divss %xmm1, %xmm0");
FAULT_CODE(sse_nan, "ldmxcsr " AT("fault_sse_invalid") "; movss " AT("fault_minus") ", %xmm1",
	   "sqrtss %xmm1, %xmm0");
#ifdef __x86_64__
FAULT_CODE(beyond, "mov $0x8000000000000000, %rax", "mov (%rax), %eax");
#else
FAULT_CODE(into, "mov $0x7fffffff, %eax; add $1, %eax", "into");
FAULT_CODE(bound, "mov $-9, %eax", "bound %eax, fault_bounds");
#endif

int fault_resumed;	/* counts the times that the code went on */
static volatile siginfo_t fault_info;
static volatile int fault_count, fault_trap, fault_write;
static volatile unsigned long fault_ip;
static void (*volatile fault_mend)(void *context);
static const char *volatile fault_next;

/* x87: drop the pending exception; the wait is executed again. */
static void mend_x87(void *context)
{
	struct _libc_fpstate *state = ((ucontext_t *)context)->uc_mcontext.fpregs;

#ifdef __x86_64__
	state->swd &= 0x7f00;
#else
	state->sw &= 0xffff7f00;
#endif
}

/* SSE: mask all exceptions; the instruction is executed again. */
static void mend_sse(void *context)
{
	struct _libc_fpstate *state = ((ucontext_t *)context)->uc_mcontext.fpregs;

#ifdef __x86_64__
	state->mxcsr = 0x1f80;
#else
	/* The FXSAVE image follows the 112 bytes of the old layout. */
	*(uint32_t *)((char *)state + 112 + FX_MXCSR) = 0x1f80;
#endif
}

static const struct fault faults[] = {
#define FAULT(name) #name, fault_##name, fault_##name##_at, fault_##name##_next
	{ FAULT(ud2), SIGILL, ILL_ILLOPN, 6, false, true, NULL },
	{ FAULT(divide), SIGFPE, FPE_INTDIV, 0, false, true, NULL },
	{ FAULT(overflow), SIGFPE, FPE_INTDIV, 0, false, true, NULL },
	{ FAULT(int3), SIGTRAP, SI_KERNEL, 3, true, false, NULL },
	{ FAULT(int81), SIGSEGV, SI_KERNEL, 13, false, false, NULL },
	{ FAULT(hlt), SIGSEGV, SI_KERNEL, 13, false, false, NULL },
	{ FAULT(cli), SIGSEGV, SI_KERNEL, 13, false, false, NULL },
	{ FAULT(in), SIGSEGV, SI_KERNEL, 13, false, false, NULL },
	{ FAULT(rdcr), SIGSEGV, SI_KERNEL, 13, false, false, NULL },
	{ FAULT(x87_divide), SIGFPE, FPE_FLTDIV, 16, false, true, mend_x87 },
	{ FAULT(x87_nan), SIGFPE, FPE_FLTINV, 16, false, true, mend_x87 },
	{ FAULT(sse_divide), SIGFPE, FPE_FLTDIV, 19, false, true, mend_sse },
	{ FAULT(sse_nan), SIGFPE, FPE_FLTINV, 19, false, true, mend_sse },
#ifdef __x86_64__
	{ FAULT(beyond), SIGSEGV, SI_KERNEL, 13, false, false, NULL },
#else
	{ FAULT(into), SIGSEGV, SI_KERNEL, 4, true, false, NULL },
	{ FAULT(bound), SIGSEGV, SI_KERNEL, 5, false, false, NULL },
#endif
};

static void fault_taken(int signal, siginfo_t *info, void *context)
{
	if (!fault_mend && !fault_next)
		fail("expected no fault, got signal %d, code %d at %p, instruction 0x%lx", signal,
		     info->si_code, info->si_addr, (unsigned long)UC_IP(context));
	memcpy((void *)&fault_info, info, sizeof(*info));
	if (++fault_count > 2)
		fail("expected the fault to be mended, it came %d times", fault_count);
	fault_trap = (int)UC_TRAP(context);
	fault_write = (int)(((ucontext_t *)context)->uc_mcontext.gregs[REG_ERR] & 2);
	fault_ip = (unsigned long)UC_IP(context);
	if (fault_mend)
		fault_mend(context);
	else
		UC_IP(context) = (greg_t)(uintptr_t)fault_next;
}

static void faults_catch(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	struct sigaction action = { .sa_sigaction = fault_taken, .sa_flags = SA_SIGINFO };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigaction(signals[i], &action, NULL))
			fail_errno("sigaction");
}

/* Some emulators note unmasked SSE exceptions and raise none: not the kernel's doing. */
static bool sse_noted(int code)
{
	uint32_t mxcsr;

	__asm__ volatile("stmxcsr %0" : "=m" (mxcsr));
	return mxcsr & (code == FPE_FLTDIV ? 4 : 1);
}

/* run_fault - false if the processor did not raise it at all. */
static bool run_fault(const struct fault *fault)
{
	void *address = fault->addressed ? (void *)(uintptr_t)fault->at : NULL;
	uintptr_t ip = (uintptr_t)(fault->after ? fault->next : fault->at);
	bool noted;

	bed_step = fault->name;
	fault_count = 0;
	fault_resumed = 0;
	fault_next = fault->next;
	fault_mend = fault->mend;
	fault->run();
	noted = fault->mend == mend_sse && sse_noted(fault->code);
	fault_mend = NULL;
	fault_next = NULL;
	__asm__ volatile("fninit; ldmxcsr %0" : : "m" (state_mxcsr));
	if (!fault_count && noted)
		return false;
	if (fault_count != 1 || fault_resumed != 1)
		fail("expected one signal, then to go on, got %d and %d", fault_count,
		     fault_resumed);
	if (fault_info.si_signo != fault->signal || fault_info.si_code != fault->code ||
	    fault_info.si_addr != address)
		fail("expected signal %d, code %d, address %p, got %d, %d, %p", fault->signal,
		     fault->code, address, fault_info.si_signo, fault_info.si_code,
		     fault_info.si_addr);
	if (fault_trap != fault->trap || fault_ip != ip)
		fail("expected trap %d at 0x%lx, got %d at 0x%lx", fault->trap, (unsigned long)ip,
		     fault_trap, fault_ip);
	return true;
}

/* ------------------------------------------------------------- memory */
static char *page_area;
static int page_file;

static void mend_protection(void *context)
{
	(void)context;
	if (mprotect(page_area, PAGE, PROT_READ | PROT_WRITE))
		fail_errno("mprotect");
}

static void mend_hole(void *context)
{
	(void)context;
	if (mmap(page_area, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		 -1, 0) != page_area)
		fail_errno("mmap");
}

static void mend_file(void *context)
{
	(void)context;
	if (ftruncate(page_file, PAGE))
		fail_errno("ftruncate");
}

/* An access that faults once, is mended, and then does what it should. */
static void page_fault(const char *name, void (*mend)(void *context), bool write, int signal,
		       int code)
{
	volatile uint32_t *word = (volatile uint32_t *)(page_area + 0xa8);
	uint32_t value = 0;

	bed_step = name;
	fault_count = 0;
	fault_mend = mend;
	if (write)
		*word = 0x5eed;
	else
		value = *word;
	fault_mend = NULL;
	if (fault_count != 1 || fault_info.si_signo != signal || fault_info.si_code != code ||
	    fault_info.si_addr != (void *)word)
		fail("expected signal %d, code %d once at %p, got %d, %d, %d times at %p", signal,
		     code, (void *)word, fault_info.si_signo, fault_info.si_code, fault_count,
		     fault_info.si_addr);
	if (fault_trap != 14 || !fault_write != !write)
		fail("expected a page fault by a %s, got trap %d by a %s",
		     write ? "write" : "read", fault_trap, fault_write ? "write" : "read");
	if (write ? *word != 0x5eed : value)
		fail("expected the access to be done after the mend, got 0x%x", *word);
}

static void page_faults(void)
{
	page_area = map_or_fail(PAGE);
	page_file = memfd_create("sigcheck", MFD_CLOEXEC);
	if (page_file < 0)
		fail_errno("memfd_create");
	mprotect(page_area, PAGE, PROT_NONE);
	page_fault("read of a forbidden page", mend_protection, false, SIGSEGV, SEGV_ACCERR);
	mprotect(page_area, PAGE, PROT_READ);
	page_fault("write to a read-only page", mend_protection, true, SIGSEGV, SEGV_ACCERR);
	munmap(page_area, PAGE);
	page_fault("read of a hole", mend_hole, false, SIGSEGV, SEGV_MAPERR);
	munmap(page_area, PAGE);
	page_fault("write to a hole", mend_hole, true, SIGSEGV, SEGV_MAPERR);
	if (mmap(page_area, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, page_file,
		 0) != page_area)
		fail_errno("mmap");
	page_fault("write behind a file's end", mend_file, true, SIGBUS, BUS_ADRERR);
	munmap(page_area, PAGE);
	close(page_file);
}

static sigjmp_buf fault_return;

static void mend_jump(void *context)
{
	(void)context;
	siglongjmp(fault_return, 1);
}

/*
 * The kernel's and the hypervisor's memory is nothing to a program; the last
 * is Xen's table of all frames, which a kernel may read and its programs not.
 */
#ifdef __x86_64__
static const uintptr_t addresses[] = {
	0xffff888000001000, 0xffff830000001000, 0xffffffff81000000, 0xffff800000000000,
};
#else
static const uintptr_t addresses[] = { 0xffffe000, 0xfffff000 };
#endif

static void kernel_addresses(void)
{
	volatile size_t i;

	bed_step = "addresses of the kernel";
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		fault_count = 0;
		fault_mend = mend_jump;
		if (!sigsetjmp(fault_return, 1))
			(void)*(volatile char *)addresses[i];
		fault_mend = NULL;
		if (fault_count != 1 || fault_info.si_signo != SIGSEGV ||
		    fault_info.si_code != SEGV_MAPERR || (uintptr_t)fault_info.si_addr !=
		    addresses[i])
			fail("expected SIGSEGV, code 1 at 0x%lx, got %d, %d, %d times at %p",
			     (unsigned long)addresses[i], fault_info.si_signo, fault_info.si_code,
			     fault_count, fault_info.si_addr);
	}
}

/* --------------------------------------------------------- trap flag */
#define STEPS 10

/*
 * The trap comes behind each instruction that starts with the flag set: the
 * ten, and the three that clear it.
 */
__asm__(".pushsection .text\n"
	".globl stepped, stepped_first, stepped_last\n"
#ifdef __x86_64__
	"stepped: pushf; orl $0x100, (%rsp); popf\n"
	"stepped_first: .rept 10; nop; .endr\n"
	"	pushf; andl $~0x100, (%rsp); popf\n"
#else
	"stepped: pushf; orl $0x100, (%esp); popf\n"
	"stepped_first: .rept 10; nop; .endr\n"
	"	pushf; andl $~0x100, (%esp); popf\n"
#endif
	"stepped_last: ret\n"
	".popsection\n");
void stepped(void);
extern const char stepped_first[], stepped_last[];

static volatile unsigned long step_ips[64];

static void note_step(int signal, siginfo_t *info, void *context)
{
	if (info->si_code != TRAP_TRACE || (uintptr_t)info->si_addr != (uintptr_t)UC_IP(context))
		fail("expected code %d at 0x%lx, got signal %d, code %d at %p", TRAP_TRACE,
		     (unsigned long)UC_IP(context), signal, info->si_code, info->si_addr);
	if (fault_count < (int)ARRAY_SIZE(step_ips))
		step_ips[fault_count] = (unsigned long)UC_IP(context);
	fault_count++;
}

static void trap_flag(void)
{
	struct sigaction action = { .sa_sigaction = note_step, .sa_flags = SA_SIGINFO }, old;
	int i;

	bed_step = "trap flag";
	fault_count = 0;
	sigaction(SIGTRAP, &action, &old);
	stepped();
	sigaction(SIGTRAP, &old, NULL);
	if (fault_count != STEPS + 3)
		fail("expected %d single steps, got %d", STEPS + 3, fault_count);
	for (i = 0; i < STEPS; i++)
		if (step_ips[i] != (uintptr_t)stepped_first + 1 + (unsigned int)i)
			fail("expected step %d to end at %p, got 0x%lx", i,
			     (const void *)(stepped_first + 1 + i), step_ips[i]);
	if (step_ips[STEPS + 2] != (uintptr_t)stepped_last)
		fail("expected the last step at %p, got 0x%lx", (const void *)stepped_last,
		     step_ips[STEPS + 2]);
}

/* all_faults - one round; returns how many faults the processor did not raise. */
static unsigned int all_faults(unsigned int *count)
{
	unsigned int untrapped = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		untrapped += !run_fault(&faults[i]);
	page_faults();
	kernel_addresses();
	trap_flag();
	*count += ARRAY_SIZE(faults) - untrapped + 5 + ARRAY_SIZE(addresses) + STEPS + 3;
	return untrapped;
}

#endif /* SIGFAULTS_H */
