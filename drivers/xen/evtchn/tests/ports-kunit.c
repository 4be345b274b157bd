// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the arithmetic of ports: tables by number, words and bits of the
 * two-level ABI, words and links of the FIFO ABI, kinds of channels.
 */
#include <kunit/test.h>

#include "../fifo_word.h"
#include "../kind.h"
#include "../slots.h"
#include "../two_level.h"

#define TEST_LIMIT	(2 * SLOTS_PER_ROW + 5)

static void ports_test_slots(struct kunit *test)
{
	void **rows[SLOT_ROWS(TEST_LIMIT)] = { };
	struct slot_table table = { .rows = rows, .limit = TEST_LIMIT };
	unsigned int numbers[] = { 0, 1, SLOTS_PER_ROW - 1, SLOTS_PER_ROW, TEST_LIMIT - 1 };
	unsigned int i;

	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(rows), 3);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		KUNIT_EXPECT_NULL(test, slot_get(&table, numbers[i]));
		slot_clear(&table, numbers[i]);
		KUNIT_ASSERT_EQ(test, slot_reserve(&table, numbers[i], GFP_KERNEL), 0);
		KUNIT_EXPECT_NULL(test, slot_get(&table, numbers[i]));
		slot_set(&table, numbers[i], &numbers[i]);
	}
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		KUNIT_EXPECT_PTR_EQ(test, slot_get(&table, numbers[i]), (void *)&numbers[i]);
	KUNIT_EXPECT_NULL(test, slot_get(&table, 2));

	slot_clear(&table, 1);
	KUNIT_EXPECT_NULL(test, slot_get(&table, 1));
	KUNIT_EXPECT_NOT_NULL(test, slot_get(&table, 0));

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		free_page((unsigned long)rows[i]);
}

static void ports_test_slots_end(struct kunit *test)
{
	void **rows[SLOT_ROWS(TEST_LIMIT)] = { };
	struct slot_table table = { .rows = rows, .limit = TEST_LIMIT };

	KUNIT_EXPECT_EQ(test, slot_reserve(&table, TEST_LIMIT, GFP_KERNEL), -EINVAL);
	KUNIT_EXPECT_EQ(test, slot_reserve(&table, UINT_MAX, GFP_KERNEL), -EINVAL);
	KUNIT_EXPECT_NULL(test, slot_get(&table, TEST_LIMIT));
	KUNIT_EXPECT_NULL(test, slot_get(&table, UINT_MAX));
	slot_clear(&table, UINT_MAX);
}

static void ports_test_two_level(struct kunit *test)
{
	evtchn_port_t port;

	for (port = 0; port < EVTCHN_2L_NR_CHANNELS; port++) {
		unsigned int word = two_level_word(port), bit = two_level_bit(port);

		KUNIT_ASSERT_LT(test, word, TWO_LEVEL_WORDS);
		KUNIT_ASSERT_LT(test, bit, TWO_LEVEL_BITS);
		KUNIT_ASSERT_EQ(test, two_level_port(word, bit), port);
	}
	/* Each word has a bit in the selector. */
	KUNIT_EXPECT_LE(test, TWO_LEVEL_WORDS, TWO_LEVEL_BITS);
	KUNIT_EXPECT_EQ(test, two_level_word(TWO_LEVEL_BITS), 1);
	KUNIT_EXPECT_EQ(test, two_level_bit(TWO_LEVEL_BITS), 0);
}

static void ports_test_two_level_first(struct kunit *test)
{
	xen_ulong_t top = (xen_ulong_t)1 << (TWO_LEVEL_BITS - 1);

	KUNIT_EXPECT_EQ(test, two_level_first(1, 0), 0);
	KUNIT_EXPECT_EQ(test, two_level_first(1, 1), 0);
	KUNIT_EXPECT_EQ(test, two_level_first(0x90, 0), 4);
	KUNIT_EXPECT_EQ(test, two_level_first(0x90, 4), 4);
	KUNIT_EXPECT_EQ(test, two_level_first(0x90, 5), 7);
	KUNIT_EXPECT_EQ(test, two_level_first(0x90, 8), 4);
	KUNIT_EXPECT_EQ(test, two_level_first(top | 1, 1), TWO_LEVEL_BITS - 1);
	KUNIT_EXPECT_EQ(test, two_level_first(top | 1, TWO_LEVEL_BITS - 1), TWO_LEVEL_BITS - 1);
}

