// SPDX-License-Identifier: GPL-2.0
/*
 * pcifront - a frontend for PCI devices that no backend would wish for.
 *
 * It runs in a guest whose kernel leaves the devices alone, shares a page with
 * Dom0 and sends requests there that no kernel's frontend sends.  Words come on
 * standard input, one a line; "done WORD" on standard output answers each.
 *
 *	find		which devices answer, on all buses
 *	sweep SIZE	write every register in pieces of that size
 *	wrong		requests with wrong commands, registers and sizes
 *	msi		interrupts on and off in all orders, with wrong counts
 *	race		requests that change while they are looked at
 *	storm		events without a request
 *	power		each device asleep and awake again
 *	poke ID HOW	write to a register that is not filtered, of the device with that
 *			vendor and device (hexadecimal, eight digits); HOW it has to end:
 *			"refused" or "through"
 *	absent ID	that device does not answer any more
 *	leave		MSI-X on, and no end: as a guest that dies
 *
 * build: 64
 */
#include "grants.h"

#include <xen/io/pciif.h>

#define ACTIVE 1U			/* the flag of a request, as a mask */
#define STATE_INITIALISED "3"
#define STATE_CONNECTED "4"
#define DEVICES_MAX 8
#define REPLY_SECONDS 20
#define MSIX_WANTED 3
#define PM_D0 0U
#define PM_D3HOT 3U
#define PM_WAKES 0x100U			/* in the control register */
#define PM_CAN_WAKE 0xf800U		/* in what it is capable of */

struct front {
	struct granted page;
	struct xen_pci_sharedinfo *shared;
	int events;
	uint32_t port;
	uint32_t devfn[DEVICES_MAX];	/* what answers on bus 0 */
	uint32_t id[DEVICES_MAX];	/* and what it is */
	unsigned int devices;
	unsigned long requests;
};

static struct front front;

/* ------------------------------------------------------------------ the store */
static void store(const char *verb, const char *path, const char *first, const char *second)
{
	pid_t pid = fork_or_fail();

	if (!pid) {
		execlp("xs", "xs", verb, path, first, second, NULL);
		_exit(127);
	}
	child_exits(pid, 0);
}

static void publish(const char *node, const char *format, unsigned int value)
{
	char path[64], text[16];

	snprintf(path, sizeof(path), "device/pci/0/%s", node);
	snprintf(text, sizeof(text), format, value);
	store("write", path, text, NULL);
}

static void connect_backend(const char *backend)
{
	struct ioctl_evtchn_bind_unbound_port unbound = { .remote_domain = 0 };
	int port;
	char path[128];

	grant_to(&front.page, open_device("gntalloc"), 1, true, 0);
	front.shared = (void *)front.page.at;
	front.events = open_device("evtchn");
	must(port = ioctl(front.events, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &unbound));
	front.port = (uint32_t)port;
	publish("pci-op-ref", "%u", front.page.refs[0]);
	publish("event-channel", "%u", front.port);
	publish("magic", XEN_PCI_MAGIC, 0);
	publish("state", STATE_INITIALISED, 0);
	snprintf(path, sizeof(path), "%s/state", backend);
	store("wait", path, "^" STATE_CONNECTED "$", "30");
	publish("state", STATE_CONNECTED, 0);
}

/* --------------------------------------------------------------------- requests */
static void notify(void)
{
	struct ioctl_evtchn_notify note = { .port = front.port };

	must(ioctl(front.events, IOCTL_EVTCHN_NOTIFY, &note));
}

static bool answered(void)
{
	return !(__atomic_load_n(&front.shared->flags, __ATOMIC_SEQ_CST) & ACTIVE);
}

/* Waits for events; the backend may have sent some for nothing. */
static void await_answer(void)
{
	struct pollfd ready = { .fd = front.events, .events = POLLIN };
	int64_t end = now_ns() + REPLY_SECONDS * NSEC_PER_SEC;
	uint32_t port;

	while (!answered()) {
		if (now_ns() > end)
			fail("expected an answer to command %u in %d s", front.shared->op.cmd,
			     REPLY_SECONDS);
		if (poll(&ready, 1, 1000) != 1)
			continue;
		if (read(front.events, &port, sizeof(port)) == sizeof(port))
			must(write(front.events, &port, sizeof(port)));
	}
}

/* ask - send it and wait; the answer stays in the page, its error is returned. */
static int ask(const struct xen_pci_op *op)
{
	front.shared->op = *op;
	__atomic_or_fetch(&front.shared->flags, ACTIVE, __ATOMIC_SEQ_CST);
	notify();
	await_answer();
	front.requests++;
	return front.shared->op.err;
}

