/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the connection to the store share.
 *
 * From the bottom up: ring.c moves bytes, receive.c makes messages of them,
 * request.c pairs requests with replies, watch.c keeps the watches, suspend.c
 * stops and restarts it all; store.c, dev_user.c and dev_daemon.c are what the
 * rest of the kernel and user space see.
 *
 * Lock order: file->writer > xs_watch_gate > xs_link.lock > watch lock >
 * file->lock.  The last three are spinlocks that disable interrupts, for
 * replies and events are delivered by the event channel's handler.
 */
#ifndef XENBUS_STORE_H
#define XENBUS_STORE_H

#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <xen/interface/io/xs_wire.h>

/* Requests may stand between the kernel and the memory that swap-out frees. */
#define XS_GFP		(GFP_NOIO | __GFP_HIGH)

/*
 * How long a dying task still waits for the store: what it tears down should
 * reach one that lives.
 */
#define XS_GRACE	(5 * HZ)

enum xs_step {
	XS_STEP_NEW,
	XS_STEP_UNSENT,		/* on xs_link.unsent */
	XS_STEP_UNANSWERED,	/* on xs_link.unanswered */
	XS_STEP_ANSWERING,	/* its reply is being read: held by receive.c */
	XS_STEP_DONE,		/* its owner's again */
};

/**
 * struct xs_request - a message to the store and what came back
 * @link: place in a list of xs_link, or of the owner's
 * @answered: takes the request over once it is answered, or has failed; called
 *	with xs_link.lock held
 * @step: where it is; xs_link.lock
 * @counted: it holds off a suspend; xs_link.lock
 * @in_kernel: the kernel asks, and counts its transactions
 * @status_only: the owner wants to know of success, not the payload
 * @reply_head: bytes that @reply has in front of the payload
 * @sent: bytes of @msg and @body that are in the ring; xs_link.lock
 * @err: 0, or why there is no reply
 * @answer: the reply's header
 * @reply: the reply's payload, kmalloc()ed, after @reply_head bytes
 * @status: the payload instead, if it is an error or only a status
 * @done: completed for a waiter
 * @file: the user's file that it came from
 * @file_req_id: the identifier that the user gave it
 * @generation: of the connection that it was sent on
 * @msg: the header that is sent; a reply has the same type
 * @body: the payload that is sent, right behind
 */
struct xs_request {
	struct list_head link;
	void (*answered)(struct xs_request *req);
	enum xs_step step;
	bool counted;
	bool in_kernel;
	bool status_only;
	unsigned int reply_head;
	unsigned int sent;
	int err;
	struct xsd_sockmsg answer;
	void *reply;
	char status[16];
	struct completion done;
	struct xs_file *file;
	u32 file_req_id;
	u32 generation;
	struct xsd_sockmsg msg;
	char body[];
};

/* A watch event; watch.c queues it. */
struct xs_event {
	struct list_head link;
	struct xs_registration *owner;
	const char *token;
	unsigned int len;
	char body[];
};

/**
 * struct xs_link - the one connection to the store
 * @lock: guards all below and the state of receive.c
 * @unsent: requests in the order of their sending; the first may be half sent
 * @unanswered: requests that were sent, in that order
 * @next_id: identifier of the next request
 * @users: requests in flight and open transactions that hold off a suspend
 * @generation: counts the connections; a resume makes a new one
 * @suspending: no new user is let in, unless one needs it to finish
 * @paused: nothing is put in the rings or taken out
 * @closed: the machine goes down and the local store with it
 * @admit: who waits for the end of a suspend
 * @idle: who waits for @users to be 0, and for the rings to be between messages
 */
struct xs_link {
	spinlock_t lock;	/* all of this */
	struct list_head unsent;
	struct list_head unanswered;
	u32 next_id;
	unsigned int users;
	u32 generation;
	bool suspending;
	bool paused;
	bool closed;
	wait_queue_head_t admit;
	wait_queue_head_t idle;
};

extern struct xs_link xs_link;
extern struct rw_semaphore xs_watch_gate;

/* ring.c */
typedef unsigned int (*xs_taker_t)(const char *from, unsigned int len);

int xs_ring_attach(void);
int xs_ring_move(int port);
bool xs_ring_ready(void);
int xs_ring_put(const void *from, unsigned int len, bool *notify);
int xs_ring_take(xs_taker_t take, unsigned int most, bool *notify);
void xs_ring_notify(void);
void xs_ring_kick(void);

/* receive.c */
bool xs_receive(void);
void xs_receive_find_memory(void);
bool xs_receive_between_messages(void);
struct xs_request *xs_receive_reset(void);

/* request.c */
struct xs_request *xs_request_alloc(u32 type, u32 tx_id, size_t len, gfp_t gfp);
void xs_request_free(struct xs_request *req);
void xs_request_retype(struct xs_request *req, u32 type);
void xs_request_make_abort(struct xs_request *req, u32 tx_id);
int xs_request_submit(struct xs_request *req);
int xs_request_exchange(struct xs_request *req);
void xs_request_send_orphan(struct xs_request *req);
void xs_request_make_orphan(struct xs_request *req);
struct xs_request *xs_request_claim(u32 id);
void xs_request_finish(struct xs_request *req);
bool xs_request_push(void);
void xs_request_fail_sent(int err);
void xs_request_fail_all(int err);
int xs_request_enter(void);
void xs_request_leave(void);

/* watch.c */
int xs_watch_init(void);
bool xs_watch_event(struct xs_event *event);
void xs_watch_restore(void);

#endif /* XENBUS_STORE_H */
