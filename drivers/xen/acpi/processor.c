// SPDX-License-Identifier: GPL-2.0
/*
 * The initial domain reads which idle and performance states the firmware describes for
 * the machine's processors, and tells the hypervisor, which manages them.
 *
 * Domain 0 may have fewer vCPUs than the machine has CPUs. Those with a vCPU have an
 * acpi_processor of the kernel, which may have read their idle states; the others are found
 * in ACPI's name space. Performance states come from each processor's own object, for the
 * processors of a machine can differ.
 *
 * A processor that was given a struct acpi_processor_performance by us keeps this kernel's
 * own frequency drivers away.
 *
 * pm_lock guards all that is static here. Loading and unloading, which alone touch pm_perf,
 * exclude each other and the work by themselves.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/acpi.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/syscore_ops.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <acpi/processor.h>

#include <asm/xen/hypercall.h>

#include <xen/xen.h>
#include <xen/interface/platform.h>

#include "pminfo.h"

static int pm_off;
module_param_named(off, pm_off, int, 0400);
MODULE_PARM_DESC(off, "Inhibit the hypercall.");

static DEFINE_MUTEX(pm_lock);
static DEFINE_XARRAY(pm_done);		/* by ACPI id: the processor has been told of */
static unsigned int pm_accepted;	/* kinds of states that went through, of all processors */
static const struct acpi_processor *pm_model;	/* one with a vCPU, and idle states if any has */
static struct acpi_processor_performance *pm_perf;	/* by vCPU */

/* Telling the hypervisor */

static void pm_upload(struct xen_platform_op *op, const char *kind)
{
	u32 acpi_id = op->u.set_pminfo.id;
	int err = 0;

	lockdep_assert_held(&pm_lock);
	op->cmd = XENPF_set_processor_pminfo;
	if (!pm_off)
		err = HYPERVISOR_platform_op(op);

	switch (err) {
	case 0:
		pm_accepted++;
		pr_debug("ACPI CPU%u - %s-states uploaded.\n", acpi_id, kind);
		break;
	case -EINVAL:
		/* Firmware may describe processors that this machine does not have. */
	case -ENOSYS:
		break;
	default:
		pr_err("(%sX): Hypervisor error (%d) for ACPI CPU%u\n", kind, err, acpi_id);
	}
}

static int pm_upload_idle(u32 acpi_id, const struct acpi_processor *from)
{
	struct xen_platform_op op = {
		.u.set_pminfo = {
			.id = acpi_id,
			.type = XEN_PM_CX,
			.power.flags = pminfo_cx_flags(&from->flags),
		},
	};
	struct xenpf_set_processor_pminfo *info = &op.u.set_pminfo;
	struct xen_processor_cx *states;

	states = kcalloc(pminfo_cx_count(&from->power), sizeof(*states), GFP_KERNEL);
	if (!states)
		return -ENOMEM;

	info->power.count = pminfo_cx_states(states, &from->power);
	set_xen_guest_handle(info->power.states, states);
	if (info->power.count)
		pm_upload(&op, "C");
	else
		pr_debug("No _Cx for ACPI CPU %u\n", acpi_id);

	kfree(states);
	return 0;
}

static struct acpi_psd_package pm_psd(const struct acpi_processor *pr)
{
	struct acpi_psd_package psd;

	if (acpi_processor_get_psd(pr->handle, &psd))
		return pminfo_psd_alone(pr->acpi_id);

	return psd;
}

static int pm_upload_performance(const struct acpi_processor *pr)
{
	const struct acpi_processor_performance *from = pr->performance;
	struct acpi_psd_package psd = pm_psd(pr);
	struct xen_platform_op op = {
		.u.set_pminfo = {
			.id = pr->acpi_id,
			.type = XEN_PM_PX,
			.perf = {
				.flags = XEN_PX_PPC | XEN_PX_PCT | XEN_PX_PSS | XEN_PX_PSD,
				.platform_limit = pr->performance_platform_limit,
				.control_register = pminfo_pct(&from->control_register),
				.status_register = pminfo_pct(&from->status_register),
				.state_count = from->state_count,
				.domain_info = pminfo_psd(&psd),
				.shared_type = pminfo_shared_type(psd.coord_type),
			},
		},
	};
	struct xen_processor_px *states;
	unsigned int i;

	states = kcalloc(from->state_count, sizeof(*states), GFP_KERNEL);
	if (!states)
		return -ENOMEM;

	for (i = 0; i < from->state_count; i++)
		states[i] = pminfo_px_state(&from->states[i]);
	set_xen_guest_handle(op.u.set_pminfo.perf.states, states);
	pm_upload(&op, "P");

	kfree(states);
	return 0;
}

