/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The border between the bus and the store below it: what the files that talk to the
 * store share with each other and with connect.c.
 */
#ifndef _XENBUS_XENBUS_H
#define _XENBUS_XENBUS_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/uio.h>
#include <linux/wait.h>
#include <xen/xenbus.h>

/* Where the store is, seen from here: see connect.c. */
enum xenstore_init {
	XS_UNKNOWN,
	XS_PV,
	XS_HVM,
	XS_LOCAL,
};

extern enum xenstore_init xen_store_domain_type;

/* A watch event on its way from the ring to its callback; the strings are in the body. */
struct xs_watch_event {
	struct list_head list;
	struct xenbus_watch *handle;
	const char *path, *token;
	unsigned int len;
	char body[];
};

enum xb_req_state {
	xb_req_state_queued,
	xb_req_state_wait_reply,
	xb_req_state_got_reply,
	xb_req_state_aborted
};

/* A request on its way to the store, and its reply. */
struct xb_req_data {
	struct kref kref;
	struct list_head list;
	enum xb_req_state state;
	wait_queue_head_t wq;
	void (*cb)(struct xb_req_data *req);
	void *par;
	const struct kvec *vec;
	int num_vecs;
	char *body;
	int err;
	bool user_req;
	u32 caller_req_id;
	enum xsd_sockmsg_type type;
	struct xsd_sockmsg msg;
};

extern wait_queue_head_t xb_waitq;
extern struct list_head xb_write_list;
extern struct mutex xb_write_mutex;
extern struct list_head xs_reply_list;
extern struct mutex xs_response_mutex;
extern unsigned int xb_dev_generation_id;

int xs_init(void);
int xs_watch_msg(struct xs_watch_event *event);
void xs_free_req(struct kref *kref);
void xs_request_exit(struct xb_req_data *req);
int xb_init_comms(void);
void xb_deinit_comms(void);
void xenbus_dev_queue_reply(struct xb_req_data *req);
int xenbus_dev_request_and_reply(struct xsd_sockmsg *msg, void *par);

#endif /* _XENBUS_XENBUS_H */
