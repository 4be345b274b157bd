// SPDX-License-Identifier: GPL-2.0
/*
 * Who wants to be told as soon as a domain goes on after it was saved. Called with the
 * other processors back, but devices still asleep.
 *
 * The chain has no lock: it is filled at boot and by modules, never while the domain is
 * being saved.
 */
#include <linux/export.h>
#include <linux/notifier.h>

#include <xen/xen-ops.h>

#include "power.h"

static RAW_NOTIFIER_HEAD(resume_chain);

/**
 * xen_resume_notifier_register - be told when the domain goes on
 * @nb: whom to call
 *
 * Context: process.
 */
void xen_resume_notifier_register(struct notifier_block *nb)
{
	raw_notifier_chain_register(&resume_chain, nb);
}
EXPORT_SYMBOL_GPL(xen_resume_notifier_register);

/**
 * xen_resume_notifier_unregister - not any more
 * @nb: who was registered
 *
 * Context: process.
 */
void xen_resume_notifier_unregister(struct notifier_block *nb)
{
	raw_notifier_chain_unregister(&resume_chain, nb);
}
EXPORT_SYMBOL_GPL(xen_resume_notifier_unregister);

/**
 * power_resume_notify - tell them
 *
 * Context: process, devices suspended; must not sleep on xenstore.
 */
void power_resume_notify(void)
{
	raw_notifier_call_chain(&resume_chain, 0, NULL);
}
