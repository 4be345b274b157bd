// SPDX-License-Identifier: GPL-2.0
/*
 * Who has which grant reference, and who waits for some.
 *
 * grant_lock guards the pool of references, the list of those who wait, and the number of
 * the table's frames. It is taken with interrupts off. Inside it are the hypervisor, the
 * page tables of the table's window, and the callbacks, which must not come back here.
 *
 * A reference is in one of three places: free in the pool, in a private list, or in use. A
 * private list is its owner's alone: claiming from it takes no lock.
 */
#include <linux/export.h>
#include <linux/ratelimit.h>
#include <linux/spinlock.h>

#include <xen/grant_table.h>

#include "internal.h"

DEFINE_SPINLOCK(grant_lock);
struct grant_pool grant_pool;

/* Guarded by grant_lock. */
static struct gnttab_free_callback *ref_waiters;

/*
 * Callbacks run inside the lock: once gnttab_cancel_free_callback() has had it, none
 * is under way.
 */
static void ref_wake_waiters(void)
{
	struct gnttab_free_callback *waiter, *todo = ref_waiters;

	lockdep_assert_held(&grant_lock);
	if (likely(!todo))
		return;

	ref_waiters = NULL;
	while (todo) {
		waiter = todo;
		todo = waiter->next;
		if (waiter->count > grant_pool.nr_free) {
			waiter->next = ref_waiters;
			ref_waiters = waiter;
			continue;
		}
		waiter->next = NULL;
		waiter->fn(waiter->arg);
	}
}

/* The reserved ones are the toolstack's; to give them back is allowed and does nothing. */
static void ref_put(grant_ref_t ref)
{
	lockdep_assert_held(&grant_lock);

	if (!grant_pool_put(&grant_pool, ref) && ref >= GNTTAB_NR_RESERVED_ENTRIES)
		WARN_ONCE(1, "Xen grant: reference %#x was not in use\n", ref);
}

static int ref_take_list(unsigned int count, grant_ref_t *head)
{
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&grant_lock, flags);
	if (unlikely(count > grant_pool.nr_free))
		err = grant_table_grow(count - grant_pool.nr_free);
	if (likely(!err))
		*head = grant_pool_take_list(&grant_pool, count);
	/* The table may have grown by more than that. */
	ref_wake_waiters();
	spin_unlock_irqrestore(&grant_lock, flags);

	return err ? -ENOSPC : 0;
}

static int ref_take_run(unsigned int count, grant_ref_t *first)
{
	unsigned long flags;

	spin_lock_irqsave(&grant_lock, flags);
	*first = grant_pool_take_run(&grant_pool, count);
	if (*first == GRANT_REF_NONE &&
	    !grant_table_grow(count - grant_pool_tail(&grant_pool, count - 1)))
		*first = grant_pool_take_run(&grant_pool, count);
	ref_wake_waiters();
	spin_unlock_irqrestore(&grant_lock, flags);

	return *first == GRANT_REF_NONE ? -ENOSPC : 0;
}

/**
 * gnttab_alloc_grant_references() - set references aside
 * @count: how many
 * @list: set to the private list of them, for gnttab_claim_grant_reference()
 *
 * Context: any.
 * Return: 0 or -ENOSPC.
 */
int gnttab_alloc_grant_references(u16 count, grant_ref_t *list)
{
	return ref_take_list(count, list);
}
EXPORT_SYMBOL_GPL(gnttab_alloc_grant_references);

/**
 * gnttab_alloc_grant_reference_seq() - take references with consecutive numbers
 * @count: how many, at least one
 * @first: set to the first
 *
 * Context: any.
 * Return: 0, -EINVAL or -ENOSPC.
 */
int gnttab_alloc_grant_reference_seq(unsigned int count, grant_ref_t *first)
{
	if (!count)
		return -EINVAL;

	return count == 1 ? ref_take_list(1, first) : ref_take_run(count, first);
}
EXPORT_SYMBOL_GPL(gnttab_alloc_grant_reference_seq);

/**
 * gnttab_free_grant_reference() - give a reference back that grants nothing any more
 * @ref: the reference
 *
 * Context: any.
 */
