/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frame numbers and page-table entries of a domain.
 *
 *   pfn    the domain's own, linear number of a page: what Linux counts in
 *   mfn    the host's number of that page
 *   gfn    what a domain puts in page tables and hands to the hypervisor: the
 *          mfn in a PV domain, the pfn in every other
 *   bfn    what a device is given: as gfn
 *
 * A PV domain goes from pfn to mfn by its own list (p2m) and back by the
 * hypervisor's (m2p). The m2p covers the whole host and may be stale, foreign or
 * have holes, so nothing that is read from it is believed until the p2m has
 * confirmed it: for a frame of our own, p2m[m2p[mfn]] == mfn, and nothing else.
 *
 * The lookups are on the path of every change of a page table. Inline is what
 * ordinary RAM needs, one bound, one load and one check; the rest is a call.
 */
#ifndef _ASM_X86_XEN_PAGE_H
#define _ASM_X86_XEN_PAGE_H

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <asm/extable.h>
#include <asm/page.h>

#include <xen/features.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/xen.h>

/* A byte address in the host, and one in the domain: not to be mixed up. */
typedef struct { phys_addr_t maddr; } xmaddr_t;
typedef struct { phys_addr_t paddr; } xpaddr_t;

#define XPADDR(addr)	((xpaddr_t) { (addr) })
#define XMADDR(addr)	((xmaddr_t) { (addr) })

/* The frame in an entry: also beyond what this processor's memory can have. */
#ifdef CONFIG_X86_64
#define XEN_PHYSICAL_MASK	__sme_clr(GENMASK_ULL(51, 0))
#else
#define XEN_PHYSICAL_MASK	__PHYSICAL_MASK
#endif
#define XEN_PTE_MFN_MASK \
	((pteval_t)((signed long)PAGE_MASK & XEN_PHYSICAL_MASK))

/*
 * An entry of the p2m: an mfn, and two marks above it. Foreign: the frame is
 * another domain's, mapped here by grant; the mark keeps it from being taken
 * for our own. Identity: no RAM of ours, the mfn is the pfn (devices, firmware).
 */
#define FOREIGN_FRAME_BIT	BIT(BITS_PER_LONG - 1)
#define IDENTITY_FRAME_BIT	BIT(BITS_PER_LONG - 2)
#define FOREIGN_FRAME(m)	((m) | FOREIGN_FRAME_BIT)
#define IDENTITY_FRAME(m)	((m) | IDENTITY_FRAME_BIT)
#define INVALID_P2M_ENTRY	(~0UL)

#define P2M_PER_PAGE		(PAGE_SIZE / sizeof(unsigned long))

extern unsigned long *xen_p2m_addr;
extern unsigned long xen_p2m_size;	/* entries to be read; 0 as long as there is no p2m */
extern unsigned long xen_max_p2m_pfn;	/* entries that there may be later */
extern unsigned long *machine_to_phys_mapping;
extern unsigned long machine_to_phys_nr;	/* 0 where there is no m2p */

unsigned long get_phys_to_machine(unsigned long pfn);
bool set_phys_to_machine(unsigned long pfn, unsigned long mfn);
bool __set_phys_to_machine(unsigned long pfn, unsigned long mfn);
int xen_alloc_p2m_entry(unsigned long pfn);
unsigned long __init set_phys_range_identity(unsigned long pfn_s,
					     unsigned long pfn_e);

/*
 * The kernel address of an object as the host's frame or address; also where
 * it is not in the linear mapping. It has to be mapped.
 */
unsigned long arbitrary_virt_to_mfn(void *vaddr);
xmaddr_t arbitrary_virt_to_machine(void *address);

void make_lowmem_page_readonly(void *vaddr);
void make_lowmem_page_readwrite(void *vaddr);

/*
 * Access to a word that may not be mapped: 0 or -EFAULT. One instruction, so the
 * word is read or written as a whole.
 */
static inline int xen_safe_read_ulong(const unsigned long *addr,
				      unsigned long *val)
{
	int err = 0;
	unsigned long word = ~0UL;

	asm volatile("1:	mov %[word], %[into]\n"
		     "2:\n"
		     _ASM_EXTABLE_TYPE_REG(1b, 2b, EX_TYPE_EFAULT_REG, %[err])
		     : [into] "+r" (word), [err] "+r" (err)
		     : [word] "m" (*addr));
	*val = word;
	return err;
}

