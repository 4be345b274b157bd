// SPDX-License-Identifier: GPL-2.0
/*
 * Which queue of the guest a packet goes to, by a hash that the guest has chosen.
 *
 * The control ring's thread writes the settings while senders read them: each word is read
 * once, a map is complete before it is used, and a queue that is not there is never the
 * result.  A hash costs some instructions for each bit of the addresses, so those of the
 * last flows are kept, in a table where each flow has one place.
 */
#include <linux/jhash.h>
#include <linux/slab.h>
#include <net/flow_dissector.h>

#include "netback.h"

/* More would not be worth the memory. */
#define CACHE_MAX	4096

/* 32 bits of the key from @bit on; behind its end there are zeros. */
static u32 key_window(const u8 *key, unsigned int key_len, unsigned int byte, unsigned int bit)
{
	u64 window = 0;
	unsigned int i;

	for (i = byte; i < byte + 5; i++)
		window = window << 8 | (i < key_len ? key[i] : 0);
	return window >> (8 - bit);
}

/**
 * netback_toeplitz() - a Toeplitz hash
 * @key: the key
 * @key_len: its length in bytes; it goes on with zeros
 * @data: what to hash
 * @len: its length in bytes
 *
 * Context: any; pure.
 * Return: the hash, as `xen/include/public/io/netif.h` has it: for each bit of the data
 * that is set, the 32 bits of the key that start at the same place, added without carry.
 */
u32 netback_toeplitz(const u8 *key, unsigned int key_len, const u8 *data, unsigned int len)
{
	unsigned int byte, bit;
	u32 hash = 0;

	for (byte = 0; byte < len; byte++) {
		for (bit = 0; bit < 8; bit++) {
			if (data[byte] & (0x80 >> bit))
				hash ^= key_window(key, key_len, byte, bit);
		}
	}
	return hash;
}

/**
 * netback_hash_range_ok() - may the guest change this part of its map?
 * @map_size: entries of the map
 * @offset: first entry
 * @count: number of entries
 *
 * Context: any; pure.
 * Return: whether all are within the map, and fit into the page that they come in.
 */
bool netback_hash_range_ok(u32 map_size, u32 offset, u32 count)
{
	if (map_size > HASH_MAP_SIZE || count > XEN_PAGE_SIZE / sizeof(u32))
		return false;
	return offset <= map_size && count <= map_size - offset;
}

/**
 * netback_hash_values_ok() - are these queues?
 * @values: entries of a map
 * @count: how many
 * @queues: how many queues there are
 *
 * Context: any; pure.
 * Return: whether each is.
 */
bool netback_hash_values_ok(const u32 *values, u32 count, u32 queues)
{
	while (count--) {
		if (*values++ >= queues)
			return false;
	}
	return true;
}

/**
 * netback_hash_init() - no hash
 * @hash: the settings
 *
 * Context: process; before the guest can set anything.
 */
void netback_hash_init(struct netback_hash *hash)
{
	unsigned int size = min_t(unsigned int, READ_ONCE(netback_hash_cache_size), CACHE_MAX);
	struct hash_entry *cache = size ? kvcalloc(size, sizeof(*cache), GFP_KERNEL) : NULL;

	spin_lock_bh(&hash->cache_lock);
	hash->cache_size = cache ? size : 0;
	hash->cache = cache;
	spin_unlock_bh(&hash->cache_lock);
}

/**
 * netback_hash_deinit() - forget everything
 * @hash: the settings
 *
 * Context: process; the guest cannot set anything any more.
 */
void netback_hash_deinit(struct netback_hash *hash)
{
	struct hash_entry *cache;

	WRITE_ONCE(hash->algorithm, XEN_NETIF_CTRL_HASH_ALGORITHM_NONE);
	WRITE_ONCE(hash->types, 0);
	WRITE_ONCE(hash->map_size, 0);

	spin_lock_bh(&hash->cache_lock);
	cache = hash->cache;
	hash->cache_size = 0;
	hash->cache = NULL;
	spin_unlock_bh(&hash->cache_lock);
	kvfree(cache);
}

/**
 * netback_hash_set_key() - another key
 * @hash: the settings
 * @key: the key
 * @len: its length in bytes, at most HASH_KEY_SIZE
 *
 * Context: process.
 */
void netback_hash_set_key(struct netback_hash *hash, const u8 *key, unsigned int len)
{
	spin_lock_bh(&hash->cache_lock);
	memcpy(hash->key, key, len);
	memset(hash->key + len, 0, HASH_KEY_SIZE - len);
	if (hash->cache)
		memset(hash->cache, 0, array_size(hash->cache_size, sizeof(*hash->cache)));
	spin_unlock_bh(&hash->cache_lock);
}

/**
 * netback_hash_set_map_size() - an empty map
 * @hash: the settings
 * @size: entries, at most HASH_MAP_SIZE; all are queue 0
 *
 * Context: the control ring's thread.
 */
void netback_hash_set_map_size(struct netback_hash *hash, u32 size)
{
	memset(hash->map[hash->map_used], 0, size * sizeof(u32));
	WRITE_ONCE(hash->map_size, size);
}

