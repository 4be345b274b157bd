/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a domain calls the hypervisor, and everything that it can call for.
 *
 * A hypercall is the static call xen_hypercall: a direct call of the stub that
 * fits this domain (PV, or one processor vendor's), patched in once at boot. No
 * indirect branch is taken, and no page whose contents the hypervisor wrote is
 * executed, so the kernel's own speculation and control-flow defences hold.
 *
 * The calling convention is the hypervisor's: number and result in [er]ax,
 * arguments in the registers below. The hypervisor may leave anything in the
 * registers of the arguments, also of those that a call does not have.
 */
#ifndef _ASM_X86_XEN_HYPERCALL_H
#define _ASM_X86_XEN_HYPERCALL_H

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/instrumentation.h>
#include <linux/kernel.h>
#include <linux/pgtable.h>
#include <linux/spinlock.h>
#include <linux/static_call_types.h>
#include <linux/string.h>
#include <linux/types.h>

#include <asm/alternative.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include <asm/page.h>
#include <asm/smap.h>

#include <xen/interface/xen.h>
#include <xen/interface/physdev.h>
#include <xen/interface/platform.h>
#include <xen/interface/sched.h>
#include <xen/interface/xen-mca.h>

#include <trace/events/xen.h>

struct xen_dm_op_buf;

void xen_hypercall_func(void);
DECLARE_STATIC_CALL(xen_hypercall, xen_hypercall_func);

/*
 * objtool finds the key of a static call's site by name, so an object that has
 * only such sites must refer to it; modules reach it through the trampoline.
 */
#ifdef MODULE
#define XEN_HYPERCALL_INSN \
	__stringify(call STATIC_CALL_TRAMP(xen_hypercall))
#else
#define XEN_HYPERCALL_INSN \
	__stringify(.global STATIC_CALL_KEY(xen_hypercall);) \
	__stringify(call STATIC_CALL_TRAMP(xen_hypercall))
#endif

/*
 * Constraints of the first three arguments. The other two have no constraint
 * letter of their own on x86-64, they need a register variable.
 */
#ifdef CONFIG_X86_64
#define XEN_ARG1(val)	"+D" (val)
#define XEN_ARG2(val)	"+S" (val)
#define XEN_ARG3(val)	"+d" (val)
#define XEN_REG_ARG1	"rdi"
#define XEN_REG_ARG2	"rsi"
#define XEN_REG_ARG3	"rdx"
#define XEN_REG_ARG4	"r10"
#define XEN_REG_ARG5	"r8"
#else
#define XEN_ARG1(val)	"+b" (val)
#define XEN_ARG2(val)	"+c" (val)
#define XEN_ARG3(val)	"+d" (val)
#define XEN_REG_ARG1	"ebx"
#define XEN_REG_ARG2	"ecx"
#define XEN_REG_ARG3	"edx"
#define XEN_REG_ARG4	"esi"
#define XEN_REG_ARG5	"edi"
#endif

/* The call itself, by number of arguments; always inlined, also into noinstr code. */

static __always_inline unsigned long __xen_hypercall1(unsigned long op,
						      unsigned long a1)
{
	asm volatile(XEN_HYPERCALL_INSN
		     : "+a" (op), XEN_ARG1(a1), ASM_CALL_CONSTRAINT
		     :
		     : XEN_REG_ARG2, XEN_REG_ARG3, XEN_REG_ARG4, XEN_REG_ARG5,
		       "memory");
	return op;
}

static __always_inline unsigned long __xen_hypercall2(unsigned long op,
						      unsigned long a1,
						      unsigned long a2)
{
	asm volatile(XEN_HYPERCALL_INSN
		     : "+a" (op), XEN_ARG1(a1), XEN_ARG2(a2),
		       ASM_CALL_CONSTRAINT
		     :
		     : XEN_REG_ARG3, XEN_REG_ARG4, XEN_REG_ARG5, "memory");
	return op;
}

static __always_inline unsigned long __xen_hypercall3(unsigned long op,
						      unsigned long a1,
						      unsigned long a2,
						      unsigned long a3)
{
	asm volatile(XEN_HYPERCALL_INSN
		     : "+a" (op), XEN_ARG1(a1), XEN_ARG2(a2),
		       XEN_ARG3(a3), ASM_CALL_CONSTRAINT
		     :
		     : XEN_REG_ARG4, XEN_REG_ARG5, "memory");
	return op;
}

static __always_inline unsigned long __xen_hypercall4(unsigned long op,
						      unsigned long a1,
						      unsigned long a2,
						      unsigned long a3,
						      unsigned long a4)
{
	register unsigned long reg4 asm(XEN_REG_ARG4) = a4;

	asm volatile(XEN_HYPERCALL_INSN
		     : "+a" (op), XEN_ARG1(a1), XEN_ARG2(a2),
		       XEN_ARG3(a3), "+r" (reg4), ASM_CALL_CONSTRAINT
		     :
		     : XEN_REG_ARG5, "memory");
	return op;
}

static __always_inline unsigned long __xen_hypercall5(unsigned long op,
						      unsigned long a1,
						      unsigned long a2,
						      unsigned long a3,
						      unsigned long a4,
						      unsigned long a5)
{
	register unsigned long reg4 asm(XEN_REG_ARG4) = a4;
	register unsigned long reg5 asm(XEN_REG_ARG5) = a5;

	asm volatile(XEN_HYPERCALL_INSN
		     : "+a" (op), XEN_ARG1(a1), XEN_ARG2(a2),
		       XEN_ARG3(a3), "+r" (reg4), "+r" (reg5),
		       ASM_CALL_CONSTRAINT
		     :
		     : "memory");
	return op;
}

/*
 * XEN_HYPERCALLn(RETURNED, NAME, TYPE, ARGUMENT...) defines HYPERVISOR_NAME(),
 * in the manner of SYSCALL_DEFINEn().
 */
#define XEN_HYPERCALL1(ret, name, t1, a1)				\
static __always_inline ret HYPERVISOR_##name(t1 a1)			\
{									\
	return (ret)__xen_hypercall1(__HYPERVISOR_##name,		\
				     (unsigned long)a1);		\
}

#define XEN_HYPERCALL2(ret, name, t1, a1, t2, a2)			\
static __always_inline ret HYPERVISOR_##name(t1 a1, t2 a2)		\
{									\
	return (ret)__xen_hypercall2(__HYPERVISOR_##name,		\
				     (unsigned long)a1,			\
				     (unsigned long)a2);		\
}

#define XEN_HYPERCALL3(ret, name, t1, a1, t2, a2, t3, a3)		\
static __always_inline ret HYPERVISOR_##name(t1 a1, t2 a2, t3 a3)	\
{									\
	return (ret)__xen_hypercall3(__HYPERVISOR_##name,		\
				     (unsigned long)a1,			\
				     (unsigned long)a2,			\
				     (unsigned long)a3);		\
}

#define XEN_HYPERCALL4(ret, name, t1, a1, t2, a2, t3, a3, t4, a4)	\
static __always_inline ret HYPERVISOR_##name(t1 a1, t2 a2, t3 a3, t4 a4) \
{									\
	return (ret)__xen_hypercall4(__HYPERVISOR_##name,		\
				     (unsigned long)a1,			\
				     (unsigned long)a2,			\
				     (unsigned long)a3,			\
				     (unsigned long)a4);		\
}

/* What every kind of domain calls. */

XEN_HYPERCALL3(int, console_io, int, cmd, int, count, char *, str)
XEN_HYPERCALL2(int, event_channel_op, int, cmd, void *, arg)
XEN_HYPERCALL3(int, grant_table_op, unsigned int, cmd, void *, uop,
	       unsigned int, count)
XEN_HYPERCALL2(long, memory_op, unsigned int, cmd, void *, arg)
XEN_HYPERCALL2(int, multicall, void *, call_list, u32, nr_calls)
XEN_HYPERCALL2(int, physdev_op, int, cmd, void *, arg)
XEN_HYPERCALL2(int, sched_op, int, cmd, void *, arg)
XEN_HYPERCALL3(int, vcpu_op, int, cmd, int, vcpuid, void *, extra_args)
XEN_HYPERCALL2(int, vm_assist, unsigned int, cmd, unsigned int, type)
XEN_HYPERCALL2(int, xen_version, int, cmd, void *, arg)
XEN_HYPERCALL2(int, xenpmu_op, unsigned int, op, void *, arg)

static __always_inline unsigned long __must_check
HYPERVISOR_hvm_op(int op, void *arg)
{
	return __xen_hypercall2(__HYPERVISOR_hvm_op, op, (unsigned long)arg);
}

static __always_inline int HYPERVISOR_mca(struct xen_mc *mc_op)
{
	mc_op->interface_version = XEN_MCA_INTERFACE_VERSION;
	return __xen_hypercall1(__HYPERVISOR_mca, (unsigned long)mc_op);
}

static __always_inline int HYPERVISOR_platform_op(struct xen_platform_op *op)
{
	op->interface_version = XENPF_INTERFACE_VERSION;
	return __xen_hypercall1(__HYPERVISOR_platform_op, (unsigned long)op);
}

/* The ABI has a 32-bit caller in mind: low half first, then the high one. */
static __always_inline long HYPERVISOR_set_timer_op(u64 timeout)
{
	return __xen_hypercall2(__HYPERVISOR_set_timer_op, timeout,
				timeout >> 32);
}

/*
 * The toolstack finds the start_info of a suspended PV domain in the register
 * of the third argument, which SCHEDOP_shutdown itself does not use.
 */
static __always_inline int HYPERVISOR_suspend(unsigned long start_info_mfn)
{
	struct sched_shutdown how = { .reason = SHUTDOWN_suspend };

	return __xen_hypercall3(__HYPERVISOR_sched_op, SCHEDOP_shutdown,
				(unsigned long)&how, start_info_mfn);
}

/* A call whose number is known only at run time, such as a multicall's entry. */
static __always_inline long xen_single_call(unsigned int call,
					    unsigned long a1, unsigned long a2,
					    unsigned long a3, unsigned long a4,
					    unsigned long a5)
{
	return __xen_hypercall5(call, a1, a2, a3, a4, a5);
}

/*
 * With SMAP the hypervisor refuses user memory as the kernel itself does, so
 * it must be open across a call that works on it. objtool is kept from seeing
 * that: it would object to a call while it is open.
 */
static __always_inline void xen_user_access_open(void)
{
	asm volatile(ANNOTATE_IGNORE_ALTERNATIVE ASM_STAC
		     : : : "cc", "memory");
}

static __always_inline void xen_user_access_close(void)
{
	asm volatile(ANNOTATE_IGNORE_ALTERNATIVE ASM_CLAC
		     : : : "cc", "memory");
}

/* Any call at all on behalf of user space, whose memory it may work on. */
static __always_inline long privcmd_call(unsigned int call,
					 unsigned long a1, unsigned long a2,
					 unsigned long a3, unsigned long a4,
					 unsigned long a5)
{
	long result;

	xen_user_access_open();
	result = xen_single_call(call, a1, a2, a3, a4, a5);
	xen_user_access_close();

	return result;
}

static __always_inline int HYPERVISOR_dm_op(domid_t dom, unsigned int nr_bufs,
					    struct xen_dm_op_buf *bufs)
{
	unsigned long result;

	xen_user_access_open();
	result = __xen_hypercall3(__HYPERVISOR_dm_op, dom, nr_bufs,
				  (unsigned long)bufs);
	xen_user_access_close();

	return result;
}

#ifdef CONFIG_XEN_PV

/* What only a PV domain calls. */

XEN_HYPERCALL2(int, callback_op, int, cmd, void *, arg)
XEN_HYPERCALL1(unsigned long, get_debugreg, int, reg)
XEN_HYPERCALL2(int, set_debugreg, int, reg, unsigned long, value)
XEN_HYPERCALL2(int, set_gdt, unsigned long *, frame_list, int, entries)
XEN_HYPERCALL2(int, set_segment_base, int, reg, unsigned long, value)
XEN_HYPERCALL1(int, set_trap_table, struct trap_info *, table)
XEN_HYPERCALL2(int, update_descriptor, u64, maddr, u64, desc)
XEN_HYPERCALL4(int, mmu_update, struct mmu_update *, req, int, count,
	       int *, success_count, domid_t, domid)
XEN_HYPERCALL4(int, mmuext_op, struct mmuext_op *, op, int, count,
	       int *, success_count, domid_t, domid)

static __always_inline int HYPERVISOR_update_va_mapping(unsigned long va,
							pte_t new_val,
							unsigned long flags)
{
	return __xen_hypercall3(__HYPERVISOR_update_va_mapping, va,
				new_val.pte, flags);
}

/* Fill @mcl in with CALL and its arguments, the same words as in the registers. */
#define XEN_MULTICALL(mcl, call, ...)					\
do {									\
	const unsigned long __args[] = { __VA_ARGS__ };			\
	struct multicall_entry *__mcl = (mcl);				\
									\
	BUILD_BUG_ON(sizeof(__args) > sizeof(__mcl->args));		\
	__mcl->op = __HYPERVISOR_##call;				\
	memcpy(__mcl->args, __args, sizeof(__args));			\
	trace_xen_mc_entry(__mcl, ARRAY_SIZE(__args));			\
} while (0)

static inline void MULTI_fpu_taskswitch(struct multicall_entry *mcl, int set)
{
	XEN_MULTICALL(mcl, fpu_taskswitch, set);
}

static inline void MULTI_stack_switch(struct multicall_entry *mcl,
				      unsigned long ss, unsigned long esp)
{
	XEN_MULTICALL(mcl, stack_switch, ss, esp);
}

static inline void MULTI_update_descriptor(struct multicall_entry *mcl,
					   u64 maddr, struct desc_struct desc)
{
	unsigned long bits;

	BUILD_BUG_ON(sizeof(bits) != sizeof(desc));
	memcpy(&bits, &desc, sizeof(bits));
	XEN_MULTICALL(mcl, update_descriptor, maddr, bits);
}

static inline void MULTI_update_va_mapping(struct multicall_entry *mcl,
					   unsigned long va, pte_t new_val,
					   unsigned long flags)
{
	XEN_MULTICALL(mcl, update_va_mapping, va, new_val.pte, flags);
}

static inline void MULTI_mmu_update(struct multicall_entry *mcl,
				    struct mmu_update *req, int count,
				    int *success_count, domid_t domid)
{
	XEN_MULTICALL(mcl, mmu_update, (unsigned long)req, count,
		      (unsigned long)success_count, domid);
}

static inline void MULTI_mmuext_op(struct multicall_entry *mcl,
				   struct mmuext_op *op, int count,
				   int *success_count, domid_t domid)
{
	XEN_MULTICALL(mcl, mmuext_op, (unsigned long)op, count,
		      (unsigned long)success_count, domid);
}

#endif /* CONFIG_XEN_PV */

#endif /* _ASM_X86_XEN_HYPERCALL_H */
