// SPDX-License-Identifier: GPL-2.0
/*
 * The ACPI processor aggregator in the initial domain: the firmware asks for a number of
 * processors to be idle, to save power, and the hypervisor parks as many.
 *
 * pad_lock orders the requests, so that what is reported back is what was done last.
 */
#define pr_fmt(fmt) "xen_acpi_pad: " fmt

#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/xen/hypercall.h>

#include <xen/xen.h>
#include <xen/xen-ops.h>
#include <xen/interface/platform.h>
#include <xen/interface/version.h>

#define PAD_CLASS		"acpi_pad"
#define PAD_DEVICE_NAME		"Processor Aggregator"
#define PAD_NOTIFY_UTILIZATION	0x80
#define PAD_PUR_REVISION	1

static DEFINE_MUTEX(pad_lock);

static int pad_park(u32 type, u32 *cpus)
{
	struct xen_platform_op op = {
		.cmd = XENPF_core_parking,
		.u.core_parking = { .type = type, .idle_nums = *cpus },
	};
	int err;

	lockdep_assert_held(&pad_lock);
	err = HYPERVISOR_platform_op(&op);
	*cpus = op.u.core_parking.idle_nums;
	return err;
}

/* How many the firmware wants: _PUR has a revision and a number. */
static int pad_ask_firmware(acpi_handle handle, u32 *cpus)
{
	struct acpi_buffer buffer = { ACPI_ALLOCATE_BUFFER, NULL };
	const union acpi_object *answer, *element;
	int err = -EINVAL;

	if (ACPI_FAILURE(acpi_evaluate_object(handle, "_PUR", NULL, &buffer)))
		return -EIO;

	answer = buffer.pointer;
	if (!answer || answer->type != ACPI_TYPE_PACKAGE || answer->package.count != 2)
		goto out;

	element = answer->package.elements;
	if (element[0].type != ACPI_TYPE_INTEGER || element[1].type != ACPI_TYPE_INTEGER ||
	    element[0].integer.value != PAD_PUR_REVISION || element[1].integer.value > INT_MAX)
		goto out;

	*cpus = element[1].integer.value;
	err = 0;
out:
	kfree(buffer.pointer);
	return err;
}

static void pad_follow_firmware(acpi_handle handle)
{
	u32 cpus;
	struct acpi_buffer parked = { .length = sizeof(cpus), .pointer = &cpus };

	mutex_lock(&pad_lock);
	if (!pad_ask_firmware(handle, &cpus) && !pad_park(XEN_CORE_PARKING_SET, &cpus) &&
	    !pad_park(XEN_CORE_PARKING_GET, &cpus))
		acpi_evaluate_ost(handle, PAD_NOTIFY_UTILIZATION, 0, &parked);
	mutex_unlock(&pad_lock);
}

static void pad_notify(acpi_handle handle, u32 event, void *data)
{
	if (event == PAD_NOTIFY_UTILIZATION)
		pad_follow_firmware(handle);
	else
		pr_warn("Unsupported event [0x%x]\n", event);
}

static int pad_add(struct acpi_device *device)
{
	strscpy(acpi_device_name(device), PAD_DEVICE_NAME, MAX_ACPI_DEVICE_NAME_LEN);
	strscpy(acpi_device_class(device), PAD_CLASS, MAX_ACPI_CLASS_NAME_LEN);

	if (ACPI_FAILURE(acpi_install_notify_handler(device->handle, ACPI_DEVICE_NOTIFY,
						     pad_notify, device)))
		return -ENODEV;
	return 0;
}

static void pad_remove(struct acpi_device *device)
{
	u32 none = 0;

	acpi_remove_notify_handler(device->handle, ACPI_DEVICE_NOTIFY, pad_notify);

	mutex_lock(&pad_lock);
	pad_park(XEN_CORE_PARKING_SET, &none);
	mutex_unlock(&pad_lock);
}

static const struct acpi_device_id pad_ids[] = {
	{ "ACPI000C", 0 },
	{ }
};

static struct acpi_driver pad_driver = {
	.name = "processor_aggregator",
	.class = PAD_CLASS,
	.ids = pad_ids,
	.ops.add = pad_add,
	.ops.remove = pad_remove,
};

static int __init pad_init(void)
{
	/* Xen can park cores from 4.2 on. */
	if (!xen_initial_domain() || !xen_running_on_version_or_later(4, 2))
		return -ENODEV;

	return acpi_bus_register_driver(&pad_driver);
}
subsys_initcall(pad_init);
