/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as the pure parts of the port need, in user space: it stands
 * for every header of the kernel that they include.
 */
#ifndef FUZZ_STANDIN_H
#define FUZZ_STANDIN_H

#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef struct { int counter; } atomic_t;

#define CONFIG_X86_64		1
#define FUZZ_SET_1		0,
#define FUZZ_SECOND(first, second, ...) second
#define FUZZ_IS_SET(set)	FUZZ_SECOND(set 1, 0, 0)
#define FUZZ_IS(value)		FUZZ_IS_SET(FUZZ_SET_##value)
#define IS_ENABLED(option)	FUZZ_IS(option)
#define PAGE_SHIFT		12
#define PAGE_SIZE		4096
#define XEN_PAGE_SIZE		4096
#define BIO_MAX_VECS		256U

#define EXPORT_SYMBOL_GPL(symbol)
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define READ_ONCE(place)	(*(const volatile __typeof__(place) *)&(place))
#define WRITE_ONCE(place, to)	(*(volatile __typeof__(place) *)&(place) = (to))
#define __aligned(bytes)	__attribute__((aligned(bytes)))
#define __packed		__attribute__((packed))
#define static_assert(cond, ...) _Static_assert(cond, #cond)
#define virt_rmb()		__sync_synchronize()
#define virt_wmb()		__sync_synchronize()
#define virt_mb()		__sync_synchronize()
#define likely(cond)		(cond)
#define unlikely(cond)		(cond)

#define min(a, b) ({					\
	__typeof__((a) + 0) min_a_ = (a);		\
	__typeof__((b) + 0) min_b_ = (b);		\
	min_a_ < min_b_ ? min_a_ : min_b_; })

struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node *first; };

static inline int atomic_dec_return_release(atomic_t *v)
{
	return __atomic_sub_fetch(&v->counter, 1, __ATOMIC_RELEASE);
}

struct page;
struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len;
	unsigned int bv_offset;
};

/* As the kernel's: the whole text is one number, but for a new line. */
static inline int kstrtou64(const char *text, unsigned int base, u64 *number)
{
	char *end;

	if (*text == '+')
		text++;
	if (!strchr("0123456789abcdefABCDEF", *text) || !*text)
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, &end, base);
	if (errno || end == text)
		return errno ? -ERANGE : -EINVAL;
	if (*end == '\n')
		end++;
	return *end ? -EINVAL : 0;
}

static inline int kstrtou32(const char *text, unsigned int base, u32 *number)
{
	u64 wide;
	int err = kstrtou64(text, base, &wide);

	if (!err && wide != (u32)wide)
		err = -ERANGE;
	if (!err)
		*number = wide;
	return err;
}

#endif /* FUZZ_STANDIN_H */