void gnttab_free_grant_reference(grant_ref_t ref)
{
	gnttab_free_grant_reference_seq(ref, 1);
}
EXPORT_SYMBOL_GPL(gnttab_free_grant_reference);

/**
 * gnttab_free_grant_reference_seq() - give consecutive references back
 * @head: the first
 * @count: how many
 *
 * Context: any.
 */
void gnttab_free_grant_reference_seq(grant_ref_t head, unsigned int count)
{
	unsigned long flags;

	spin_lock_irqsave(&grant_lock, flags);
	while (count--)
		ref_put(head++);
	ref_wake_waiters();
	spin_unlock_irqrestore(&grant_lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_free_grant_reference_seq);

/**
 * gnttab_free_grant_references() - give back what is left of a private list
 * @head: the list
 *
 * Context: any.
 */
void gnttab_free_grant_references(grant_ref_t head)
{
	unsigned long flags;
	grant_ref_t ref;

	spin_lock_irqsave(&grant_lock, flags);
	for (ref = head; ref != GRANT_REF_NONE; ref = head) {
		head = *grant_pool_link(&grant_pool, ref);
		ref_put(ref);
	}
	ref_wake_waiters();
	spin_unlock_irqrestore(&grant_lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_free_grant_references);

/**
 * gnttab_empty_grant_references() - is a private list used up?
 * @list: the list
 *
 * Context: as the list's owner.
 * Return: 1 if it is, 0 if not.
 */
int gnttab_empty_grant_references(const grant_ref_t *list)
{
	return *list == GRANT_REF_NONE;
}
EXPORT_SYMBOL_GPL(gnttab_empty_grant_references);

/**
 * gnttab_claim_grant_reference() - take a reference from a private list
 * @list: the list
 *
 * Context: as the list's owner.
 * Return: the reference, or -ENOSPC if there is none left.
 */
int gnttab_claim_grant_reference(grant_ref_t *list)
{
	grant_ref_t ref = *list;

	if (unlikely(gnttab_empty_grant_references(&ref)))
		return -ENOSPC;

	*list = *grant_pool_link(&grant_pool, ref);
	return ref;
}
EXPORT_SYMBOL_GPL(gnttab_claim_grant_reference);

/**
 * gnttab_release_grant_reference() - put a reference back into a private list
 * @list: the list
 * @ref: the reference, which grants nothing any more
 *
 * Context: as the list's owner.
 */
void gnttab_release_grant_reference(grant_ref_t *list, grant_ref_t ref)
{
	*grant_pool_link(&grant_pool, ref) = *list;
	*list = ref;
}
EXPORT_SYMBOL_GPL(gnttab_release_grant_reference);

/**
 * gnttab_request_free_callback() - ask to be called when references are free
 * @callback: memory of the caller's for as long as it waits; one that waits already goes on
 * @fn: called once, with interrupts off; must not call back into the grant table
 * @arg: its argument
 * @count: how many references have to be free
 *
 * Context: any. @fn may be called before this returns.
 */
void gnttab_request_free_callback(struct gnttab_free_callback *callback,
				  void (*fn)(void *), void *arg, u16 count)
{
	struct gnttab_free_callback *waiter;
	unsigned long flags;

	spin_lock_irqsave(&grant_lock, flags);
	for (waiter = ref_waiters; waiter && waiter != callback; waiter = waiter->next)
		;
	if (!waiter) {
		*callback = (struct gnttab_free_callback) {
			.next = ref_waiters, .fn = fn, .arg = arg, .count = count,
		};
		ref_waiters = callback;
		ref_wake_waiters();
	}
	spin_unlock_irqrestore(&grant_lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_request_free_callback);

/**
 * gnttab_cancel_free_callback() - wait no more
 * @callback: whether it waits or not
 *
 * Context: any but the callback. When this returns, it does not run and will not.
 */
void gnttab_cancel_free_callback(struct gnttab_free_callback *callback)
{
	struct gnttab_free_callback **link = &ref_waiters;
	unsigned long flags;

	spin_lock_irqsave(&grant_lock, flags);
	while (*link && *link != callback)
		link = &(*link)->next;
	if (*link)
		*link = callback->next;
	spin_unlock_irqrestore(&grant_lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_cancel_free_callback);