/**
 * netback_hash_set_map() - change a part of the map
 * @hash: the settings
 * @offset: first entry
 * @values: queues
 * @count: how many; together within the map
 *
 * Context: the control ring's thread.
 */
void netback_hash_set_map(struct netback_hash *hash, u32 offset, const u32 *values, u32 count)
{
	unsigned int next = !hash->map_used;

	memcpy(hash->map[next], hash->map[hash->map_used], sizeof(hash->map[next]));
	memcpy(hash->map[next] + offset, values, count * sizeof(u32));
	/* Pairs with netback_hash_queue(). */
	smp_store_release(&hash->map_used, next);
}

/**
 * netback_hash_queue() - which queue?
 * @hash: the settings
 * @value: the packet's hash
 * @queues: how many queues there are, at least one
 *
 * Context: any.
 * Return: one of them.
 */
u16 netback_hash_queue(const struct netback_hash *hash, u32 value, unsigned int queues)
{
	unsigned int size = READ_ONCE(hash->map_size);
	/* Before the map itself. */
	unsigned int used = smp_load_acquire(&hash->map_used);

	/* There may be fewer than when the map was made. */
	if (size)
		value = READ_ONCE(hash->map[used][value % size]);
	return value % queues;
}

/**
 * struct hash_tag - what is hashed
 * @data: addresses, and ports if there are
 * @len: how many bytes of it
 * @l4: there are ports
 */
struct hash_tag {
	u8 data[HASH_TAG_SIZE];
	unsigned int len;
	bool l4;
};

static u32 hash_of(struct netback_hash *hash, const struct hash_tag *tag)
{
	struct hash_entry *entry;
	u32 value;

	spin_lock_bh(&hash->cache_lock);
	if (!hash->cache_size) {
		value = netback_toeplitz(hash->key, HASH_KEY_SIZE, tag->data, tag->len);
		goto out;
	}

	entry = &hash->cache[jhash(tag->data, tag->len, 0) % hash->cache_size];
	if (entry->len != tag->len || memcmp(entry->tag, tag->data, tag->len)) {
		entry->value = netback_toeplitz(hash->key, HASH_KEY_SIZE, tag->data, tag->len);
		entry->len = tag->len;
		memcpy(entry->tag, tag->data, tag->len);
	}
	value = entry->value;
out:
	spin_unlock_bh(&hash->cache_lock);
	return value;
}

static void tag_add(struct hash_tag *tag, const void *data, unsigned int len)
{
	memcpy(tag->data + tag->len, data, len);
	tag->len += len;
}

/* What the guest wants to have hashed; false if nothing. */
static bool tag_make(struct hash_tag *tag, const struct flow_keys *flow, bool v4, u32 types)
{
	u32 tcp = v4 ? XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP : XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP;
	u32 ip = v4 ? XEN_NETIF_CTRL_HASH_TYPE_IPV4 : XEN_NETIF_CTRL_HASH_TYPE_IPV6;

	tag->len = 0;
	tag->l4 = (types & tcp) && flow->basic.ip_proto == IPPROTO_TCP &&
		  !(flow->control.flags & FLOW_DIS_IS_FRAGMENT);
	if (!tag->l4 && !(types & ip))
		return false;

	if (v4) {
		tag_add(tag, &flow->addrs.v4addrs.src, sizeof(flow->addrs.v4addrs.src));
		tag_add(tag, &flow->addrs.v4addrs.dst, sizeof(flow->addrs.v4addrs.dst));
	} else {
		tag_add(tag, &flow->addrs.v6addrs.src, sizeof(flow->addrs.v6addrs.src));
		tag_add(tag, &flow->addrs.v6addrs.dst, sizeof(flow->addrs.v6addrs.dst));
	}
	if (tag->l4) {
		tag_add(tag, &flow->ports.src, sizeof(flow->ports.src));
		tag_add(tag, &flow->ports.dst, sizeof(flow->ports.dst));
	}
	return true;
}

static bool is_hashed(const struct sk_buff *skb, u32 types)
{
	if (skb->protocol == htons(ETH_P_IP))
		return types & (XEN_NETIF_CTRL_HASH_TYPE_IPV4 |
				XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP);
	if (skb->protocol == htons(ETH_P_IPV6))
		return types & (XEN_NETIF_CTRL_HASH_TYPE_IPV6 |
				XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP);
	return false;
}

/**
 * netback_hash_skb() - give a packet the hash that the guest wants
 * @hash: the settings
 * @skb: the packet, which has none afterwards if it is of another kind
 *
 * Context: any in which the network stack sends.
 */
void netback_hash_skb(struct netback_hash *hash, struct sk_buff *skb)
{
	u32 types = READ_ONCE(hash->types);
	struct flow_keys flow = {};
	struct hash_tag tag;

	if (is_hashed(skb, types) && skb_flow_dissect_flow_keys(skb, &flow, 0) &&
	    tag_make(&tag, &flow, skb->protocol == htons(ETH_P_IP), types))
		__skb_set_sw_hash(skb, hash_of(hash, &tag), tag.l4);
	else
		skb_clear_hash(skb);
}