static struct xen_pci_op request(uint32_t cmd, uint32_t devfn, int offset, int size, uint32_t value)
{
	return (struct xen_pci_op) {
		.cmd = cmd, .err = 0x5a5a, .devfn = devfn, .offset = offset, .size = size,
		.value = value,
	};
}

static int conf_read(uint32_t devfn, int offset, int size, uint32_t *value)
{
	struct xen_pci_op op = request(XEN_PCI_OP_conf_read, devfn, offset, size, 0xdeadbeef);
	int err = ask(&op);

	*value = front.shared->op.value;
	return err;
}

static int conf_write(uint32_t devfn, int offset, int size, uint32_t value)
{
	struct xen_pci_op op = request(XEN_PCI_OP_conf_write, devfn, offset, size, value);

	return ask(&op);
}

static int command(uint32_t cmd, uint32_t devfn, uint32_t value)
{
	struct xen_pci_op op = request(cmd, devfn, 0, 0, value);
	unsigned int i;

	for (i = 0; i < SH_INFO_MAX_VEC; i++)
		op.msix_entries[i] = (struct xen_msix_entry) { .entry = (uint16_t)i };
	return ask(&op);
}

/* ------------------------------------------------------------------------ words */
static void do_find(void)
{
	static const uint32_t buses[][2] = { { 0, 1 }, { 0, 255 }, { 0, 256 }, { 1, 0 }, { 0xffff, 0 },
		{ 0x10000, 0 }, { 0xffffffff, 0xffffffff }, { 0, 0xffffff00 } };
	struct xen_pci_op op;
	uint32_t devfn, value;
	unsigned int i;

	front.devices = 0;
	for (devfn = 0; devfn < 256; devfn++) {
		if (conf_read(devfn, 0, 4, &value))
			continue;
		if (front.devices == DEVICES_MAX)
			fail("expected at most %d devices", DEVICES_MAX);
		say("device %02x.%u is %08x", devfn >> 3, devfn & 7, value);
		front.id[front.devices] = value;
		front.devfn[front.devices++] = devfn;
	}
	if (!front.devices)
		fail("expected a device");
	for (i = 0; i < ARRAY_SIZE(buses); i++)
		for (devfn = 0; devfn < 256; devfn += 1 + i) {
			op = request(XEN_PCI_OP_conf_read, devfn, 0, 4, 0);
			op.domain = buses[i][0];
			op.bus = buses[i][1];
			if (ask(&op) != XEN_PCI_ERR_dev_not_found)
				fail("expected no device at %x:%x:%x, got error %d, value %x", op.domain,
				     op.bus, devfn, front.shared->op.err, front.shared->op.value);
		}
}

/*
 * Every register, in pieces of that size, with each of these and at last with the
 * opposite of what it reads as, so that a write that went through shows.
 */
static void do_sweep(int size)
{
	static const uint32_t values[] = { 0, 0xffffffff, 0x55555555, 0xaaaaaaaa };
	unsigned int device, i;
	uint32_t value, devfn;
	int at;

	for (device = 0; device < front.devices; device++) {
		devfn = front.devfn[device];
		for (at = 0; at < 256; at += size) {
			for (i = 0; i < ARRAY_SIZE(values); i++)
				conf_write(devfn, at, size, values[i]);
			conf_read(devfn, at, size, &value);
			conf_write(devfn, at, size, ~value);
		}
		for (at = 256; at < 4096; at += at < 768 ? size : 64) {
			conf_read(devfn, at, size, &value);
			conf_write(devfn, at, size, ~value);
		}
	}
}

static void expect_refusal(uint32_t cmd, uint32_t devfn, int offset, int size)
{
	struct xen_pci_op op = request(cmd, devfn, offset, size, 0xa5a5a5a5);

	if (!ask(&op))
		fail("expected a refusal of command %u, register 0x%x, size %d; got value 0x%x", cmd,
		     (unsigned int)offset, size, front.shared->op.value);
}

