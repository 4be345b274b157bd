// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU operations of a PV domain: control and debug registers, I/O permission,
 * and the table that names all others (switch.c, desc.c, ldt.c, traps.c, msr.c,
 * cpuid.c).
 *
 * Linux runs in ring 3, in an address space of its own beside user mode's. What is
 * privileged is a hypercall, or faults and is emulated by the hypervisor.
 */
#include <linux/init.h>
#include <linux/percpu.h>

#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/fsgsbase.h>
#include <asm/io_bitmap.h>
#include <asm/paravirt.h>
#include <asm/processor.h>
#include <asm/special_insns.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/interface.h>

#include <xen/interface/physdev.h>

#include "cpu.h"
#include "multicall.h"
#include "pmu.h"

static noinstr unsigned long xen_get_debugreg(int reg)
{
	return HYPERVISOR_get_debugreg(reg);
}

static noinstr void xen_set_debugreg(int reg, unsigned long value)
{
	HYPERVISOR_set_debugreg(reg, value);
}

/* CR0 as Linux wrote it last, 0 if never; reading the register faults. */
static DEFINE_PER_CPU(unsigned long, cr0_shadow);

static unsigned long xen_read_cr0(void)
{
	unsigned long cr0 = this_cpu_read(cr0_shadow);

	if (likely(cr0))
		return cr0;

	cr0 = native_read_cr0();
	this_cpu_write(cr0_shadow, cr0);
	return cr0;
}

/*
 * Of CR0 a domain has nothing but TS.  It is sent even if it is unchanged, for the
 * hypervisor clears TS by itself when it hands on a device-not-available fault.
 */
static void xen_write_cr0(unsigned long cr0)
{
	unsigned long flags = xen_batch_begin();

	this_cpu_write(cr0_shadow, cr0);
	MULTI_fpu_taskswitch(xen_batch_call(), !!(cr0 & X86_CR0_TS));
	xen_batch_end(flags, XEN_LAZY_CPU);
}

/*
 * Page sizes, global pages and RDPMC in user mode are the hypervisor's to grant;
 * fsgsbase.c tells when FSGSBASE goes on.
 */
static void xen_write_cr4(unsigned long cr4)
{
	cr4 &= ~(X86_CR4_PSE | X86_CR4_PGE | X86_CR4_PCE);
	if (READ_ONCE(fsgsbase_held_back) && (cr4 & X86_CR4_FSGSBASE)) {
		/* Linux thinks the bit is on; native_write_cr4() would put it back. */
		asm volatile("mov %0,%%cr4" : : "r" (cr4 & ~X86_CR4_FSGSBASE) : "memory");
		return;
	}
	native_write_cr4(cr4);
}

/* There is no task register: the TSS is the hypervisor's. */
static unsigned long xen_store_tr(void)
{
	return 0;
}

/* Ports that need a delay are old hardware, which no vCPU outruns. */
static void xen_io_delay(void)
{
}

#ifdef CONFIG_X86_IOPL_IOPERM

static void set_io_bitmap(const void *bitmap, unsigned int nr_ports)
{
	struct physdev_set_iobitmap op = { .nr_ports = nr_ports };

	set_xen_guest_handle(op.bitmap, (u8 *)bitmap);
	WARN_ON_ONCE(HYPERVISOR_physdev_op(PHYSDEVOP_set_iobitmap, &op));
}

static void xen_invalidate_io_bitmap(void)
{
	native_tss_invalidate_io_bitmap();
	set_io_bitmap(NULL, 0);
}

/*
 * Where natively the TSS is pointed at a bitmap, here the hypervisor is, and it
 * reads the very copy in the TSS that the native code has brought up to date.
 */
static void xen_update_io_bitmap(void)
{
	const struct x86_hw_tss *tss = this_cpu_ptr(&cpu_tss_rw.x86_tss);
	const void *bitmap;

	native_tss_update_io_bitmap();

	bitmap = (const void *)tss + tss->io_bitmap_base;
	set_io_bitmap(bitmap, tss->io_bitmap_base == IO_BITMAP_OFFSET_INVALID ?
			      0 : IO_BITMAP_BITS);
}

#endif

static const typeof(pv_ops) xen_cpu_ops __initconst = {
	.cpu = {
		/* what runs */
		.start_context_switch = xen_start_context_switch,
		.end_context_switch = xen_end_context_switch,
		.load_sp0 = xen_load_sp0,
		.load_tls = xen_load_tls,
		.load_gs_index = xen_load_gs_index,

		/* descriptor tables */
		.load_gdt = xen_load_gdt,
		.write_gdt_entry = xen_write_gdt_entry,
		.load_idt = xen_load_idt,
		.write_idt_entry = xen_write_idt_entry,
		.set_ldt = xen_set_ldt,
		.alloc_ldt = xen_alloc_ldt,
		.free_ldt = xen_free_ldt,
		.write_ldt_entry = xen_write_ldt_entry,
		.load_tr_desc = paravirt_nop,
		.store_tr = xen_store_tr,

		/* registers */
		.read_cr0 = xen_read_cr0,
		.write_cr0 = xen_write_cr0,
		.write_cr4 = xen_write_cr4,
		.get_debugreg = xen_get_debugreg,
		.set_debugreg = xen_set_debugreg,
		.read_msr = xen_read_msr,
		.read_msr_safe = xen_read_msr_safe,
		.write_msr = xen_write_msr,
		.write_msr_safe = xen_write_msr_safe,
		.read_pmc = xen_read_pmc,
		.cpuid = xen_cpuid,
		.wbinvd = pv_native_wbinvd,

		/* I/O ports */
#ifdef CONFIG_X86_IOPL_IOPERM
		.invalidate_io_bitmap = xen_invalidate_io_bitmap,
		.update_io_bitmap = xen_update_io_bitmap,
#endif
		.io_delay = xen_io_delay,
	},
};

/**
 * xen_cpu_ops_install - make this port's CPU operations the current ones
 *
 * Early boot.
 */
void __init xen_cpu_ops_install(void)
{
	pv_info.name = "Xen";
	fsgsbase_held_back = true;
	pv_info.extra_user_64bit_cs = FLAT_USER_CS64;
	pv_ops.cpu = xen_cpu_ops.cpu;
}
