// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the hash, with the vectors that all who implement it are held against, and of
 * the map behind it.
 */
#include <kunit/test.h>

#include "../netback.h"

static const u8 key[HASH_KEY_SIZE] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/* Source, destination, and the ports in the same order. */
static const struct {
	u8 data[12];
	u32 l3, l4;
} vectors[] = {
	{ { 66, 9, 149, 187, 161, 142, 100, 80, 2794 >> 8, 2794 & 255, 1766 >> 8, 1766 & 255 },
	  0x323e8fc2, 0x51ccc178 },
	{ { 199, 92, 111, 2, 65, 69, 140, 83, 14230 >> 8, 14230 & 255, 4739 >> 8, 4739 & 255 },
	  0xd718262a, 0xc626b0ea },
	{ { 24, 19, 198, 95, 12, 22, 207, 184, 12898 >> 8, 12898 & 255, 38024 >> 8,
	    38024 & 255 }, 0xd2d0a5de, 0x5c2b394a },
};

static void known_vectors(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		KUNIT_EXPECT_EQ(test, netback_toeplitz(key, sizeof(key), vectors[i].data, 8),
				vectors[i].l3);
		KUNIT_EXPECT_EQ(test, netback_toeplitz(key, sizeof(key), vectors[i].data, 12),
				vectors[i].l4);
	}
}

static void known_vector_v6(struct kunit *test)
{
	/* 3ffe:2501:200:1fff::7 port 2794 to 3ffe:2501:200:3::1 port 1766 */
	static const u8 data[36] = {
		0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, [15] = 0x07,
		[16] = 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, [31] = 0x01,
		[32] = 2794 >> 8, 2794 & 255, 1766 >> 8, 1766 & 255,
	};

	KUNIT_EXPECT_EQ(test, netback_toeplitz(key, sizeof(key), data, 32), 0x2cc18cd5);
	KUNIT_EXPECT_EQ(test, netback_toeplitz(key, sizeof(key), data, 36), 0x40207d3d);
}

static void key_goes_on_with_zeros(struct kunit *test)
{
	static const u8 short_key[] = { 0x80 };
	static const u8 data[] = { 0x80, 0x80 };

	KUNIT_EXPECT_EQ(test, netback_toeplitz(short_key, 1, data, 1), 0x80000000);
	KUNIT_EXPECT_EQ(test, netback_toeplitz(short_key, 1, data, 2), 0x80000000);
	KUNIT_EXPECT_EQ(test, netback_toeplitz(short_key, 0, data, 2), 0);
	KUNIT_EXPECT_EQ(test, netback_toeplitz(key, sizeof(key), data, 0), 0);
}

static void ranges(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, netback_hash_range_ok(0, 0, 0));
	KUNIT_EXPECT_TRUE(test, netback_hash_range_ok(128, 0, 128));
	KUNIT_EXPECT_TRUE(test, netback_hash_range_ok(128, 127, 1));
	KUNIT_EXPECT_TRUE(test, netback_hash_range_ok(128, 128, 0));
	KUNIT_EXPECT_FALSE(test, netback_hash_range_ok(128, 128, 1));
	KUNIT_EXPECT_FALSE(test, netback_hash_range_ok(128, 129, 0));
	KUNIT_EXPECT_FALSE(test, netback_hash_range_ok(128, 1, 128));
	KUNIT_EXPECT_FALSE(test, netback_hash_range_ok(129, 0, 1));

	/* Sums that wrap. */
	KUNIT_EXPECT_FALSE(test, netback_hash_range_ok(128, U32_MAX, 2));
	KUNIT_EXPECT_FALSE(test, netback_hash_range_ok(128, 2, U32_MAX));
	KUNIT_EXPECT_FALSE(test, netback_hash_range_ok(128, U32_MAX - 3, 4));
}

static void values(struct kunit *test)
{
	static const u32 map[] = { 0, 3, 1, 4 };

	KUNIT_EXPECT_TRUE(test, netback_hash_values_ok(map, 3, 4));
	KUNIT_EXPECT_FALSE(test, netback_hash_values_ok(map, 4, 4));
	KUNIT_EXPECT_TRUE(test, netback_hash_values_ok(map, 0, 0));
	KUNIT_EXPECT_FALSE(test, netback_hash_values_ok(map, 1, 0));
}

static void map_is_changed_in_part(struct kunit *test)
{
	struct netback_hash *hash = kunit_kzalloc(test, sizeof(*hash), GFP_KERNEL);
	static const u32 part[] = { 3, 2 };

	KUNIT_ASSERT_NOT_NULL(test, hash);

	/* Without a map the hash itself decides. */
	KUNIT_EXPECT_EQ(test, netback_hash_queue(hash, 7, 4), 3);

	netback_hash_set_map_size(hash, 4);
	KUNIT_EXPECT_EQ(test, netback_hash_queue(hash, 7, 4), 0);
	netback_hash_set_map(hash, 1, part, 2);
	netback_hash_set_map(hash, 3, part + 1, 1);
	KUNIT_EXPECT_EQ(test, netback_hash_queue(hash, 4, 4), 0);
	KUNIT_EXPECT_EQ(test, netback_hash_queue(hash, 5, 4), 3);
	KUNIT_EXPECT_EQ(test, netback_hash_queue(hash, 6, 4), 2);
	KUNIT_EXPECT_EQ(test, netback_hash_queue(hash, 7, 4), 2);

	/* Fewer queues than when it was made. */
	KUNIT_EXPECT_LT(test, netback_hash_queue(hash, 5, 2), 2);
	KUNIT_EXPECT_EQ(test, netback_hash_queue(hash, 5, 1), 0);
}

static struct kunit_case hash_cases[] = {
	KUNIT_CASE(known_vectors),
	KUNIT_CASE(known_vector_v6),
	KUNIT_CASE(key_goes_on_with_zeros),
	KUNIT_CASE(ranges),
	KUNIT_CASE(values),
	KUNIT_CASE(map_is_changed_in_part),
	{}
};

static struct kunit_suite hash_suite = {
	.name = "xen_netback_hash",
	.test_cases = hash_cases,
};

kunit_test_suite(hash_suite);
