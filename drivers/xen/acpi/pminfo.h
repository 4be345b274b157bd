/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Power states of a processor: from the form in which the kernel's ACPI code has read
 * them to the form that the hypervisor wants (xen/include/public/platform.h,
 * XENPF_set_processor_pminfo). Pure functions.
 */
#ifndef XEN_ACPI_PMINFO_H
#define XEN_ACPI_PMINFO_H

#include <linux/acpi.h>
#include <linux/cpufreq.h>
#include <linux/minmax.h>

#include <acpi/processor.h>

#include <xen/interface/xen.h>
#include <xen/interface/platform.h>

/* The register that an idle state is entered by, as in Intel's ACPI interface. */
#define PMINFO_FFH_VENDOR_INTEL		1
#define PMINFO_FFH_CLASS_MWAIT		2

/* Idle states */

static inline struct xen_power_register pminfo_cx_register(u8 entry_method, u64 address)
{
	struct xen_power_register reg = {
		.space_id = ACPI_ADR_SPACE_FIXED_HARDWARE,
		.address = address,
	};

	if (entry_method == ACPI_CSTATE_SYSTEMIO) {
		reg.space_id = ACPI_ADR_SPACE_SYSTEM_IO;
		reg.access_size = 1;
		reg.bit_width = 8;
	} else if (entry_method == ACPI_CSTATE_FFH) {
		reg.bit_width = PMINFO_FFH_VENDOR_INTEL;
		reg.bit_offset = PMINFO_FFH_CLASS_MWAIT;
	}

	return reg;
}

static inline unsigned int pminfo_cx_count(const struct acpi_processor_power *power)
{
	return clamp(power->count, 0, ACPI_PROCESSOR_MAX_POWER - 1);
}

/*
 * Fill @to, with room for pminfo_cx_count() states, and return how many are valid.
 * ACPI's states count from 1.
 */
static inline unsigned int pminfo_cx_states(struct xen_processor_cx *to,
					    const struct acpi_processor_power *power)
{
	unsigned int count = pminfo_cx_count(power), valid = 0, i;

	for (i = 1; i <= count; i++) {
		const struct acpi_processor_cx *from = &power->states[i];

		if (!from->valid)
			continue;
		to[valid] = (struct xen_processor_cx) {
			.type = from->type,
			.latency = from->latency,
			.reg = pminfo_cx_register(from->entry_method, from->address),
		};
		valid++;
	}

	return valid;
}

static inline struct xen_processor_flags pminfo_cx_flags(const struct acpi_processor_flags *from)
{
	return (struct xen_processor_flags) {
		.power_setup_done = from->power_setup_done,
		.has_cst = from->has_cst,
		.bm_check = from->bm_check,
		.bm_control = from->bm_control,
	};
}

/* Performance states */

static inline struct xen_processor_px pminfo_px_state(const struct acpi_processor_px *from)
{
	return (struct xen_processor_px) {
		.core_frequency = from->core_frequency,
		.power = from->power,
		.transition_latency = from->transition_latency,
		.bus_master_latency = from->bus_master_latency,
		.control = from->control,
		.status = from->status,
	};
}

/* The hypervisor's has padding where the firmware's has none. */
static inline struct xen_pct_register pminfo_pct(const struct acpi_pct_register *from)
{
	return (struct xen_pct_register) {
		.address = from->address,
		.space_id = from->space_id,
		.bit_offset = from->bit_offset,
		.bit_width = from->bit_width,
		.descriptor = from->descriptor,
		.length = from->length,
		.reserved = from->reserved,
	};
}

static inline struct xen_psd_package pminfo_psd(const struct acpi_psd_package *from)
{
	return (struct xen_psd_package) {
		.domain = from->domain,
		.num_processors = from->num_processors,
		.coord_type = from->coord_type,
		.revision = from->revision,
		.num_entries = from->num_entries,
	};
}

/* Who coordinates the processors of a domain; 0 if the firmware's word is none of ACPI's. */
static inline u32 pminfo_shared_type(u64 coord_type)
{
	switch (coord_type) {
	case DOMAIN_COORD_TYPE_SW_ALL:
		return CPUFREQ_SHARED_TYPE_ALL;
	case DOMAIN_COORD_TYPE_SW_ANY:
		return CPUFREQ_SHARED_TYPE_ANY;
	case DOMAIN_COORD_TYPE_HW_ALL:
		return CPUFREQ_SHARED_TYPE_HW;
	default:
		return CPUFREQ_SHARED_TYPE_NONE;
	}
}

/*
 * Firmware without _PSD says that no processor depends on another. The hypervisor wants
 * a domain all the same: one of its own, numbered out of the way of the firmware's.
 */
static inline struct acpi_psd_package pminfo_psd_alone(u32 acpi_id)
{
	return (struct acpi_psd_package) {
		.num_entries = ACPI_PSD_REV0_ENTRIES,
		.revision = ACPI_PSD_REV0_REVISION,
		.domain = BIT(31) | acpi_id,
		.coord_type = DOMAIN_COORD_TYPE_SW_ALL,
		.num_processors = 1,
	};
}

#endif /* XEN_ACPI_PMINFO_H */