static void do_wrong(void)
{
	static const int sizes[] = { 0, 3, 5, 6, 7, 8, 16, 255, 256, 4096, -1, -2, -4, INT32_MAX, INT32_MIN };
	static const int offsets[] = { 4096, 4100, 65536, 1 << 20, 1 << 30, INT32_MAX - 3 };
	static const uint32_t commands[] = { XEN_PCI_OP_aer_detected, XEN_PCI_OP_aer_resume,
		XEN_PCI_OP_aer_mmio, XEN_PCI_OP_aer_slotreset, 10, 11, 255, 65536, 0x80000000, 0xffffffff };
	uint32_t devfn = front.devfn[0], cmd;
	unsigned int i;
	int at;

	for (cmd = XEN_PCI_OP_conf_read; cmd <= XEN_PCI_OP_conf_write; cmd++) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++)
			for (at = 0; at < 64; at += 4)
				expect_refusal(cmd, devfn, at, sizes[i]);
		for (at = 0; at < 64; at++) {
			if (at % 2)
				expect_refusal(cmd, devfn, at, 2);
			if (at % 4)
				expect_refusal(cmd, devfn, at, 4);
		}
	}
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		expect_refusal(XEN_PCI_OP_conf_read, devfn, offsets[i] & ~3, 4);
		conf_write(devfn, offsets[i] & ~3, 4, 0x5a5a5a5a);
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		expect_refusal(commands[i], devfn, 0, 4);
	/* before the beginning: what is answered does not matter, that Dom0 lives does */
	for (at = -4; at > -70000; at = at * 3 & ~3) {
		conf_write(devfn, at, 4, 0x5a5a5a5a);
		conf_write(devfn, at, 1, 0x5a5a5a5a);
	}
	conf_write(devfn, INT32_MIN, 4, 0x5a5a5a5a);
}

static void expect_ok(const char *what, int err)
{
	if (err || front.shared->op.err)
		fail("expected %s to succeed, got %d", what, err);
}

static void expect_err(const char *what, int err)
{
	if (!err && !front.shared->op.value)
		fail("expected %s to be refused, got error %d, value %d", what, err, front.shared->op.value);
}

/* capability - where the device has it, or 0. */
static int capability(uint32_t devfn, unsigned int id)
{
	uint32_t at, value;
	unsigned int count;

	conf_read(devfn, 0x34, 1, &at);
	for (count = 0; at >= 64 && count < 48; count++) {
		conf_read(devfn, (int)at & ~3, 2, &value);
		if ((value & 255) == id)
			return (int)at & ~3;
		at = value >> 8;
	}
	return 0;
}

static unsigned int msix_vectors(uint32_t devfn)
{
	int at = capability(devfn, 0x11);
	uint32_t value;

	if (!at)
		return 0;
	conf_read(devfn, at + 2, 2, &value);
	return (value & 0x7ff) + 1;
}

/* Full power, memory, bus mastering: what a driver begins with. */
static void wake(uint32_t devfn)
{
	int at = capability(devfn, 0x01);

	if (at)
		conf_write(devfn, at + 4, 2, 0);
	conf_write(devfn, 4, 2, 7);
}

static void msix_on(uint32_t devfn, unsigned int count)
{
	unsigned int i, other;

	expect_ok("MSI-X", command(XEN_PCI_OP_enable_msix, devfn, count));
	for (i = 0; i < count; i++) {
		if (!front.shared->op.msix_entries[i].vector)
			fail("expected a vector for entry %u", i);
		for (other = 0; other < i; other++)
			if (front.shared->op.msix_entries[i].vector ==
			    front.shared->op.msix_entries[other].vector)
				fail("expected another vector for entry %u than for %u", i, other);
	}
}

static void wrong_msix(uint32_t devfn, unsigned int vectors)
{
	static const uint32_t counts[] = { SH_INFO_MAX_VEC, SH_INFO_MAX_VEC + 1, 0xffff, 0x7fffffff,
		0x80000000, 0xffffffff };
	struct xen_pci_op op = request(XEN_PCI_OP_enable_msix, devfn, 0, 0, MSIX_WANTED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counts); i++)
		if (counts[i] > vectors)
			expect_err("a wrong count", command(XEN_PCI_OP_enable_msix, devfn, counts[i]));
	command(XEN_PCI_OP_enable_msix, devfn, 0);	/* none may be taken for no request */
	command(XEN_PCI_OP_disable_msix, devfn, 0);
	expect_err("a vector too many", command(XEN_PCI_OP_enable_msix, devfn, vectors + 1));
	expect_err("entry 0 three times", ask(&op));
	for (i = 0; i < MSIX_WANTED; i++)
		op.msix_entries[i].entry = (uint16_t)(0xfffe - i);
	expect_err("entries that the table does not have", ask(&op));
	for (i = 0; i < MSIX_WANTED; i++)
		op.msix_entries[i].entry = (uint16_t)(vectors - 1 + i);
	expect_err("entries past the table's end", ask(&op));
}

