// SPDX-License-Identifier: GPL-2.0
/*
 * Message signalled interrupts as PIRQs.
 */
#include <linux/irq.h>
#include <linux/msi.h>

#include <asm/xen/hypercall.h>

#include <xen/interface/physdev.h>

#include "channel.h"

/**
 * xen_allocate_pirq_msi - have Xen set a PIRQ aside for a message
 * @dev: the device
 * @msi: the message
 *
 * Context: any.
 * Return: the PIRQ, or -1.
 */
int xen_allocate_pirq_msi(struct pci_dev *dev, struct msi_desc *msi)
{
	struct physdev_get_free_pirq get = { .type = MAP_PIRQ_TYPE_MSI };
	int rc = HYPERVISOR_physdev_op(PHYSDEVOP_get_free_pirq, &get);

	WARN_ONCE(rc == -ENOSYS,
		  "hypervisor does not support the PHYSDEVOP_get_free_pirq interface\n");

	return rc ? -1 : get.pirq;
}

/**
 * xen_bind_pirq_msi_to_irq - make irqs for a message or a group of them
 * @dev: the device
 * @msi: the message
 * @pirq: the first one's PIRQ, the others follow it
 * @count: how many
 * @name: how /proc/interrupts calls the flow
 * @domid: whose device it is
 *
 * Context: may sleep.
 * Return: the first irq, or a negative errno with nothing made.
 */
int xen_bind_pirq_msi_to_irq(struct pci_dev *dev, struct msi_desc *msi, int pirq, int count,
			     const char *name, domid_t domid)
{
	struct xen_chan *chan;
	int irq, made, ret;

	mutex_lock(&chan_mutex);
	irq = irq_alloc_descs(-1, 0, count, -1);
	ret = irq;
	if (irq < 0)
		goto out;

	for (made = 0; made < count; made++) {
		chan = xen_chan_create_at(irq + made, KIND_PIRQ_EDGE, name);
		if (!chan) {
			/* That one's descriptor is gone; those after it are free still. */
			ret = -ENOMEM;
			if (made + 1 < count)
				irq_free_descs(irq + made + 1, count - made - 1);
			goto err;
		}
		xen_pirq_describe(chan, pirq + made, 0, domid);
		chan->pirq.in_group = made > 0;
	}

	ret = irq_set_msi_desc(irq, msi);
	if (ret)
		goto err;
	ret = irq;
	goto out;

err:
	while (made--)
		xen_chan_release(xen_chan_of_irq(irq + made));
out:
	mutex_unlock(&chan_mutex);
	return ret;
}
