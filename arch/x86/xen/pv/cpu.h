/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the PV processor port share: boot, CPU operations,
 * descriptors, traps, interrupt flags, context switch.
 *
 * The operations named here are the values of one paravirt table, xen_cpu_ops in
 * cpu.c.  Everything runs on the vCPU that it changes, with preemption off,
 * unless its own comment says otherwise.
 */
#ifndef _XEN_PV_CPU_H
#define _XEN_PV_CPU_H

#include <linux/init.h>
#include <linux/linkage.h>
#include <linux/types.h>

#include <asm/desc_defs.h>

struct cpuid_regs;
struct start_info;
struct task_struct;
struct thread_struct;
struct trap_info;

/* entry.S: code, but no functions to call from C */
void xen_iret(void);
void xen_entry_SYSCALL_64(void);
void xen_entry_SYSCALL_compat(void);
void xen_entry_SYSENTER_compat(void);

/* entry.S: members of pv_ops, which keep every register but rax */
__visible unsigned long xen_read_cr2_direct(void);
__visible unsigned long xen_read_cr2(void);
__visible unsigned long xen_save_fl_direct(void);
__visible void xen_irq_disable_direct(void);
__visible void xen_irq_enable_direct(void);

/* entry_64.S: where the hypervisor goes when it cannot load a selector of ours */
extern const char xen_failsafe_callback[];

/* start.c, setup.c, boot_params.c, machine.c, mtrr.c, mwait.c */
extern void *xen_initial_gdt;
void xen_arch_setup(void);
void xen_enable_sysenter(void);
void xen_enable_syscall(void);
void xen_start_kernel(struct start_info *si);
void xen_boot_params_fill(void);
void xen_machine_init(void);

#ifdef CONFIG_MTRR
void xen_mtrr_read(void);
#else
static inline void xen_mtrr_read(void) { }
#endif

#ifdef CONFIG_ACPI
bool xen_mwait_probe(u32 *ecx, u32 *edx);
#else
static inline bool xen_mwait_probe(u32 *ecx, u32 *edx) { return false; }
#endif

#if IS_ENABLED(CONFIG_EDD)
void xen_boot_params_edd(void);
#else
static inline void xen_boot_params_edd(void) { }
#endif

/* cpu.c */
void xen_cpu_ops_install(void);

/* cpuid.c */
void xen_cpuid(unsigned int *ax, unsigned int *bx, unsigned int *cx, unsigned int *dx);
void xen_cpuid_init_features(void);

/**
 * struct xen_cpuid_view - what a vCPU is told instead of the host's answer
 * @apic_id: initial APIC id of the asking vCPU
 * @mwait_ecx: ECX of the MWAIT leaf, 0 where C-states stay the hypervisor's
 * @mwait_edx: EDX of the MWAIT leaf
 */
struct xen_cpuid_view {
	u8 apic_id;
	u32 mwait_ecx;
	u32 mwait_edx;
};

/* cpuid_filter.c */
bool xen_cpuid_synthetic(u32 leaf, const struct xen_cpuid_view *view, struct cpuid_regs *regs);
void xen_cpuid_filter(u32 leaf, const struct xen_cpuid_view *view, struct cpuid_regs *regs);

/* msr.c */
u64 xen_read_msr(unsigned int msr);
void xen_write_msr(unsigned int msr, unsigned int low, unsigned int high);
u64 xen_read_msr_safe(unsigned int msr, int *err);
int xen_write_msr_safe(unsigned int msr, unsigned int low, unsigned int high);
void xen_load_gs_index(unsigned int selector);
void xen_user_gs_forget(void);
void xen_user_gs_prepare(unsigned int cpu);

/* desc.c, ldt.c */
void xen_load_gdt(const struct desc_ptr *dtr);
void xen_load_boot_gdt(void);
void xen_write_gdt_entry(struct desc_struct *table, int index, const void *desc, int type);
void xen_gdt_prepare(unsigned int cpu);
void xen_alloc_ldt(struct desc_struct *ldt, unsigned int entries);
void xen_free_ldt(struct desc_struct *ldt, unsigned int entries);
void xen_set_ldt(const void *ldt, unsigned int entries);
void xen_write_ldt_entry(struct desc_struct *ldt, int index, const void *desc);

/* traps.c */
void xen_load_idt(const struct desc_ptr *dtr);
void xen_write_idt_entry(gate_desc *idt, int vector, const gate_desc *gate);
void xen_copy_trap_info(struct trap_info *traps);

/* switch.c */
void xen_start_context_switch(struct task_struct *prev);
void xen_end_context_switch(struct task_struct *next);
void xen_load_tls(struct thread_struct *thread, unsigned int cpu);
void xen_load_sp0(unsigned long sp0);
void xen_switch_prepare(unsigned int cpu);

/* apic.c */
void xen_init_apic(void);

/* hotplug.c */
void xen_pv_hotplug_init(void);

/* irqflags.c */
void xen_init_irq_ops(void);
void xen_force_evtchn_callback(void);
void xen_setup_vcpu_info_placement(void);

#endif /* _XEN_PV_CPU_H */