static void msi_orders(uint32_t devfn, unsigned int vectors)
{
	int round;

	wrong_msix(devfn, vectors);
	for (round = 0; round < 4; round++) {
		expect_ok("MSI off while it is off", command(XEN_PCI_OP_disable_msi, devfn, 0));
		expect_ok("MSI-X off while it is off", command(XEN_PCI_OP_disable_msix, devfn, 0));
		msix_on(devfn, MSIX_WANTED);
		expect_err("MSI-X again", command(XEN_PCI_OP_enable_msix, devfn, 1));
		expect_err("MSI beside MSI-X", command(XEN_PCI_OP_enable_msi, devfn, 0));
		expect_ok("MSI off under MSI-X", command(XEN_PCI_OP_disable_msi, devfn, 0));
		conf_write(devfn, 4, 2, 0);	/* as if the table were out of reach now */
		expect_ok("MSI-X off", command(XEN_PCI_OP_disable_msix, devfn, 0));
		command(XEN_PCI_OP_enable_msix, devfn, 1);	/* it is Dom0 that knows better */
		expect_ok("MSI-X off", command(XEN_PCI_OP_disable_msix, devfn, 0));
		conf_write(devfn, 4, 2, 7);
	}
}

static void do_msi(void)
{
	unsigned int device, vectors, tried = 0;
	uint32_t devfn;

	for (device = 0; device < front.devices; device++) {
		devfn = front.devfn[device];
		vectors = msix_vectors(devfn);
		wake(devfn);
		if (vectors >= MSIX_WANTED) {
			msi_orders(devfn, vectors);
			tried++;
		} else {
			expect_err("MSI-X of a device that has none",
				   command(XEN_PCI_OP_enable_msix, devfn, MSIX_WANTED));
		}
		if (!command(XEN_PCI_OP_enable_msi, devfn, 0)) {
			expect_err("MSI again", command(XEN_PCI_OP_enable_msi, devfn, 0));
			expect_err("MSI-X beside MSI", command(XEN_PCI_OP_enable_msix, devfn, 1));
			expect_ok("MSI off", command(XEN_PCI_OP_disable_msi, devfn, 0));
		}
	}
	if (!tried)
		fail("expected a device with %d MSI-X vectors", MSIX_WANTED);
}

/* The other thread: whatever Dom0 looks at is something else a moment later. */
static bool racing;

static void *scribble(void *argument)
{
	volatile struct xen_pci_op *op = &front.shared->op;
	uint64_t state = 1;

	while (__atomic_load_n(&racing, __ATOMIC_SEQ_CST)) {
		op->cmd = (uint32_t)random_below(&state, 7);
		op->size = (int32_t)random_below(&state, 6);
		op->offset = (int32_t)random_below(&state, 5000) - 100;
		op->value = (uint32_t)random_next(&state);
		op->devfn = (uint32_t)random_below(&state, 24);
		op->msix_entries[random_below(&state, SH_INFO_MAX_VEC)].entry = (uint16_t)random_next(&state);
		relax();
	}
	return argument;
}

static void do_race(void)
{
	int64_t end = now_ns() + 4 * NSEC_PER_SEC;
	struct xen_pci_op op;
	pthread_t thread;
	uint64_t state = 2;
	unsigned int device;

	racing = true;
	thread = thread_start(scribble, &racing);
	while (now_ns() < end) {
		op = request((uint32_t)random_below(&state, 6), front.devfn[random_below(&state, front.devices)],
			     (int)random_below(&state, 256) & ~3, 4, (uint32_t)random_below(&state, 200));
		ask(&op);
	}
	__atomic_store_n(&racing, false, __ATOMIC_SEQ_CST);
	thread_end(thread, &racing);
	for (device = 0; device < front.devices; device++) {
		command(XEN_PCI_OP_disable_msix, front.devfn[device], 0);
		command(XEN_PCI_OP_disable_msi, front.devfn[device], 0);
	}
}

static void do_storm(void)
{
	int64_t end = now_ns() + 3 * NSEC_PER_SEC;
	uint64_t state = 3;
	uint32_t value;

	while (now_ns() < end) {
		front.shared->flags = (uint32_t)random_next(&state) & ~ACTIVE;
		notify();
	}
	front.shared->flags = 0;
	if (conf_read(front.devfn[0], 0, 4, &value))
		fail("expected an answer after the storm, got error %d", front.shared->op.err);
}

static void do_leave(void)
{
	unsigned int device;

	for (device = 0; device < front.devices; device++) {
		wake(front.devfn[device]);
		if (msix_vectors(front.devfn[device]) >= MSIX_WANTED)
			msix_on(front.devfn[device], MSIX_WANTED);
		else
			command(XEN_PCI_OP_enable_msi, front.devfn[device], 0);
	}
}