static inline int xen_safe_write_ulong(unsigned long *addr, unsigned long val)
{
	int err = 0;

	asm volatile("1:	mov %[from], %[word]\n"
		     "2:\n"
		     _ASM_EXTABLE_TYPE_REG(1b, 2b, EX_TYPE_EFAULT_REG, %[err])
		     : [word] "=m" (*addr), [err] "+r" (err)
		     : [from] "r" (val));
	return err;
}

#ifdef CONFIG_XEN_PV

unsigned long xen_pfn_to_mfn_rare(unsigned long pfn);
unsigned long xen_mfn_to_pfn_rare(unsigned long mfn);

/*
 * The p2m's entry with its marks: INVALID_P2M_ENTRY, FOREIGN_FRAME(mfn),
 * IDENTITY_FRAME(mfn) or a plain mfn. An invalid entry is looked at again: its
 * page may be the shared one that stands for identity.
 */
static __always_inline unsigned long __pfn_to_mfn(unsigned long pfn)
{
	unsigned long entry;

	if (likely(pfn < xen_p2m_size)) {
		entry = xen_p2m_addr[pfn];
		if (likely(entry != INVALID_P2M_ENTRY))
			return entry;
	}
	return get_phys_to_machine(pfn);
}

/* The mfn without marks, or INVALID_P2M_ENTRY. */
static __always_inline unsigned long pfn_to_mfn(unsigned long pfn)
{
	unsigned long entry;

	if (likely(pfn < xen_p2m_size)) {
		entry = xen_p2m_addr[pfn];
		/* Neither mark: not foreign, not identity, not invalid. */
		if (likely(!(entry >> (BITS_PER_LONG - 2))))
			return entry;
	}
	return xen_pfn_to_mfn_rare(pfn);
}

static __always_inline int phys_to_machine_mapping_valid(unsigned long pfn)
{
	return xen_feature(XENFEAT_auto_translated_physmap) ||
	       __pfn_to_mfn(pfn) != INVALID_P2M_ENTRY;
}

/* What the m2p says of @mfn, true or not; ~0 where it says nothing. */
static __always_inline unsigned long mfn_to_pfn_no_overrides(unsigned long mfn)
{
	unsigned long pfn = ~0UL;

	if (unlikely(mfn >= machine_to_phys_nr))
		return pfn;

	/* The m2p has holes where the host has no RAM: then pfn stays as it is. */
	asm volatile("1:	mov %[entry], %[pfn]\n"
		     "2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : [pfn] "+r" (pfn)
		     : [entry] "m" (machine_to_phys_mapping[mfn]));
	return pfn;
}

/* The pfn of our own RAM in frame @mfn; ~0 if it is no frame of ours. */
static __always_inline unsigned long __mfn_to_own_pfn(unsigned long mfn)
{
	unsigned long pfn = mfn_to_pfn_no_overrides(mfn);

	if (likely(pfn < xen_p2m_size && xen_p2m_addr[pfn] == mfn))
		return pfn;
	return ~0UL;
}

/* The same, or @mfn itself where the p2m says identity. */
static __always_inline unsigned long mfn_to_pfn(unsigned long mfn)
{
	unsigned long pfn = __mfn_to_own_pfn(mfn);

	return likely(pfn != ~0UL) ? pfn : xen_mfn_to_pfn_rare(mfn);
}

int set_foreign_p2m_mapping(struct gnttab_map_grant_ref *map_ops,
			    struct gnttab_map_grant_ref *kmap_ops,
			    struct page **pages, unsigned int count);
int clear_foreign_p2m_mapping(struct gnttab_unmap_grant_ref *unmap_ops,
			      struct gnttab_unmap_grant_ref *kunmap_ops,
			      struct page **pages, unsigned int count);

#else /* CONFIG_XEN_PV: no domain here has a p2m of its own */

static inline unsigned long __pfn_to_mfn(unsigned long pfn) { return pfn; }
static inline unsigned long pfn_to_mfn(unsigned long pfn) { return pfn; }
static inline unsigned long mfn_to_pfn(unsigned long mfn) { return mfn; }
static inline unsigned long __mfn_to_own_pfn(unsigned long mfn) { return mfn; }
static inline unsigned long mfn_to_pfn_no_overrides(unsigned long mfn)
{
	return mfn;
}