/* Every bit that is set is found once, wherever the search begins. */
static void ports_test_two_level_round(struct kunit *test)
{
	const xen_ulong_t set = 0x80412011;
	unsigned int start;

	for (start = 0; start < TWO_LEVEL_BITS; start++) {
		unsigned int bit = start, distance = 0, last = 0;
		xen_ulong_t left = set;

		while (left) {
			bit = two_level_first(left, bit);
			KUNIT_ASSERT_TRUE(test, left >> bit & 1);
			left &= ~((xen_ulong_t)1 << bit);
			distance = (bit - start) % TWO_LEVEL_BITS;
			KUNIT_ASSERT_GE(test, distance, last);
			last = distance;
		}
	}
}

static void ports_test_fifo_place(struct kunit *test)
{
	const evtchn_port_t last = EVTCHN_FIFO_NR_CHANNELS - 1;

	KUNIT_EXPECT_EQ(test, fifo_page_of(0), 0);
	KUNIT_EXPECT_EQ(test, fifo_page_of(FIFO_WORDS_PER_PAGE - 1), 0);
	KUNIT_EXPECT_EQ(test, fifo_page_of(FIFO_WORDS_PER_PAGE), 1);
	KUNIT_EXPECT_EQ(test, fifo_slot_of(FIFO_WORDS_PER_PAGE), 0);
	KUNIT_EXPECT_EQ(test, fifo_slot_of(FIFO_WORDS_PER_PAGE + 3), 3);
	KUNIT_EXPECT_EQ(test, fifo_page_of(last), FIFO_PAGES - 1);
	KUNIT_EXPECT_EQ(test, fifo_slot_of(last), FIFO_WORDS_PER_PAGE - 1);
}

/* A flag set as a bit of the page is the flag of the word. */
static void ports_test_fifo_bits(struct kunit *test)
{
	event_word_t *page = kunit_kzalloc(test, XEN_PAGE_SIZE, GFP_KERNEL);
	evtchn_port_t ports[] = { 0, 1, 2, 511, FIFO_WORDS_PER_PAGE - 1, FIFO_WORDS_PER_PAGE + 7 };
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		event_word_t *word = page + fifo_slot_of(ports[i]);

		__set_bit(fifo_bit_of(ports[i], EVTCHN_FIFO_PENDING), (unsigned long *)page);
		KUNIT_EXPECT_EQ(test, *word, FIFO_FLAG(PENDING));
		__set_bit(fifo_bit_of(ports[i], EVTCHN_FIFO_MASKED), (unsigned long *)page);
		KUNIT_EXPECT_EQ(test, *word, FIFO_FLAG(PENDING) | FIFO_FLAG(MASKED));
		*word = 0;
	}
	KUNIT_EXPECT_NULL(test, memchr_inv(page, 0, XEN_PAGE_SIZE));
}

static void ports_test_fifo_links(struct kunit *test)
{
	event_word_t word = FIFO_FLAG(PENDING) | FIFO_FLAG(LINKED) | 0x1f123;

	KUNIT_EXPECT_EQ(test, fifo_next(word), 0x1f123);
	KUNIT_EXPECT_EQ(test, fifo_next(word | FIFO_FLAG(BUSY) | FIFO_FLAG(MASKED)), 0x1f123);
	KUNIT_EXPECT_EQ(test, fifo_without_link(word), FIFO_FLAG(PENDING));
	KUNIT_EXPECT_EQ(test, fifo_next(fifo_without_link(word)), 0);
	/* Flags that are not the queue's stay. */
	KUNIT_EXPECT_EQ(test, fifo_without_link(word | FIFO_FLAG(MASKED) | FIFO_FLAG(BUSY)),
			FIFO_FLAG(PENDING) | FIFO_FLAG(MASKED) | FIFO_FLAG(BUSY));
}

