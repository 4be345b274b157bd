/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's records of machine checks, and their form for /dev/mcelog.
 *
 * A struct mc_info has a number of entries of different types and sizes, one behind the
 * other. Pure functions; they read no entry that does not lie inside the struct whole.
 */
#ifndef XEN_SYS_MC_INFO_H
#define XEN_SYS_MC_INFO_H

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include <asm/msr-index.h>

#include <xen/interface/xen.h>
#include <xen/interface/xen-mca.h>

/* Where a walk through the entries has come to; starts zeroed. */
struct mc_walk {
	u32 entries;		/* passed */
	size_t bytes;		/* that these have */
};

static inline size_t mc_entry_least(u16 type)
{
	switch (type) {
	case MC_TYPE_GLOBAL:
		return sizeof(struct mcinfo_global);
	case MC_TYPE_BANK:
		return sizeof(struct mcinfo_bank);
	default:
		return sizeof(struct mcinfo_common);
	}
}

/* The next entry, or NULL at the end or where an entry is out of bounds. */
static inline const struct mcinfo_common *
mc_walk_next(struct mc_walk *walk, const struct mc_info *info)
{
	const size_t room = sizeof(info->mi_data) - walk->bytes;
	const struct mcinfo_common *entry = (const void *)info->mi_data + walk->bytes;

	if (walk->entries >= info->mi_nentries || room < sizeof(*entry) ||
	    entry->size > room || entry->size < mc_entry_least(entry->type))
		return NULL;

	walk->entries++;
	walk->bytes += entry->size;
	return entry;
}

/* The next entry of one type, or NULL. */
static inline const void *mc_walk_to(struct mc_walk *walk, const struct mc_info *info, u16 type)
{
	const struct mcinfo_common *entry;

	do {
		entry = mc_walk_next(walk, info);
	} while (entry && entry->type != type);

	return entry;
}

static inline const struct mcinfo_logical_cpu *
mc_find_cpu(const struct mcinfo_logical_cpu *cpus, unsigned int count, u32 apic_id)
{
	for (; count; count--, cpus++)
		if (cpus->mc_apicid == apic_id)
			return cpus;

	return NULL;
}

/* What the records of all banks of one machine check have in common. */
static inline void mc_record_cpu(struct xen_mce *record, const struct mcinfo_global *global,
				 const struct mcinfo_logical_cpu *cpu)
{
	unsigned int i, msrs = min_t(unsigned int, cpu->mc_nmsrvals, ARRAY_SIZE(cpu->mc_msrvalues));

	record->apicid = global->mc_apicid;
	record->mcgstatus = global->mc_gstatus;
	record->extcpu = cpu->mc_cpunr;
	record->cpu = cpu->mc_cpunr;
	record->socketid = cpu->mc_chipid;
	record->cpuvendor = cpu->mc_vendor;

	for (i = 0; i < msrs; i++) {
		const struct mcinfo_msr *msr = &cpu->mc_msrvalues[i];

		if (msr->reg == MSR_IA32_MCG_CAP)
			record->mcgcap = msr->value;
		else if (msr->reg == MSR_PPIN || msr->reg == MSR_AMD_PPIN)
			record->ppin = msr->value;
	}
}

static inline void mc_record_bank(struct xen_mce *record, const struct mcinfo_bank *bank)
{
	record->bank = bank->mc_bank;
	record->status = bank->mc_status;
	record->addr = bank->mc_addr;
	record->misc = bank->mc_misc;
	record->tsc = bank->mc_tsc;
	record->finished = 1;
}

/* Add to what is to be read; there is no room for more than the first errors. */
static inline void mc_log_add(struct xen_mce_log *log, const struct xen_mce *record)
{
	if (log->next >= ARRAY_SIZE(log->entry)) {
		log->flags |= BIT(XEN_MCE_OVERFLOW);
		return;
	}

	log->entry[log->next] = *record;
	WRITE_ONCE(log->next, log->next + 1);
}

#endif /* XEN_SYS_MC_INFO_H */