static inline int phys_to_machine_mapping_valid(unsigned long pfn)
{
	return 1;
}

static inline int
clear_foreign_p2m_mapping(struct gnttab_unmap_grant_ref *ops,
			  struct gnttab_unmap_grant_ref *kops,
			  struct page **pages, unsigned int nr) { return 0; }
static inline int
set_foreign_p2m_mapping(struct gnttab_map_grant_ref *ops,
			struct gnttab_map_grant_ref *kops,
			struct page **pages, unsigned int nr) { return 0; }

#endif /* CONFIG_XEN_PV */

/* Also for domains without a p2m, which these keep from a call: gfn and bfn. */
static __always_inline unsigned long pfn_to_gfn(unsigned long pfn)
{
	return xen_feature(XENFEAT_auto_translated_physmap) ?
	       pfn : pfn_to_mfn(pfn);
}

static __always_inline unsigned long gfn_to_pfn(unsigned long gfn)
{
	return xen_feature(XENFEAT_auto_translated_physmap) ?
	       gfn : mfn_to_pfn(gfn);
}

#define pfn_to_bfn(pfn)		pfn_to_gfn(pfn)
#define bfn_to_pfn(bfn)		gfn_to_pfn(bfn)

/* The pfn if it is a page of our RAM, else one that is !pfn_valid(). */
static __always_inline unsigned long bfn_to_local_pfn(unsigned long bfn)
{
	return xen_feature(XENFEAT_auto_translated_physmap) ?
	       bfn : __mfn_to_own_pfn(bfn);
}

static inline xmaddr_t phys_to_machine(xpaddr_t phys)
{
	phys_addr_t frame = PFN_PHYS(pfn_to_mfn(PFN_DOWN(phys.paddr)));

	return XMADDR(frame | offset_in_page(phys.paddr));
}

static inline xpaddr_t machine_to_phys(xmaddr_t machine)
{
	phys_addr_t frame = PFN_PHYS(mfn_to_pfn(PFN_DOWN(machine.maddr)));

	return XPADDR(frame | offset_in_page(machine.maddr));
}

/* Of and to addresses in the linear mapping. */
static inline unsigned long virt_to_pfn(const void *v)
{
	return PFN_DOWN(__pa(v));
}

#define virt_to_machine(v)	(phys_to_machine(XPADDR(__pa(v))))
#define virt_to_mfn(v)		(pfn_to_mfn(virt_to_pfn(v)))
#define virt_to_gfn(v)		(pfn_to_gfn(virt_to_pfn(v)))
#define mfn_to_virt(m)		(__va(mfn_to_pfn(m) << PAGE_SHIFT))
#define gfn_to_virt(g)		(__va(gfn_to_pfn(g) << PAGE_SHIFT))

/*
 * Page-table entries as the hypervisor reads them, that is with mfns, past the
 * hooks that translate them: "ma" is for machine address.
 */
static __always_inline unsigned long pte_mfn(pte_t pte)
{
	return (pte.pte & XEN_PTE_MFN_MASK) >> PAGE_SHIFT;
}

static __always_inline pte_t mfn_pte(unsigned long mfn, pgprot_t prot)
{
	return (pte_t) {
		.pte = PFN_PHYS(mfn) | massage_pgprot(prot),
	};
}

static __always_inline pte_t __pte_ma(pteval_t val)
{
	return (pte_t) { .pte = val };
}

static __always_inline pteval_t pte_val_ma(pte_t pte)
{
	return pte.pte;
}

#ifdef __PAGETABLE_P4D_FOLDED
#define p4d_val_ma(entry)	((entry).pgd.pgd)
#else
#define p4d_val_ma(entry)	((entry).p4d)
#endif

#ifdef __PAGETABLE_PUD_FOLDED
#define pud_val_ma(entry)	((entry).p4d.pgd.pgd)
#else
#define pud_val_ma(entry)	((entry).pud)
#endif

#define pmd_val_ma(entry)	((entry).pmd)
#define __pmd_ma(val)		((pmd_t) { (val) })

/* Device and memory are coherent here: only Arm has domains that must bounce. */
static inline bool xen_arch_need_swiotlb(struct device *dev, phys_addr_t phys,
					 dma_addr_t dev_addr)
{
	return false;
}

#endif /* _ASM_X86_XEN_PAGE_H */