/*
 * All that is known of one processor; of each only once. Where the firmware describes idle
 * states that the kernel has not read, the model's are taken: without an idle driver of its
 * own the kernel reads them for one processor, and it can check them only for a CPU that
 * it runs on.
 */
static int pm_upload_processor(const struct acpi_processor *pr, bool idle)
{
	const struct acpi_processor *from = pr->flags.power ? pr : pm_model;
	int err;

	lockdep_assert_held(&pm_lock);
	err = xa_insert(&pm_done, pr->acpi_id, xa_mk_value(1), GFP_KERNEL);
	if (err)
		return err;

	if (idle && from->flags.power)
		err = pm_upload_idle(pr->acpi_id, from);
	if (!err && pr->performance && pr->performance->states)
		err = pm_upload_performance(pr);
	return err;
}

/* Reading what the firmware has */

/*
 * Have ACPI read a processor's performance states into @perf, and @perf stay with the
 * processor if there are any.
 */
static int pm_read_performance(struct acpi_processor *pr, struct acpi_processor_performance *perf)
{
	int err;

	pr->performance = perf;
	err = acpi_processor_get_performance_info(pr);
	if (!err)
		return 0;

	/* The table is there if it was but its limit that could not be read. */
	if (err == -ENODEV)
		kfree(perf->states);
	memset(perf, 0, sizeof(*perf));
	pr->performance = NULL;
	return err;
}

/* A processor object of either form: its id, and whether it has idle states. */
static bool pm_read_object(acpi_handle handle, u32 *acpi_id, bool *idle)
{
	union acpi_object object = {};
	struct acpi_buffer buffer = { sizeof(object), &object };
	acpi_object_type type;
	unsigned long long uid;

	if (ACPI_FAILURE(acpi_get_type(handle, &type)))
		return false;

	*idle = acpi_has_method(handle, "_CST");
	if (type == ACPI_TYPE_DEVICE) {
		if (ACPI_FAILURE(acpi_evaluate_integer(handle, "_UID", NULL, &uid)))
			return false;
		*acpi_id = uid;
	} else if (type == ACPI_TYPE_PROCESSOR) {
		if (ACPI_FAILURE(acpi_evaluate_object(handle, NULL, NULL, &buffer)))
			return false;
		*acpi_id = object.processor.proc_id;
		*idle |= object.processor.pblk_address != 0;
	} else {
		return false;
	}

	return !invalid_phys_cpuid(acpi_get_phys_id(handle, type == ACPI_TYPE_DEVICE, *acpi_id));
}

/* Tell of a processor without a vCPU; by the model's states where its own cannot be read. */
static int pm_upload_other(acpi_handle handle, u32 acpi_id, bool idle)
{
	struct acpi_processor_performance perf = {};
	struct acpi_processor *pr = kzalloc(sizeof(*pr), GFP_KERNEL);
	int err;

	if (!pr)
		return -ENOMEM;

	pr->handle = handle;
	pr->acpi_id = acpi_id;
	pr->id = pm_model->id;
	if (pm_read_performance(pr, &perf)) {
		pr->performance = pm_model->performance;
		pr->performance_platform_limit = pm_model->performance_platform_limit;
	}

	err = pm_upload_processor(pr, idle);
	kfree(perf.states);
	kfree(pr);
	return err;
}

static acpi_status pm_visit(acpi_handle handle, u32 level, void *unused, void **also_unused)
{
	u32 acpi_id;
	bool idle;
	int err;

	lockdep_assert_held(&pm_lock);
	if (!pm_read_object(handle, &acpi_id, &idle) || xa_load(&pm_done, acpi_id))
		return AE_OK;

	pr_debug("ACPI CPU%u has no vCPU\n", acpi_id);
	err = pm_upload_other(handle, acpi_id, idle);
	if (err)
		pr_warn("ACPI CPU%u: no states uploaded, error %d\n", acpi_id, err);
	return AE_OK;
}

