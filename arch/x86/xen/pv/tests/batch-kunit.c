// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the book-keeping of batches.
 *
 * Each test has a batch of its own; nothing is sent anywhere.
 */
#include <kunit/test.h>

#include "../batch_room.h"

static int batch_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct xen_batch), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, test->priv);

	return 0;
}

static void batch_test_calls_run_out(struct kunit *test)
{
	struct xen_batch *b = test->priv;
	unsigned int i;

	for (i = 0; i < XEN_BATCH_CALLS; i++) {
		KUNIT_ASSERT_EQ(test, batch_lacks(b, 0), XEN_MC_FL_NONE);
		KUNIT_EXPECT_PTR_EQ(test, batch_take_call(b, b + i), &b->calls[i]);
		KUNIT_EXPECT_PTR_EQ(test, b->callers[i], (void *)(b + i));
	}
	KUNIT_EXPECT_EQ(test, batch_lacks(b, 0), XEN_MC_FL_BATCH);
	KUNIT_EXPECT_EQ(test, b->arg_bytes, 0);
}

static void batch_test_args_run_out(struct kunit *test)
{
	struct xen_batch *b = test->priv;

	KUNIT_EXPECT_EQ(test, batch_lacks(b, XEN_BATCH_ARG_BYTES), XEN_MC_FL_NONE);
	KUNIT_EXPECT_EQ(test, batch_lacks(b, XEN_BATCH_ARG_BYTES + 1), XEN_MC_FL_ARGS);
	KUNIT_EXPECT_EQ(test, batch_lacks(b, SIZE_MAX), XEN_MC_FL_ARGS);

	batch_take_args(b, XEN_BATCH_ARG_BYTES - 16);
	KUNIT_EXPECT_EQ(test, batch_lacks(b, 16), XEN_MC_FL_NONE);
	KUNIT_EXPECT_EQ(test, batch_lacks(b, 17), XEN_MC_FL_ARGS);

	batch_take_args(b, 16);
	KUNIT_EXPECT_EQ(test, batch_lacks(b, 0), XEN_MC_FL_NONE);
	KUNIT_EXPECT_EQ(test, batch_lacks(b, 1), XEN_MC_FL_ARGS);
}

static void batch_test_args_are_aligned(struct kunit *test)
{
	struct xen_batch *b = test->priv;
	void *first = batch_take_args(b, 9), *second = batch_take_args(b, 24);

	KUNIT_EXPECT_PTR_EQ(test, first, (void *)b->args);
	KUNIT_EXPECT_PTR_EQ(test, second, (void *)b->args + 16);
	KUNIT_EXPECT_EQ(test, b->arg_bytes, 40);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)second, sizeof(u64)));
}

/* Rounding up must not leave the memory, whatever sizes come in what order. */
static void batch_test_args_stay_inside(struct kunit *test)
{
	struct xen_batch *b = test->priv;
	size_t size;

	for (size = 0; size < 3 * XEN_BATCH_ARG_BYTES; size += 7) {
		size_t args = size % 61;

		if (batch_lacks(b, args) != XEN_MC_FL_NONE)
			b->arg_bytes = 0;
		batch_take_args(b, args);
		KUNIT_ASSERT_LE(test, b->arg_bytes, XEN_BATCH_ARG_BYTES);
		KUNIT_ASSERT_TRUE(test, IS_ALIGNED(b->arg_bytes, sizeof(u64)));
	}
}

static void batch_test_extend(struct kunit *test)
{
	struct xen_batch *b = test->priv;
	const size_t size = sizeof(struct mmu_update);
	struct multicall_entry *call;

	KUNIT_EXPECT_EQ(test, batch_can_extend(b, __HYPERVISOR_mmu_update, size),
			XEN_MC_XE_BAD_OP);

	call = batch_take_call(b, NULL);
	call->op = __HYPERVISOR_mmu_update;
	batch_take_args(b, size);
	KUNIT_EXPECT_EQ(test, batch_can_extend(b, __HYPERVISOR_mmu_update, size),
			XEN_MC_XE_OK);
	KUNIT_EXPECT_EQ(test, batch_can_extend(b, __HYPERVISOR_mmuext_op, size),
			XEN_MC_XE_BAD_OP);

	batch_take_args(b, XEN_BATCH_ARG_BYTES - 2 * size);
	KUNIT_EXPECT_EQ(test, batch_can_extend(b, __HYPERVISOR_mmu_update, size),
			XEN_MC_XE_OK);
	batch_take_args(b, size);
	KUNIT_EXPECT_EQ(test, batch_can_extend(b, __HYPERVISOR_mmu_update, size),
			XEN_MC_XE_NO_SPACE);

	/* The last call is what counts. */
	batch_take_call(b, NULL)->op = __HYPERVISOR_stack_switch;
	KUNIT_EXPECT_EQ(test, batch_can_extend(b, __HYPERVISOR_mmu_update, size),
			XEN_MC_XE_BAD_OP);
}

static void batch_test_list_left(struct kunit *test)
{
	struct multicall_entry call = { .args[1] = 17 };

	KUNIT_EXPECT_EQ(test, batch_list_left(&call), 17);
	call.args[1] |= BATCH_LIST_PREEMPTED;
	KUNIT_EXPECT_EQ(test, batch_list_left(&call), 17);
}

static struct kunit_case batch_test_cases[] = {
	KUNIT_CASE(batch_test_calls_run_out),
	KUNIT_CASE(batch_test_args_run_out),
	KUNIT_CASE(batch_test_args_are_aligned),
	KUNIT_CASE(batch_test_args_stay_inside),
	KUNIT_CASE(batch_test_extend),
	KUNIT_CASE(batch_test_list_left),
	{}
};

static struct kunit_suite batch_test_suite = {
	.name = "xen-pv-batch",
	.init = batch_test_init,
	.test_cases = batch_test_cases,
};

kunit_test_suite(batch_test_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of the book-keeping of batched hypercalls");
