/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much a guest may send: so many bytes in so many microseconds.
 *
 * Pure arithmetic, with the time in jiffies as an argument.  The caller has it to himself.
 */
#ifndef _NETBACK_CREDIT_H
#define _NETBACK_CREDIT_H

#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/types.h>

/* So that the largest packet can be sent at all, however small the rate is. */
#define CREDIT_BURST_MIN	(128UL * 1024)

/**
 * struct credit - what is left
 * @bytes: added for each window
 * @usec: length of a window
 * @left: bytes that can be sent now
 * @window: when the current window began
 */
struct credit {
	unsigned long bytes;
	unsigned long usec;
	unsigned long left;
	u64 window;
};

static inline void credit_init(struct credit *credit, unsigned long bytes, unsigned long usec,
			       u64 now)
{
	*credit = (struct credit) {
		.bytes = bytes, .usec = usec, .left = bytes, .window = now,
	};
}

/* What is saved up stays below one burst. */
static inline void credit_add(struct credit *credit)
{
	unsigned long most = max(CREDIT_BURST_MIN, credit->bytes);
	unsigned long room = credit->left < most ? most - credit->left : 0;

	credit->left = min(credit->left, most) + min(room, credit->bytes);
}

static inline u64 credit_window_end(const struct credit *credit)
{
	return credit->window + msecs_to_jiffies(credit->usec / 1000);
}

/* Takes effect at once if it is less than what is left. */
static inline void credit_change(struct credit *credit, unsigned long bytes, unsigned long usec)
{
	credit->bytes = bytes;
	credit->usec = usec;
	credit->left = min(credit->left, bytes);
}

/* Is there enough for @size bytes?  Otherwise there may be at credit_window_end(). */
static inline bool credit_allows(struct credit *credit, unsigned int size, u64 now)
{
	if (size <= credit->left)
		return true;

	if (time_after_eq64(now, credit_window_end(credit))) {
		credit->window = now;
		credit_add(credit);
	}
	return size <= credit->left;
}

static inline void credit_spend(struct credit *credit, unsigned int size)
{
	credit->left -= min_t(unsigned long, size, credit->left);
}

#endif /* _NETBACK_CREDIT_H */