/* Asleep and awake: the state is what was asked for, and what it had is there again. */
static void sleep_and_wake(uint32_t devfn, int at)
{
	static const uint32_t states[] = { PM_D3HOT, PM_D0, PM_D3HOT, PM_D0 };
	uint32_t bars[6], value;
	unsigned int i;

	conf_read(devfn, at + 2, 2, &value);
	if (value & PM_CAN_WAKE)
		fail("expected no wake-up events of %02x, got capabilities %04x", devfn, value);
	for (i = 0; i < ARRAY_SIZE(bars); i++)
		conf_read(devfn, 16 + 4 * (int)i, 4, &bars[i]);
	for (i = 0; i < ARRAY_SIZE(states); i++) {
		if (conf_write(devfn, at + 4, 2, states[i] | PM_WAKES))
			fail("expected %02x to go to state %u, got error %d", devfn, states[i],
			     front.shared->op.err);
		conf_read(devfn, at + 4, 2, &value);
		if ((value & (PM_D3HOT | PM_WAKES)) != states[i])
			fail("expected %02x in state %u, got %04x", devfn, states[i], value);
	}
	for (i = 0; i < ARRAY_SIZE(bars); i++) {
		conf_read(devfn, 16 + 4 * (int)i, 4, &value);
		if (value != bars[i])
			fail("expected BAR %u of %02x to be %08x, got %08x", i, devfn, bars[i], value);
	}
}

static void do_power(void)
{
	unsigned int device, tried = 0;
	uint32_t devfn;
	int at;

	for (device = 0; device < front.devices; device++) {
		devfn = front.devfn[device];
		at = capability(devfn, 0x01);
		if (!at)
			continue;
		tried++;
		wake(devfn);
		sleep_and_wake(devfn, at);
		wake(devfn);
		if (msix_vectors(devfn) >= MSIX_WANTED) {
			msix_on(devfn, MSIX_WANTED);
			expect_ok("MSI-X off", command(XEN_PCI_OP_disable_msix, devfn, 0));
		}
	}
	if (!tried)
		fail("expected a device with power states, of %u", front.devices);
}

static uint32_t devfn_of(uint32_t id)
{
	unsigned int device;

	for (device = 0; device < front.devices; device++)
		if (front.id[device] == id)
			return front.devfn[device];
	fail("expected a device %08x, found none", id);
}

/* The address of MSI, which nobody uses while MSI is off. */
static void do_poke(uint32_t id, bool through)
{
	uint32_t devfn = devfn_of(id), was, is;
	int at = capability(devfn, 0x05);

	if (!at)
		fail("expected %08x to have MSI", id);
	conf_read(devfn, at + 4, 4, &was);
	conf_write(devfn, at + 4, 4, was ^ 0x5a5a0);
	conf_read(devfn, at + 4, 4, &is);
	if (is != (through ? was ^ 0x5a5a0 : was))
		fail("expected a write of %08x over %08x to be %s, got %08x", was ^ 0x5a5a0, was,
		     through ? "let through" : "refused", is);
	if (through)
		conf_write(devfn, at + 4, 4, was);
}

static void do_absent(uint32_t id)
{
	uint32_t value;
	int err = conf_read(devfn_of(id), 0, 4, &value);

	if (err != XEN_PCI_ERR_dev_not_found)
		fail("expected %08x to be gone, got error %d, value %08x", id, err, value);
}

/* Words with arguments; false if it is none. */
static bool obey_long(const char *word)
{
	char how[16] = "";
	unsigned int number;

	if (sscanf(word, "sweep %u", &number) == 1)
		do_sweep((int)number);
	else if (sscanf(word, "poke %x %15s", &number, how) == 2)
		do_poke(number, !strcmp(how, "through"));
	else if (sscanf(word, "absent %x", &number) == 1)
		do_absent(number);
	else
		return false;
	return true;
}

static void obey(const char *word)
{
	static const struct { const char *word; void (*run)(void); } words[] = {
		{ "find", do_find }, { "wrong", do_wrong }, { "msi", do_msi }, { "race", do_race },
		{ "storm", do_storm }, { "power", do_power }, { "leave", do_leave },
	};
	unsigned int i;

	step(word);
	if (obey_long(word))
		return;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i].word)) {
			words[i].run();
			return;
		}
	usage("pcifront BACKEND <WORDS");
}

int main(int argc, char **argv)
{
	char line[64];
	int64_t start;

	if (argc != 2)
		usage("pcifront BACKEND <WORDS");
	connect_backend(argv[1]);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		start = now_ns();
		front.requests = 0;
		obey(line);
		say("done %s: %lu requests, %lld ms", line, front.requests,
		    (long long)((now_ns() - start) / NSEC_PER_MSEC));
	}
	return 0;
}