/* A queue taken apart, event by event, as the scan does. */
static void ports_test_fifo_queue(struct kunit *test)
{
	const evtchn_port_t order[] = { 7, 3, 1023, 12 };
	event_word_t *page = kunit_kcalloc(test, FIFO_WORDS_PER_PAGE, sizeof(*page), GFP_KERNEL);
	evtchn_port_t port = order[0];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < ARRAY_SIZE(order); i++)
		page[order[i]] = FIFO_FLAG(PENDING) | FIFO_FLAG(LINKED) |
				 (i + 1 < ARRAY_SIZE(order) ? order[i + 1] : 0);

	for (i = 0; port; i++) {
		event_word_t word = page[fifo_slot_of(port)];

		KUNIT_ASSERT_LT(test, i, ARRAY_SIZE(order));
		KUNIT_EXPECT_EQ(test, port, order[i]);
		KUNIT_EXPECT_TRUE(test, fifo_is_deliverable(word));
		page[fifo_slot_of(port)] = fifo_without_link(word);
		port = fifo_next(word);
	}
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(order));
}

static void ports_test_fifo_flags(struct kunit *test)
{
	const event_word_t pending = FIFO_FLAG(PENDING), masked = FIFO_FLAG(MASKED);
	const event_word_t other = FIFO_FLAG(LINKED) | FIFO_FLAG(BUSY) | 5;
	event_word_t extra[] = { 0, other };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(extra); i++) {
		KUNIT_EXPECT_FALSE(test, fifo_is_deliverable(extra[i]));
		KUNIT_EXPECT_TRUE(test, fifo_is_deliverable(extra[i] | pending));
		KUNIT_EXPECT_FALSE(test, fifo_is_deliverable(extra[i] | masked));
		KUNIT_EXPECT_FALSE(test, fifo_is_deliverable(extra[i] | pending | masked));

		KUNIT_EXPECT_FALSE(test, fifo_is_masked_idle(extra[i]));
		KUNIT_EXPECT_FALSE(test, fifo_is_masked_idle(extra[i] | pending));
		KUNIT_EXPECT_TRUE(test, fifo_is_masked_idle(extra[i] | masked));
		KUNIT_EXPECT_FALSE(test, fifo_is_masked_idle(extra[i] | pending | masked));
	}
}

static void ports_test_kinds(struct kunit *test)
{
	static const struct {
		enum chan_source source;
		bool pooled, percpu;
	} want[KIND_COUNT] = {
		[KIND_EVENT]		= { CHAN_EVENT, true, false },
		[KIND_EVENT_LATE]	= { CHAN_EVENT, true, false },
		[KIND_VIRQ]		= { CHAN_VIRQ, false, false },
		[KIND_VIRQ_PERCPU]	= { CHAN_VIRQ, false, true },
		[KIND_IPI]		= { CHAN_IPI, false, true },
		[KIND_PIRQ_EDGE]	= { CHAN_PIRQ, false, false },
		[KIND_PIRQ_LEVEL]	= { CHAN_PIRQ, false, false },
	};
	enum chan_kind kind;

	for (kind = 0; kind < KIND_COUNT; kind++) {
		KUNIT_EXPECT_EQ(test, kind_source(kind), want[kind].source);
		KUNIT_EXPECT_EQ(test, kind_is_pooled(kind), want[kind].pooled);
		KUNIT_EXPECT_EQ(test, kind_is_percpu(kind), want[kind].percpu);
	}
	KUNIT_EXPECT_EQ(test, kind_source(KIND_COUNT), CHAN_NONE);
}

static struct kunit_case ports_test_cases[] = {
	KUNIT_CASE(ports_test_slots),
	KUNIT_CASE(ports_test_slots_end),
	KUNIT_CASE(ports_test_two_level),
	KUNIT_CASE(ports_test_two_level_first),
	KUNIT_CASE(ports_test_two_level_round),
	KUNIT_CASE(ports_test_fifo_place),
	KUNIT_CASE(ports_test_fifo_bits),
	KUNIT_CASE(ports_test_fifo_links),
	KUNIT_CASE(ports_test_fifo_queue),
	KUNIT_CASE(ports_test_fifo_flags),
	KUNIT_CASE(ports_test_kinds),
	{}
};

static struct kunit_suite ports_test_suite = {
	.name = "xen_evtchn_ports",
	.test_cases = ports_test_cases,
};

kunit_test_suite(ports_test_suite);

MODULE_DESCRIPTION("Tests of event channel ports");
MODULE_LICENSE("GPL");