/* Some processor with a vCPU, and with idle states if there is one. */
static const struct acpi_processor *pm_find_model(void)
{
	const struct acpi_processor *model = NULL;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		const struct acpi_processor *pr = per_cpu(processors, cpu);

		if (pr && (!model || (pr->flags.power && !model->flags.power)))
			model = pr;
	}

	return model;
}

static void pm_upload_own(const struct acpi_processor *pr)
{
	bool idle = false;
	u32 acpi_id;
	int err;

	pm_read_object(pr->handle, &acpi_id, &idle);
	err = pm_upload_processor(pr, idle || pr->flags.power);
	if (err)
		pr_warn("ACPI CPU%u: no states uploaded, error %d\n", pr->acpi_id, err);
}

static int pm_upload_all(void)
{
	unsigned int cpu;

	lockdep_assert_held(&pm_lock);
	pr_info("Uploading Xen processor PM info\n");

	xa_destroy(&pm_done);
	pm_accepted = 0;
	pm_model = pm_find_model();
	if (!pm_model)
		return -ENODEV;

	for_each_possible_cpu(cpu)
		if (per_cpu(processors, cpu))
			pm_upload_own(per_cpu(processors, cpu));

	acpi_walk_namespace(ACPI_TYPE_PROCESSOR, ACPI_ROOT_OBJECT, ACPI_UINT32_MAX,
			    pm_visit, NULL, NULL, NULL);
	acpi_get_devices(ACPI_PROCESSOR_DEVICE_HID, pm_visit, NULL, NULL);
	return pm_accepted ? 0 : -ENODEV;
}

/* The hypervisor forgets while the machine sleeps. */

static void pm_resume_work(struct work_struct *work)
{
	int err;

	mutex_lock(&pm_lock);
	err = pm_upload_all();
	mutex_unlock(&pm_lock);
	if (err)
		pr_info("ACPI data upload failed, error = %d\n", err);
}

static DECLARE_WORK(pm_resume, pm_resume_work);

/* Interrupts are off here, and reading ACPI's methods sleeps. */
static void pm_syscore_resume(void *unused)
{
	schedule_work(&pm_resume);
}

static const struct syscore_ops pm_syscore_ops = {
	.resume = pm_syscore_resume,
};

static struct syscore pm_syscore = {
	.ops = &pm_syscore_ops,
};

/* Coming and going */

/* Take the processors that no frequency driver has; without performance states is fine. */
static void pm_take_processors(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct acpi_processor *pr = per_cpu(processors, cpu);

		if (pr && !pr->performance)
			pm_read_performance(pr, &pm_perf[cpu]);
	}
}

static void pm_release_processors(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		const struct acpi_processor *pr = per_cpu(processors, cpu);

		if (pr && pr->performance == &pm_perf[cpu])
			acpi_processor_unregister_performance(cpu);
	}
	kfree(pm_perf);
}

static int __init pm_init(void)
{
	int err;

	if (!xen_initial_domain())
		return -ENODEV;

	pm_perf = kcalloc(nr_cpu_ids, sizeof(*pm_perf), GFP_KERNEL);
	if (!pm_perf)
		return -ENOMEM;
	pm_take_processors();

	mutex_lock(&pm_lock);
	err = pm_upload_all();
	mutex_unlock(&pm_lock);
	if (err) {
		xa_destroy(&pm_done);
		pm_release_processors();
		return err;
	}

	register_syscore(&pm_syscore);
	return 0;
}

static void __exit pm_exit(void)
{
	unregister_syscore(&pm_syscore);
	cancel_work_sync(&pm_resume);
	xa_destroy(&pm_done);
	pm_release_processors();
}

/* Before the frequency drivers, which come at late_initcall. */
device_initcall(pm_init);
module_exit(pm_exit);

MODULE_DESCRIPTION("Tells the Xen hypervisor of the processors' P-states and C-states in ACPI");
MODULE_LICENSE("GPL");
